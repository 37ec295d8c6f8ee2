"""How a return ended, line by line."""

from piccolo.columns import JSONB, UUID, BigInt, ForeignKey, OnDelete, Timestamptz, Varchar
from piccolo.constraints import Unique
from piccolo.table import Table

from returns_app.returns.tables import Return, ReturnLine


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


class SettledUnits(Table, tablename="settled_units"):
    """Units of a return line that have been settled. A unit is settled once, for one thing."""

    id = UUID(primary_key=True)
    settlement = ForeignKey(Settlement, null=False, on_delete=OnDelete.restrict)
    return_line = ForeignKey(ReturnLine, null=False, on_delete=OnDelete.restrict)
    order_line = UUID(null=False)
    unit = BigInt(null=False)
    resolution = Varchar(12, null=False)
    settled_units_once = Unique([order_line, unit])
