"""The return and its lines."""

from piccolo.columns import (
    JSONB,
    UUID,
    Array,
    BigInt,
    BigSerial,
    Bytea,
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
from returns_app.orders.tables import Order, OrderLine, Product


class Return(Table, tablename="returns"):
    id = UUID(primary_key=True)
    merchant = ForeignKey(Merchant, null=False, on_delete=OnDelete.restrict)
    order = ForeignKey(Order, null=False, on_delete=OnDelete.restrict)
    rma = Varchar(20, null=False, unique=True)
    key = Varchar(64, null=False, unique=True)
    """The request's own id, made when the form was opened: the same form sent twice is one return."""
    status = Varchar(20, null=False)
    ground = Varchar(12, null=False)
    locale = Varchar(10, null=False)
    currency = Varchar(3, null=False)
    method = Varchar(10, null=False)
    """How it travels: label, qr, store, pickup, own."""
    requested_at = Timestamptz(null=False)
    requested_by = JSONB(null=False)
    decided_at = Timestamptz(null=True, default=None)
    send_back_by = Date(null=True, default=None)
    pay_by = Date(null=True, default=None)
    policy_hash = Varchar(64, null=False)
    quote = JSONB(null=False)
    """The Quote the shopper agreed to (core/quote.py)."""
    consent = JSONB(null=True, default=None)
    """Text, version and time of the shopper's choice of credit or exchange over money."""
    reminded_at = Timestamptz(null=True, default=None)
    settled_at = Timestamptz(null=True, default=None)
    closed_at = Timestamptz(null=True, default=None)


class ReturnLine(Table, tablename="return_lines"):
    id = UUID(primary_key=True)
    return_ = ForeignKey(Return, null=False, on_delete=OnDelete.restrict, db_column_name="return_id")
    position = Integer(null=False)
    order_line = ForeignKey(OrderLine, null=False, on_delete=OnDelete.restrict)
    quantity = Integer(null=False)
    units = Array(base_column=Integer(), null=False)
    """Which units of the order line, counted from 0: their amounts differ by a cent."""
    reason = Varchar(60, null=True, default=None)
    answers = JSONB(null=False)
    note = Text(null=False, default="")
    decision = Varchar(12, null=False)
    decided_because = Text(null=False, default="")
    resolution = Varchar(12, null=False)
    exchange_product = ForeignKey(Product, null=True, on_delete=OnDelete.restrict)
    received = Integer(null=False, default=0)
    missing = Integer(null=False, default=0)
    wrong = Integer(null=False, default=0)
    grade = Varchar(2, null=True, default=None)
    disposition = Varchar(20, null=True, default=None)
    verdict = Varchar(10, null=True, default=None)
    """pay, deduct or refuse, once inspected."""
    deduction = BigInt(null=False, default=0)
    """Confirmed deduction of the whole line, minor units."""
    return_lines_once = Unique([return_, position])


class UnitClaim(Table, tablename="unit_claims"):
    """One unit of an order line, held by one return line: the unique pair is why a unit goes back once."""

    id = UUID(primary_key=True)
    order_line = ForeignKey(OrderLine, null=False, on_delete=OnDelete.restrict)
    unit = Integer(null=False)
    return_line = ForeignKey(ReturnLine, null=False, on_delete=OnDelete.restrict)
    settled_as = Varchar(12, null=True, default=None)
    """What was given for this unit, once something was: a unit is settled once, for one thing."""
    unit_claims_once = Unique([order_line, unit])


class Decision(Table, tablename="decisions"):
    """Why: every known fact, the explanation, and the hashes of what decided. Never changed."""

    id = UUID(primary_key=True)
    return_line = ForeignKey(ReturnLine, null=False, on_delete=OnDelete.restrict)
    stage = Varchar(12, null=False)
    at = Timestamptz(null=False)
    facts = JSONB(null=False)
    answers = JSONB(null=False)
    explanation = JSONB(null=False)
    verdict = Varchar(12, null=False)
    policy_hash = Varchar(64, null=False)
    engine = Varchar(64, null=False)


class Photo(Table, tablename="return_photos"):
    """A picture from the shopper or the bench, re-encoded without its metadata."""

    id = UUID(primary_key=True)
    merchant = ForeignKey(Merchant, null=False, on_delete=OnDelete.restrict)
    draft = Varchar(64, null=True, default=None, index=True)
    """The request it was taken for, while that is not yet sent in."""
    return_line = ForeignKey(ReturnLine, null=True, on_delete=OnDelete.restrict)
    order_line = UUID(null=True, default=None)
    kind = Varchar(12, null=False)
    media_type = Varchar(30, null=False)
    bytes = Bytea(null=False)
    taken_at = Timestamptz(null=False)


class ExtraItem(Table, tablename="extra_items"):
    """Something in the box that nobody announced."""

    id = UUID(primary_key=True)
    return_ = ForeignKey(Return, null=False, on_delete=OnDelete.restrict, db_column_name="return_id")
    description = Varchar(400, null=False)
    quantity = Integer(null=False)
    photo = ForeignKey(Photo, null=True, on_delete=OnDelete.restrict)
    found_at = Timestamptz(null=False)
    found_by = JSONB(null=False)


class Draft(Table, tablename="return_drafts"):
    """A return being filled in, kept on our side so that nothing typed is lost."""

    id = UUID(primary_key=True)
    merchant = ForeignKey(Merchant, null=False, on_delete=OnDelete.restrict)
    order = ForeignKey(Order, null=False, on_delete=OnDelete.restrict)
    key = Varchar(64, null=False, unique=True)
    data = JSONB(null=False)
    updated_at = Timestamptz(null=False)


class BenchStep(Table, tablename="bench_steps"):
    """A step of a warehouse station, known by its own id: replaying it changes nothing."""

    id = BigSerial(primary_key=True)
    merchant = ForeignKey(Merchant, null=False, on_delete=OnDelete.restrict)
    key = Varchar(120, null=False)
    result = JSONB(null=False)
    at = Timestamptz(null=False)
    bench_steps_once = Unique([merchant, key])
