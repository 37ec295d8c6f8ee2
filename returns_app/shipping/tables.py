"""Parcels, their labels, and what the carrier told about them."""

from piccolo.columns import JSONB, UUID, BigInt, Bytea, Date, ForeignKey, OnDelete, Text, Timestamptz, Varchar
from piccolo.constraints import Unique
from piccolo.table import Table

from returns_app.merchants.tables import Merchant
from returns_app.orders.tables import Order
from returns_app.returns.tables import Return


class Parcel(Table, tablename="parcels"):
    """A box: announced (return), or found at the bench without a return (unannounced, undeliverable)."""

    id = UUID(primary_key=True)
    merchant = ForeignKey(Merchant, null=False, on_delete=OnDelete.restrict)
    kind = Varchar(14, null=False, default="return")
    return_ = ForeignKey(Return, null=True, on_delete=OnDelete.restrict, db_column_name="return_id")
    order = ForeignKey(Order, null=True, on_delete=OnDelete.restrict)
    carrier = Varchar(20, null=False)
    method = Varchar(10, null=False)
    tracking = Varchar(80, null=True, default=None)
    state = Varchar(14, null=False)
    note = Text(null=False, default="")
    created_at = Timestamptz(null=False)
    dropped_off_at = Timestamptz(null=True, default=None)
    delivered_at = Timestamptz(null=True, default=None)
    received_at = Timestamptz(null=True, default=None)


class Label(Table, tablename="labels"):
    """A label asked of a carrier. The row is written before the call and its id is the reference."""

    id = UUID(primary_key=True)
    parcel = ForeignKey(Parcel, null=False, on_delete=OnDelete.restrict, unique=True)
    state = Varchar(10, null=False)
    """planned, sending, unknown, ready, failed, cancelled."""
    request = JSONB(null=False)
    carrier_reference = Varchar(120, null=True, default=None)
    pdf = Bytea(null=True, default=None)
    qr = Bytea(null=True, default=None)
    cost = BigInt(null=True, default=None)
    currency = Varchar(3, null=False)
    problem = Text(null=False, default="")
    expires_on = Date(null=True, default=None)
    created_at = Timestamptz(null=False)
    answered_at = Timestamptz(null=True, default=None)


class TrackingNews(Table, tablename="tracking_news"):
    """One message of a carrier about a parcel, each kept once."""

    id = UUID(primary_key=True)
    parcel = ForeignKey(Parcel, null=False, on_delete=OnDelete.restrict)
    external_id = Varchar(160, null=False)
    state = Varchar(14, null=False)
    at = Timestamptz(null=False)
    told = JSONB(null=False)
    tracking_news_once = Unique([parcel, external_id])
