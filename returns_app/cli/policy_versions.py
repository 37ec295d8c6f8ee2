"""`returns policy publish` and `returns policy export`: a merchant's policy in and out of the database."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, TypeVar

import click
import msgspec

from returns_app import clock, database
from returns_app.cli.policy_files import FILE, JSON, give_up, print_cases, print_json, read_policy_text
from returns_app.cli.surroundings import settings_with_database
from returns_app.journal.actors import Actor
from returns_app.merchants.queries import NoSuchMerchant, Shop, merchant
from returns_app.policy import Mismatch, Policy, Problem, Report, compile_policy, lint, run_cases
from returns_app.rulebook.publish import publish
from returns_app.rulebook.queries import VersionSeen, text_of, version, versions

T = TypeVar("T")

BY = Actor("system", "returns policy publish")
_MERCHANT = click.option("--merchant", "slug", metavar="SLUG", required=True, help="Whose policy.")


class Sent(msgspec.Struct, frozen=True):
    """What publishing came to; without `new`, this very content was in force already."""

    version: VersionSeen
    new: bool


@click.command(name="publish")
@FILE
@_MERCHANT
@JSON
def publish_file(file: Path, slug: str, as_json: bool) -> None:
    """Make FILE the policy of a merchant from now on.

    Refused, with exit code 1, when it can't be read, when lint finds an error, or when a case doesn't come
    out. Publishing what is in force already changes nothing.
    """
    text, checked = read_policy_text(file, as_json)
    failing, report = run_cases(compile_policy(checked)), lint(checked)
    if failing or report.errors:
        _refuse(checked, failing, report, as_json)
    sent = _run(slug, as_json, lambda shop: _publish(text, checked.file, shop))
    if as_json:
        told = {"ok": True, "merchant": slug, "new": sent.new, "problems": [], "failing_cases": []}
        print_json(told | {"version": sent.version, "findings": report.findings})
    else:
        done = "is published as" if sent.new else "is in force already, as"
        click.echo(f"{file}: “{sent.version.title}” {done} version {sent.version.number} of {slug}.")


@click.command()
@_MERCHANT
@click.option("--version", "number", type=click.IntRange(1, 2**31 - 1), help="Which; the newest if not said.")
@JSON
def export(slug: str, number: int | None, as_json: bool) -> None:
    """Print a merchant's policy exactly as it was published. Exit code 1 when there is none."""
    found = _run(slug, as_json, lambda shop: _exported(shop, number))
    if found is None:
        which = "has published no policy yet" if number is None else f"has no version {number} of its policy"
        give_up([Problem("--merchant", 1, None, "", f"{slug} {which}.")], as_json)
    seen, text = found
    if as_json:
        print_json({"ok": True, "merchant": slug, "version": seen, "text": text})
    else:
        click.echo(text, nl=False)


def _refuse(checked: Policy, failing: tuple[Mismatch, ...], report: Report, as_json: bool) -> None:
    if as_json:
        told = {"ok": False, "hash": checked.hash, "problems": [], "failing_cases": failing}
        print_json(told | {"findings": report.findings})
    else:
        print_cases(checked, failing)
        for finding in report.errors:
            click.echo(str(finding), err=True)
        click.echo(f"{checked.file} is not published.", err=True)
    sys.exit(1)


async def _publish(text: str, file: str, shop: Shop) -> Sent:
    before = await versions(shop.id, limit=1)
    number = await publish(text, file=file, merchant=shop.id, actor=BY, at=clock.now())
    now = await version(shop.id, number)
    assert now is not None  # versions are never deleted
    return Sent(now, new=not before or before[0].number != number)


async def _exported(shop: Shop, number: int | None) -> tuple[VersionSeen, str] | None:
    newest = await versions(shop.id, limit=1) if number is None else [await version(shop.id, number)]
    seen = next(iter(newest), None)
    text = await text_of(shop.id, seen.number) if seen else None
    return (seen, text) if seen and text is not None else None


def _run(slug: str, as_json: bool, act: Callable[[Shop], Coroutine[Any, Any, T]]) -> T:
    """With a database, for the merchant called `slug`; when there is none, says so and exits."""

    async def run(url: str) -> T:
        database.use_database(url)
        async with database.pool(size=2):
            return await act(await merchant(slug))

    with settings_with_database() as settings:
        assert settings.database_url
        try:
            return asyncio.run(run(settings.database_url))
        except NoSuchMerchant as error:
            give_up([Problem("--merchant", 1, None, "", str(error))], as_json)
