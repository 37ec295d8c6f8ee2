from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import JSONB, Boolean
from piccolo.columns.indexes import IndexMethod

ID = "2026-11-22T11:30:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "billing address; charges that are kept"

_PLAIN = {
    "primary_key": False,
    "unique": False,
    "index": False,
    "index_method": IndexMethod.btree,
    "choices": None,
    "db_column_name": None,
    "secret": False,
}


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="orders", description=DESCRIPTION)
    manager.add_column(
        table_class_name="Order",
        tablename="orders",
        column_name="bill_to",
        db_column_name="bill_to",
        column_class_name="JSONB",
        column_class=JSONB,
        params={**_PLAIN, "default": None, "null": True},
    )
    manager.add_column(
        table_class_name="OrderLine",
        tablename="order_lines",
        column_name="refundable",
        db_column_name="refundable",
        column_class_name="Boolean",
        column_class=Boolean,
        params={**_PLAIN, "default": True, "null": False},
    )
    return manager
