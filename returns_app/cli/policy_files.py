"""Policy files on the command line: reading them, and saying what is wrong, in words or as JSON."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import NoReturn

import click
import msgspec

from returns_app.policy import Mismatch, Policy, PolicyError, Problem, parse
from returns_app.policy.wording import in_words

FILE = click.argument("file", type=click.Path(path_type=Path))
JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON instead of words.")


def read_policy_file(file: Path, as_json: bool, *, code: int = 1) -> Policy:
    """The policy in `file`; when it can't be read, says why and exits with `code`."""
    return read_policy_text(file, as_json, code=code)[1]


def read_policy_text(file: Path, as_json: bool, *, code: int = 1) -> tuple[str, Policy]:
    """The same with its text, read once."""
    text = _text(file, as_json, code)
    try:
        return text, parse(text, file=str(file))
    except PolicyError as error:
        give_up(error.problems, as_json, code=code)


def _text(file: Path, as_json: bool, code: int) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        give_up([Problem(str(file), 1, None, "", "the file is not UTF-8 text.")], as_json, code=code)
    except OSError as error:
        why = f"the file can't be read: {error.strerror}."
        give_up([Problem(str(file), 1, None, "", why)], as_json, code=code)


def give_up(problems: list[Problem], as_json: bool, *, code: int = 1) -> NoReturn:
    """Say every problem and exit."""
    if as_json:
        print_json({"ok": False, "problems": problems, "failing_cases": []})
    for problem in () if as_json else problems:
        click.echo(str(problem), err=True)
    sys.exit(code)


def print_json(content: object) -> None:
    click.echo(msgspec.json.format(msgspec.json.encode(content)).decode())


def print_cases(checked: Policy, failing: tuple[Mismatch, ...]) -> None:
    """Each answer that is not as a case expects, and how many rules and cases were looked at."""
    for miss in failing:
        by = f"“{miss.rule}”" if miss.rule else "the default"
        click.echo(
            f"{checked.file}:{miss.line} case “{miss.case}”, {miss.question}: expected "
            f"{answer_in_words(miss.expected)}, but {by} says {answer_in_words(miss.got)}.",
            err=True,
        )
    told = f"{len(checked.rules)} rules, {len(checked.cases)} cases"
    click.echo(
        f"{checked.file}: {told}, {'all as expected' if not failing else f'{len(failing)} not as expected'}."
    )


def answer_in_words(answer: object) -> str:
    return "none" if answer is None else in_words(answer)
