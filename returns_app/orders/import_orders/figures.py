"""What an import did, in figures that reconcile."""

from __future__ import annotations

import msgspec


class FiguresDoNotTie(RuntimeError):
    """The lines read are not the lines accounted for; nothing was written."""


class ImportFigures(msgspec.Struct, frozen=True, kw_only=True):
    """Lines by what became of them, and what was new. `services` counts postage too.

    `orders` are those of the file that are here now: `orders_new`, known ones, and those whose
    dates or tracking are newer now (`orders_updated`).
    """

    lines_read: int
    goods: int
    services: int
    returns: int
    stock_adjustments: int
    rejected: int
    orders: int = 0
    orders_new: int = 0
    orders_updated: int = 0
    shoppers_new: int = 0
    products_new: int = 0
    returns_new: int = 0
    """Rows: a line of the file that undoes two purchases makes two."""
    returns_matched: int = 0
    """Of `returns_new`, tied to the purchase they undo."""
    stock_adjustments_new: int = 0
    seconds: float = 0.0

    def tie(self) -> None:
        """lines read = goods + services + returns + stock adjustments + rejected, or FiguresDoNotTie."""
        told = self.goods + self.services + self.returns + self.stock_adjustments + self.rejected
        if told != self.lines_read:
            raise FiguresDoNotTie(
                f"{self.lines_read} lines were read, but {told} are accounted for. Nothing was written; "
                "this is a fault of ours, please report it with the file."
            )
