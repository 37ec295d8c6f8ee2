"""How a return ended, line by line."""

from piccolo.columns import JSONB, UUID, ForeignKey, OnDelete, Timestamptz, Varchar
from piccolo.table import Table

from returns_app.returns.tables import Return


class Settlement(Table, tablename="settlements"):
    """One time that money, credit or goods were given for a return: the Quote that was acted on."""

    id = UUID(primary_key=True)
    return_ = ForeignKey(Return, null=False, on_delete=OnDelete.restrict, db_column_name="return_id")
    trigger = Varchar(12, null=False)
    """approval, scan, receipt or inspection: what set it off."""
    at = Timestamptz(null=False)
    quote = JSONB(null=False)
    differences = JSONB(null=False)
    """What changed against what the shopper was shown, each with its reason."""
