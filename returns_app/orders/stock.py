"""Stock set aside for exchanges: held at the request, let go or taken once. Inside a running transaction."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from returns_app import database


async def lock_products(products: Iterable[UUID]) -> None:
    """Take the locks of several products in order of SKU, so that nobody waits in a circle."""
    wanted = list(set(products))
    if len(wanted) > 1:
        await database.fetch("SELECT FROM products WHERE id = ANY($1) ORDER BY sku FOR NO KEY UPDATE", wanted)


async def hold_stock(product: UUID, quantity: int) -> bool:
    """Set `quantity` units aside; False when there are not that many free."""
    held = await database.connection().fetchval(
        "UPDATE products SET reserved = reserved + $2 WHERE id = $1 AND stock - reserved >= $2 RETURNING 1",
        product,
        quantity,
    )
    return held is not None


async def let_go_stock(product: UUID, quantity: int) -> None:
    """Give held units back to the shelf."""
    await database.connection().execute(
        "UPDATE products SET reserved = reserved - $2 WHERE id = $1", product, quantity
    )


async def take_stock(product: UUID, quantity: int) -> None:
    """Held units leave the house; the shop's own count, told later, overrules ours."""
    await database.connection().execute(
        "UPDATE products SET reserved = reserved - $2, stock = greatest(stock - $2, 0) WHERE id = $1",
        product,
        quantity,
    )
