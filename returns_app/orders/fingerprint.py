"""What makes an order the same order told again: its goods, its money, and who settles it.

`import_orders` makes the same text in SQL (close.py); a test holds the two together.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from typing import NamedTuple


class MarkedLine(NamedTuple):
    position: int
    kind: str
    sku: str
    quantity: int
    unit_price: int
    paid: int
    tax: int
    tax_rate: int


class MarkedPayment(NamedTuple):
    position: int
    method: str
    gateway: str
    reference: str
    captured: int


class MarkedOrder(NamedTuple):
    currency: str
    total: int
    shipping: int
    shipping_tax_rate: int
    settled_by: str
    buyer: str


def fingerprint(order: MarkedOrder, lines: Iterable[MarkedLine], payments: Iterable[MarkedPayment]) -> str:
    """SHA-256 in hex over one row of text per order, line and payment, in order of position."""
    rows = [_row("O", order), *(_row("L", line) for line in lines), *(_row("P", paid) for paid in payments)]
    return sha256("\n".join(rows).encode()).hexdigest()


def _row(mark: str, values: Iterable[object]) -> str:
    return "|".join([mark, *map(str, values)])
