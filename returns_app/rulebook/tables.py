"""A merchant's policy, version by version."""

from piccolo.columns import JSONB, UUID, ForeignKey, Integer, OnDelete, Text, Timestamptz, Varchar
from piccolo.constraints import Unique
from piccolo.table import Table

from returns_app.merchants.tables import Merchant


class PolicyVersion(Table, tablename="policy_versions"):
    """One published text. The newest one published decides; older ones are kept for ever."""

    id = UUID(primary_key=True)
    merchant = ForeignKey(Merchant, null=False, on_delete=OnDelete.restrict)
    number = Integer(null=False)
    hash = Varchar(64, null=False)
    title = Varchar(200, null=False)
    text = Text(null=False)
    published_at = Timestamptz(null=False)
    published_by = JSONB(null=False)
    policy_versions_once = Unique([merchant, number])
