# Each command does all the set-up it needs and can be repeated at no cost.
#   make run    PORT=8000 DATA=FOLDER   the app on 127.0.0.1
#   make test   ARGS="tests/core -x"    all tests, or those named
#   make check                          lint, types, import contracts
#   make bench                          the promises of docs/performance.md, measured
#   make screenshots                    every page as a picture, in screenshots/

PYTHON := .venv/bin/python
ARGS ?=

.PHONY: run test check bench screenshots install

run:
	@scripts/set-up run
	@RETURNS_DATA="$${DATA:-$$RETURNS_DATA}" $(PYTHON) -m returns_app.cli up

test:
	@scripts/set-up test
	@$(PYTHON) -m pytest -n logical --maxprocesses=8 --dist=worksteal $(ARGS)

check:
	@scripts/set-up check
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .
	.venv/bin/basedpyright
	.venv/bin/lint-imports

bench:
	@scripts/set-up test
	@$(PYTHON) -m benchmarks $(ARGS)

screenshots:
	@scripts/set-up test
	@$(PYTHON) -m scripts.screenshots $(ARGS)

install:
	@scripts/set-up run
