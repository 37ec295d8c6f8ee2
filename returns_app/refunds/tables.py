"""Money on its way back."""

from piccolo.columns import JSONB, UUID, BigInt, ForeignKey, Integer, OnDelete, Text, Timestamptz, Varchar
from piccolo.constraints import Unique
from piccolo.table import Table

from returns_app.merchants.tables import Merchant
from returns_app.orders.tables import Payment
from returns_app.returns.tables import Return


class Refund(Table, tablename="refunds"):
    """One refund action. The row is committed before the call; its id is the idempotency key."""

    id = UUID(primary_key=True)
    merchant = ForeignKey(Merchant, null=False, on_delete=OnDelete.restrict)
    return_ = ForeignKey(Return, null=False, on_delete=OnDelete.restrict, db_column_name="return_id")
    payment = ForeignKey(Payment, null=False, on_delete=OnDelete.restrict)
    cause = Varchar(120, null=False)
    """What this action settles (the settlement's id), so that settling again plans nothing new."""
    amount = BigInt(null=False)
    currency = Varchar(3, null=False)
    state = Varchar(12, null=False)
    gateway = Varchar(20, null=False)
    gateway_id = Varchar(120, null=True, default=None)
    body = JSONB(null=False)
    """The request as it is sent, byte-stable for its key."""
    tries = Integer(null=False, default=0)
    problem = Text(null=False, default="")
    planned_at = Timestamptz(null=False)
    first_sent_at = Timestamptz(null=True, default=None)
    settled_at = Timestamptz(null=True, default=None)
    refunds_once = Unique([payment, cause])


class HeardRefund(Table, tablename="heard_refunds"):
    """A refund made in the provider's dashboard that we have counted, by the provider's own id."""

    id = UUID(primary_key=True)
    key = Varchar(160, null=False, unique=True)
