"""`python -m returns_app.practice --folder DIR`: run the practice world on this machine."""

from __future__ import annotations

import asyncio
from pathlib import Path

import click

from returns_app.practice.server import serve


@click.command()
@click.option("--folder", type=click.Path(path_type=Path, file_okay=False), required=True)
@click.option("--http-port", default=0, help="0 takes a free one.")
@click.option("--smtp-port", default=0, help="0 takes a free one.")
@click.option("--webhook-url", default="", help="Address of the app; hooks go to /hooks/… there.")
@click.option(
    "--secret", envvar="RETURNS_PRACTICE_SECRET", default="", help="Opens the admin API and signs the hooks."
)
@click.option("--end-with-stdin", is_flag=True, help="End when standard input is closed.")
def main(
    folder: Path, http_port: int, smtp_port: int, webhook_url: str, secret: str, end_with_stdin: bool
) -> None:
    """Run the practice world; prints its addresses as one line of JSON when it is ready."""
    asyncio.run(
        serve(
            folder,
            http_port=http_port,
            smtp_port=smtp_port,
            webhook_url=webhook_url,
            secret=secret,
            end_with_stdin=end_with_stdin,
        )
    )


if __name__ == "__main__":
    main()
