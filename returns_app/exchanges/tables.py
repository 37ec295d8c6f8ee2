"""The other item, on its way out."""

from piccolo.columns import JSONB, UUID, BigInt, ForeignKey, Integer, OnDelete, Timestamptz, Varchar
from piccolo.table import Table

from returns_app.merchants.tables import Merchant
from returns_app.orders.tables import Product
from returns_app.returns.tables import ReturnLine


class Exchange(Table, tablename="exchanges"):
    """One return line's new item: stock is held from the request until it is sent out."""

    id = UUID(primary_key=True)
    merchant = ForeignKey(Merchant, null=False, on_delete=OnDelete.restrict)
    return_line = ForeignKey(ReturnLine, null=False, on_delete=OnDelete.restrict, unique=True)
    product = ForeignKey(Product, null=False, on_delete=OnDelete.restrict)
    quantity = Integer(null=False)
    state = Varchar(18, null=False)
    value = BigInt(null=False)
    currency = Varchar(3, null=False)
    reserved_until = Timestamptz(null=True, default=None)
    number = Varchar(40, null=False, unique=True)
    """The number of the new order, as the shop will see it."""
    sent_out_at = Timestamptz(null=True, default=None)


class OutgoingOrder(Table, tablename="outgoing_orders"):
    """The order told to the shop: written first, then put in the file and posted to the webhook."""

    id = UUID(primary_key=True)
    merchant = ForeignKey(Merchant, null=False, on_delete=OnDelete.restrict)
    exchange = ForeignKey(Exchange, null=False, on_delete=OnDelete.restrict, unique=True)
    body = JSONB(null=False)
    filed_at = Timestamptz(null=True, default=None)
    posted_at = Timestamptz(null=True, default=None)
    tries = Integer(null=False, default=0)
