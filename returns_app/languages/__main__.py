"""`python -m returns_app.languages update [AREA]` and `… check`. See the package's docstring."""

from __future__ import annotations

import click

from returns_app.languages.extraction import missing, translated_languages, update


@click.group()
def languages() -> None:
    """Keep the translations in step with the program."""


@languages.command("update")
@click.argument("area", required=False)
def update_command(area: str | None) -> None:
    """Add new messages to the catalogues of AREA (all, without one), drop unused ones, sort."""
    for locale in translated_languages():
        for changed in update(locale, area):
            click.echo(f"{locale}/{changed}.po rewritten")


@languages.command("check")
def check_command() -> None:
    """Say what is not translated yet."""
    faults = [f"{locale}/{fault}" for locale in translated_languages() for fault in missing(locale)]
    click.echo("\n".join(faults) or "Every word is translated.")
    raise SystemExit(1 if faults else 0)


if __name__ == "__main__":
    languages()
