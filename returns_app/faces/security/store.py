"""Litestar's key-value store, kept in PostgreSQL and shared by all processes."""

from __future__ import annotations

from datetime import timedelta

from litestar.stores.base import Store

from returns_app import clock
from returns_app.merchants import kept


class DatabaseStore(Store):
    """Values of one namespace. Keys are stored as hashes only."""

    __slots__ = ("namespace",)

    def __init__(self, namespace: str) -> None:
        self.namespace = namespace

    async def set(self, key: str, value: str | bytes, expires_in: int | timedelta | None = None) -> None:
        until = None if expires_in is None else clock.now() + _span(expires_in)
        await kept.keep(self.namespace, key, _bytes(value), until=until)

    async def replace(self, key: str, value: bytes, expires_in: timedelta) -> bool:
        """Set a value that is still there; False when it is gone, and it stays gone."""
        return await kept.change(self.namespace, key, value, until=clock.now() + expires_in)

    async def get(self, key: str, renew_for: int | timedelta | None = None) -> bytes | None:
        value = await kept.kept(self.namespace, key, at=clock.now())
        if value is not None and renew_for is not None:
            await kept.renew(self.namespace, key, until=clock.now() + _span(renew_for))
        return value

    async def delete(self, key: str) -> None:
        await kept.forget(self.namespace, key)

    async def delete_all(self) -> None:
        await kept.forget_all(self.namespace)

    async def exists(self, key: str) -> bool:
        return await kept.kept(self.namespace, key, at=clock.now()) is not None

    async def expires_in(self, key: str) -> int | None:
        until = await kept.kept_until(self.namespace, key, at=clock.now())
        return None if until is None else int((until - clock.now()).total_seconds())


def _span(seconds: int | timedelta) -> timedelta:
    return seconds if isinstance(seconds, timedelta) else timedelta(seconds=seconds)


def _bytes(value: str | bytes) -> bytes:
    return value.encode() if isinstance(value, str) else value
