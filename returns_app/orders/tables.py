"""Shoppers, products and orders, as the shop told them to us."""

from piccolo.columns import (
    JSONB,
    UUID,
    Array,
    BigInt,
    Boolean,
    Date,
    ForeignKey,
    Integer,
    OnDelete,
    Text,
    Timestamptz,
    Varchar,
)
from piccolo.constraints import Unique
from piccolo.table import Table

from returns_app.merchants.tables import Merchant


class Shopper(Table, tablename="shoppers"):
    id = UUID(primary_key=True)
    merchant = ForeignKey(Merchant, null=False, on_delete=OnDelete.restrict)
    key = Varchar(254, null=False)
    """The shop's customer number, else the e-mail in lower case: what makes a shopper one and the same."""
    email = Varchar(254, null=True, default=None, index=True)
    name = Varchar(200, null=False, default="")
    locale = Varchar(10, null=True, default=None)
    tags = Array(base_column=Varchar(60), null=False, default=list)
    shoppers_once = Unique([merchant, key])


class Product(Table, tablename="products"):
    """One variant that can be sold, sent as an exchange, and counted in stock."""

    id = UUID(primary_key=True)
    merchant = ForeignKey(Merchant, null=False, on_delete=OnDelete.restrict)
    sku = Varchar(120, null=False)
    family = Varchar(120, null=False, index=True)
    """The product this is a variant of: variants of one family can be exchanged for each other."""
    title = Varchar(400, null=False)
    product_type = Varchar(200, null=False, default="")
    brand = Varchar(120, null=False, default="")
    options = JSONB(null=False)
    picture = Text(null=True, default=None)
    ean = Varchar(20, null=True, default=None, index=True)
    price = BigInt(null=False)
    currency = Varchar(3, null=False)
    weight = Integer(null=False, default=0)
    """Grams."""
    stock = Integer(null=False, default=0)
    reserved = Integer(null=False, default=0)
    """Units held for exchanges not yet sent out."""
    products_once = Unique([merchant, sku])


class Order(Table, tablename="orders"):
    id = UUID(primary_key=True)
    merchant = ForeignKey(Merchant, null=False, on_delete=OnDelete.restrict)
    number = Varchar(80, null=False)
    shopper = ForeignKey(Shopper, null=False, on_delete=OnDelete.restrict)
    email = Varchar(254, null=True, default=None)
    buyer = Varchar(10, null=False, default="consumer")
    country = Varchar(2, null=False)
    channel = Varchar(60, null=False, default="web")
    locale = Varchar(10, null=True, default=None)
    currency = Varchar(3, null=False)
    ordered_at = Timestamptz(null=False)
    dispatched_at = Timestamptz(null=True, default=None)
    delivered_at = Timestamptz(null=True, default=None)
    ship_to = JSONB(null=False)
    bill_to = JSONB(null=True, default=None)
    """Where the invoice went, when that is elsewhere."""
    total = BigInt(null=False)
    """What was paid in all, gross, minor units."""
    shipping = BigInt(null=False, default=0)
    shipping_tax_rate = Integer(null=False, default=0)
    """Hundredths of a per cent: 2100 is 21 %."""
    given_otherwise = BigInt(null=False, default=0)
    """Given back other than along a payment: principal of store credit, value of goods exchanged."""
    shipping_given = BigInt(null=False, default=0)
    """How much of `shipping` was given back."""
    settled_by = Varchar(12, null=False, default="us")
    discount_code = Varchar(80, null=True, default=None)
    gift = Boolean(null=False, default=False)
    exchanges = Integer(null=False, default=0)
    """How many exchanges led to this order."""
    tags = Array(base_column=Varchar(60), null=False, default=list)
    outbound_tracking = Array(base_column=Varchar(80), null=False, default=list)
    fingerprint = Varchar(64, null=False)
    """Hash of what the shop told us, so that telling it again changes nothing."""
    taken_in_at = Timestamptz(null=False)
    orders_once = Unique([merchant, number])


class OrderLine(Table, tablename="order_lines"):
    id = UUID(primary_key=True)
    order = ForeignKey(Order, null=False, on_delete=OnDelete.restrict)
    position = Integer(null=False)
    kind = Varchar(10, null=False, default="goods")
    """goods, or service (postage, fees …), which cannot be sent back."""
    sku = Varchar(120, null=False)
    product = ForeignKey(Product, null=True, on_delete=OnDelete.restrict)
    title = Varchar(400, null=False)
    product_type = Varchar(200, null=False, default="")
    brand = Varchar(120, null=False, default="")
    options = JSONB(null=False)
    picture = Text(null=True, default=None)
    tags = Array(base_column=Varchar(60), null=False, default=list)
    quantity = Integer(null=False)
    unit_price = BigInt(null=False)
    """List price of one unit, gross, minor units."""
    paid = BigInt(null=False)
    """What was paid for the whole line after every discount, gross, minor units."""
    tax = BigInt(null=False, default=0)
    """The tax inside `paid`, minor units."""
    tax_rate = Integer(null=False, default=0)
    """Hundredths of a per cent."""
    weight = Integer(null=False, default=0)
    """Grams of one unit."""
    sealed = Boolean(null=True, default=None)
    refundable = Boolean(null=False, default=True)
    """A charge (a service line: payment fee, gift wrap, tip, rounding) may be kept by the shop."""
    order_lines_once = Unique([order, position])


class Payment(Table, tablename="payments"):
    """Money taken for an order. `refunded + reserved <= captured` holds for all we originate."""

    id = UUID(primary_key=True)
    order = ForeignKey(Order, null=False, on_delete=OnDelete.restrict)
    position = Integer(null=False)
    method = Varchar(40, null=False)
    gateway = Varchar(20, null=False)
    reference = Varchar(200, null=False)
    currency = Varchar(3, null=False)
    captured = BigInt(null=False)
    reserved = BigInt(null=False, default=0)
    """Refunds planned, sending, pending or unknown."""
    refunded = BigInt(null=False, default=0)
    """Refunds of ours that succeeded."""
    refunded_elsewhere = BigInt(null=False, default=0)
    """Refunds made in the provider's dashboard."""
    disputed = BigInt(null=False, default=0)
    payments_once = Unique([order, position])


class PastReturn(Table, tablename="past_returns"):
    """A return from before our time, from the shop's books: history for segments and rehearsal."""

    id = UUID(primary_key=True)
    merchant = ForeignKey(Merchant, null=False, on_delete=OnDelete.restrict)
    shopper = ForeignKey(Shopper, null=True, on_delete=OnDelete.restrict)
    order_line = ForeignKey(OrderLine, null=True, on_delete=OnDelete.restrict)
    """The purchase it undoes, where one was found."""
    reference = Varchar(120, null=False)
    sku = Varchar(120, null=False)
    title = Varchar(400, null=False)
    quantity = Integer(null=False)
    amount = BigInt(null=False)
    currency = Varchar(3, null=False)
    returned_on = Date(null=False)
    past_returns_once = Unique([merchant, reference])


class StockAdjustment(Table, tablename="stock_adjustments"):
    """A correction of stock in the shop's books: no customer, no price."""

    id = UUID(primary_key=True)
    merchant = ForeignKey(Merchant, null=False, on_delete=OnDelete.restrict)
    reference = Varchar(120, null=False)
    sku = Varchar(120, null=False)
    note = Varchar(400, null=False)
    quantity = Integer(null=False)
    adjusted_on = Date(null=False)
    stock_adjustments_once = Unique([merchant, reference])
