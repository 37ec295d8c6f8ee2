"""What Piccolo asks for: the engine and the list of apps, lowest first."""

from typing import Any

from piccolo.conf.apps import AppRegistry

from returns_app import database

SLICES = (
    "journal",
    "merchants",
    "orders",
    "rulebook",
    "returns",
    "shipping",
    "credit",
    "refunds",
    "exchanges",
    "settlement",
    "notifications",
)

APP_REGISTRY = AppRegistry(apps=[f"returns_app.{name}.piccolo_app" for name in SLICES])


def __getattr__(name: str) -> Any:
    """`DB` is asked for late, because the embedded database is known only after it has started."""
    if name == "DB":
        return database.engine()
    raise AttributeError(name)
