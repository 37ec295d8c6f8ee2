"""`returns …`: every command, each loaded only when it is called, so that none waits for the others."""

from __future__ import annotations

from importlib import import_module

import click

from returns_app import __version__

COMMANDS = {
    "up": ("returns_app.cli.up", "Run everything on this machine until Ctrl-C."),
    "serve": ("returns_app.cli.serve", "Answer requests (the web process)."),
    "work": ("returns_app.cli.work", "Work the jobs: refunds, labels, mails."),
    "schedule": ("returns_app.cli.schedule", "Set off what happens at a certain time."),
    "migrate": ("returns_app.cli.migrate", "Bring the database to this release."),
    "demo": ("returns_app.cli.demo", "Make the demo merchant, or show how to sign in to it."),
    "import": ("returns_app.cli.imports", "Take in orders or stock from a file."),
    "policy": ("returns_app.cli.policy", "Check, compare and publish policies, or explain what they say."),
    "backup": ("returns_app.cli.backup", "Save everything into one file."),
    "restore": ("returns_app.cli.backup", "Bring back what `backup` saved."),
}


class _Commands(click.Group):
    """Loads a command's module when it is asked for, and says our own errors as plain sentences."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = import_module(COMMANDS[cmd_name][0])
        found = (one for one in vars(module).values() if isinstance(one, click.Command))
        return next(one for one in found if one.name == cmd_name)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, words) for name, (_, words) in COMMANDS.items()])

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except click.ClickException:
            raise
        except Exception as error:
            if type(error).__module__.startswith("returns_app."):
                raise click.ClickException(str(error)) from error
            raise


@click.group(cls=_Commands)
@click.version_option(__version__)
def main() -> None:
    """Returns and exchanges for web shops. See docs/operations.md."""
