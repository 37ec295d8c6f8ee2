"""Orders and stock as the shop's own systems tell them. The scheme is in docs/orders.md."""

from __future__ import annotations

from typing import Any

from litestar import HttpMethod, Request, Response, get, route
from litestar.di import NamedDependency

from returns_app import clock
from returns_app.merchants.queries import Shop
from returns_app.orders.scheme import order_schema, read_order, read_stock
from returns_app.orders.take_in import take_in
from returns_app.orders.take_in_stock import StockTaken, take_in_stock

AnyRequest = Request[Any, Any, Any]
_WRITE = [HttpMethod.PUT, HttpMethod.POST]


@route("/orders", http_method=_WRITE, status_code=200)
async def take_in_one(request: AnyRequest, api_merchant: NamedDependency[Shop]) -> Response[dict[str, str]]:
    """Tell one order. Telling it again, with the same number, updates it or changes nothing.

    201 when it is new. 400 when the document is not an order, 409 when goods or money of an order with
    returns would change, 422 when its amounts do not add up.
    """
    told = read_order(await request.body())
    taken = await take_in(told, merchant=api_merchant.id, at=clock.now())
    answer = {"number": told.number, "id": str(taken.order), "outcome": taken.outcome}
    return Response(answer, status_code=201 if taken.outcome == "created" else 200)


@route("/stock", http_method=_WRITE, status_code=200)
async def take_in_units(request: AnyRequest, api_merchant: NamedDependency[Shop]) -> StockTaken:
    """Tell units on hand: a list of {sku, stock}. Unknown article numbers are named in the answer."""
    return await take_in_stock(read_stock(await request.body()), merchant=api_merchant.id)


@get("/orders/schema.json", media_type="application/schema+json")
async def schema() -> dict[str, Any]:
    """The JSON Schema of one order."""
    return order_schema()
