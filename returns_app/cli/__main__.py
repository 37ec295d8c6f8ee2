"""`python -m returns_app.cli …` is `returns …`."""

from returns_app.cli import main

main(prog_name="returns")
