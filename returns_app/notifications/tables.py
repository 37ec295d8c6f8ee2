"""Words to people."""

from piccolo.columns import JSONB, UUID, BigInt, ForeignKey, Integer, OnDelete, Text, Timestamptz, Varchar
from piccolo.constraints import Unique
from piccolo.table import Table

from returns_app.merchants.tables import Merchant
from returns_app.returns.tables import Return


class Message(Table, tablename="messages"):
    """One mail: rendered and committed before it is sent, under one Message-ID for ever."""

    id = UUID(primary_key=True)
    merchant = ForeignKey(Merchant, null=False, on_delete=OnDelete.restrict)
    return_ = ForeignKey(Return, null=True, on_delete=OnDelete.restrict, db_column_name="return_id")
    event = BigInt(null=True, default=None)
    kind = Varchar(30, null=False)
    cause = Varchar(120, null=False)
    """What it answers (the journal event, a sign-in code), so that it is written once."""
    to = Varchar(254, null=False)
    locale = Varchar(10, null=False)
    subject = Text(null=False)
    text = Text(null=False)
    html = Text(null=False)
    attachments = JSONB(null=False)
    """Names of stored papers to add, such as the label."""
    message_id = Varchar(200, null=False, unique=True)
    state = Varchar(10, null=False)
    """planned, sent, failed."""
    tries = Integer(null=False, default=0)
    problem = Text(null=False, default="")
    written_at = Timestamptz(null=False)
    sent_at = Timestamptz(null=True, default=None)
    messages_once = Unique([kind, cause])
