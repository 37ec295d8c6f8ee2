"""`returns policy`: check, test and lint a policy file, and explain what it says in one situation."""

from __future__ import annotations

import json
import re
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
import msgspec
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from returns_app.cli.policy_diff import diff
from returns_app.cli.policy_files import (
    FILE,
    JSON,
    answer_in_words,
    give_up,
    print_cases,
    print_json,
    read_policy_file,
)
from returns_app.cli.policy_versions import export, publish_file
from returns_app.policy import (
    Answers,
    Catalogue,
    Decision,
    Engine,
    Explained,
    Finding,
    Mismatch,
    Policy,
    PolicyError,
    Problem,
    Report,
    Witness,
    compile_policy,
    decide,
    lint,
    parse_situation,
    run_cases,
)
from returns_app.policy.schema import policy_schema
from returns_app.policy.wording import in_words

_BARE = re.compile(r"\s*(?P<name>[\w.]+)\s*=\s*(?P<value>[^\s\"'\[{][^\n]*?)\s*")


@click.group()
def policy() -> None:
    """Check, lint, explain, compare and publish policies. See docs/policy-language.md."""


for command in (diff, export, publish_file):
    policy.add_command(command)


@policy.command()
@FILE
@JSON
def check(file: Path, as_json: bool) -> None:
    """Read FILE, run its cases and lint it. Exit code 1 when anything is wrong."""
    checked = read_policy_file(file, as_json)
    failing, report = run_cases(compile_policy(checked)), lint(checked)
    if as_json:
        ok = not failing and not report.errors
        told = {"ok": ok, "hash": checked.hash, "problems": [], "failing_cases": failing}
        print_json(told | {"findings": report.findings, "proven": report.proven})
    else:
        _print_check(checked, failing, report)
    sys.exit(1 if failing or report.errors else 0)


@policy.command()
@FILE
@JSON
def test(file: Path, as_json: bool) -> None:
    """Run the cases in FILE, and nothing else. Exit code 1 when one does not come out."""
    tested = read_policy_file(file, as_json)
    failing = run_cases(compile_policy(tested))
    if as_json:
        told = {"ok": not failing, "hash": tested.hash, "problems": [], "cases": len(tested.cases)}
        print_json(told | {"failing_cases": failing})
    else:
        print_cases(tested, failing)
    sys.exit(1 if failing else 0)


@policy.command()
def schema() -> None:
    """Print the JSON Schema of policy files, which lies in policies/schema.json for editors."""
    click.echo(json.dumps(policy_schema(), indent=2, ensure_ascii=False))


@policy.command(name="lint")
@FILE
@click.option(
    "--catalogue",
    type=click.Path(path_type=Path),
    help="A TOML file of what the shop knows: reasons, product_types, tags, brands, methods, currencies.",
)
@JSON
def lint_file(file: Path, catalogue: Path | None, as_json: bool) -> None:
    """Say what is wrong with FILE, each with a situation that shows it. Exit code 1 on errors."""
    linted = read_policy_file(file, as_json)
    report = lint(linted, catalogue=_catalogue(catalogue, as_json) if catalogue else None)
    if as_json:
        told = {"ok": not report.errors, "hash": linted.hash, "problems": []}
        print_json(told | {"findings": report.findings, "proven": report.proven})
    else:
        _print_lint(linted, report)
    sys.exit(1 if report.errors else 0)


@policy.command()
@FILE
@click.option(
    "--situation",
    "situation",
    multiple=True,
    required=True,
    help="fact=value (again and again), or a JSON or TOML file, or JSON or TOML itself.",
)
@click.option("--stage", type=click.Choice(["request", "inspection"]), default="request", show_default=True)
@JSON
def explain(file: Path, situation: tuple[str, ...], stage: Any, as_json: bool) -> None:
    """Say what FILE answers in one situation, and which rule says so."""
    engine = compile_policy(read_policy_file(file, as_json))
    decision = decide(engine, _situation(situation, engine, as_json), stage=stage)
    if as_json:
        print_json(decision)
    else:
        _print_decision(decision, engine)


def _catalogue(file: Path, as_json: bool) -> Catalogue:
    try:
        return msgspec.convert(tomllib.loads(file.read_text(encoding="utf-8")), Catalogue)
    except (ValueError, OSError) as error:
        give_up([Problem(str(file), 1, None, "", f"it can't be read as a catalogue: {error}.")], as_json)


def _situation(parts: tuple[str, ...], engine: Engine, as_json: bool) -> Mapping[str, Any]:
    raw: dict[str, Any] = {}
    try:
        for part in parts:
            raw |= _facts_in(part)
        return parse_situation(raw, currency=engine.policy.currency, file="--situation")
    except PolicyError as error:
        give_up(error.problems, as_json)
    except (ValueError, OSError, msgspec.DecodeError) as error:
        give_up([Problem("--situation", 1, None, "", f"it can't be read: {error}.")], as_json)


def _facts_in(part: str) -> dict[str, Any]:
    """The facts of one --situation: a file, JSON, TOML, or fact=value with a bare value."""
    if (bare := _BARE.fullmatch(part)) is not None:
        return {bare["name"]: bare["value"]}
    text = Path(part).read_text(encoding="utf-8") if "=" not in part and Path(part).is_file() else part
    if text.lstrip().startswith("{"):
        return msgspec.json.decode(text, type=dict[str, Any])
    return tomllib.loads(text)


def _print_check(checked: Policy, failing: tuple[Mismatch, ...], report: Report) -> None:
    print_cases(checked, failing)
    for finding in report.findings:
        click.echo(str(finding), err=True)
    click.echo(f"{checked.file}: {_counted(report)}.")


def _print_lint(linted: Policy, report: Report) -> None:
    for finding in report.findings:
        click.echo(str(finding), err=True)
        for witness in _situations(finding):
            click.echo(f"    given = {witness.given(linted.currency)}  # {witness.shows}", err=True)
    click.echo(f"{linted.file}: {_counted(report)}.")


def _situations(finding: Finding) -> list[Witness]:
    return [witness for witness in (finding.witness, finding.compared) if witness is not None]


def _counted(report: Report) -> str:
    """How many findings of each severity, and whether all were looked for."""
    counts = {
        kind: sum(each.severity == kind for each in report.findings) for kind in ("error", "warning", "note")
    }
    told = ", ".join(f"{count} {kind}{'' if count == 1 else 's'}" for kind, count in counts.items() if count)
    return f"lint: {told or 'nothing found'}" + ("" if report.proven else ", not proven to be all")


def _print_decision(decision: Decision, engine: Engine) -> None:
    console = Console(width=None if sys.stdout.isatty() else 160)
    console.print(f"[bold]{decision.verdict}[/bold]" + "".join(f" · {r.code}" for r in decision.reasons))
    if decision.window_ends:
        console.print(f"The window ends on {decision.window_ends:%Y-%m-%d}.")
    if decision.note:
        console.print(decision.note.in_("en"), markup=False)
    table = Table("question", "answer", "rule", "because", "overrides")
    for name in Answers.__struct_fields__:
        table.add_row(name, *map(escape, _row(decision.explanation.questions[name])))
    console.print(table)
    console.print(f"policy {engine.policy.hash[:12]}", style="dim")


def _row(told: Explained) -> tuple[str, str, str, str]:
    because = ", ".join(f"{each.fact} = {in_words(each.value)}" for each in told.matched)
    rule = f"{told.rule} (line {told.line})" if told.rule else "default"
    return answer_in_words(told.answer), rule, because or "for everyone", "; ".join(told.overrode)
