"""Store credit as a double-entry ledger."""

from piccolo.columns import UUID, BigInt, Date, ForeignKey, OnDelete, Timestamptz, Varchar
from piccolo.constraints import Unique
from piccolo.table import Table

from returns_app.merchants.tables import Merchant
from returns_app.returns.tables import Return


class Credit(Table, tablename="credits"):
    """A code a shopper can spend. Its balance is what the entries say, kept beside them under a check."""

    id = UUID(primary_key=True)
    merchant = ForeignKey(Merchant, null=False, on_delete=OnDelete.restrict)
    return_ = ForeignKey(Return, null=True, on_delete=OnDelete.restrict, db_column_name="return_id")
    code = Varchar(24, null=False, unique=True)
    email = Varchar(254, null=False)
    currency = Varchar(3, null=False)
    balance = BigInt(null=False)
    expires_on = Date(null=True, default=None)
    issued_at = Timestamptz(null=False)


class Posting(Table, tablename="credit_postings"):
    """One booking: its entries sum to zero per currency (checked when the transaction ends)."""

    id = UUID(primary_key=True)
    merchant = ForeignKey(Merchant, null=False, on_delete=OnDelete.restrict)
    kind = Varchar(20, null=False)
    reference = Varchar(120, null=False)
    at = Timestamptz(null=False)
    credit_postings_once = Unique([kind, reference])


class Entry(Table, tablename="credit_entries"):
    """One side of a booking: debit positive, credit negative, minor units. Never changed."""

    id = UUID(primary_key=True)
    posting = ForeignKey(Posting, null=False, on_delete=OnDelete.restrict)
    account = Varchar(30, null=False)
    """customer_credit, refunds_payable, bonus_expense, sales_clearing, breakage."""
    credit = ForeignKey(Credit, null=True, on_delete=OnDelete.restrict)
    lot = Varchar(10, null=False, default="principal")
    amount = BigInt(null=False)
    currency = Varchar(3, null=False)
