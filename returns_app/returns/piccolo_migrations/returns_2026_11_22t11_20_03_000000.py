"""What may never be, said to the database itself; and the indexes our reads stand on."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from returns_app import database

ID = "2026-11-22T11:20:03:000000"
VERSION = "1.38.0"
DESCRIPTION = "rules and indexes"

RULES = (
    "ALTER TABLE return_lines ADD CONSTRAINT return_lines_units_v1 CHECK (quantity > 0 AND cardinality(units) = quantity)",
    "ALTER TABLE return_lines ADD CONSTRAINT return_lines_receipt_v1 CHECK (received >= 0 AND missing >= 0 AND wrong >= 0 AND received + missing + wrong <= quantity)",
    "ALTER TABLE return_lines ADD CONSTRAINT return_lines_deduction_v1 CHECK (deduction >= 0)",
    "ALTER TABLE unit_claims ADD CONSTRAINT unit_claims_unit_v1 CHECK (unit >= 0)",
    "ALTER TABLE return_photos ADD CONSTRAINT return_photos_size_v1 CHECK (octet_length(bytes) <= 4000000)",
    "CREATE TRIGGER decisions_append_only BEFORE UPDATE OR DELETE ON decisions FOR EACH ROW EXECUTE FUNCTION rows_are_only_added()",
    'CREATE INDEX returns_by_order ON returns ("order")',
    "CREATE INDEX returns_by_status ON returns (merchant, status, requested_at DESC)",
    "CREATE INDEX returns_newest ON returns (merchant, requested_at DESC)",
    "CREATE INDEX returns_to_send_back ON returns (send_back_by) WHERE status = 'approved'",
    "CREATE INDEX return_lines_by_return ON return_lines (return_id)",
    "CREATE INDEX return_lines_by_order_line ON return_lines (order_line)",
    "CREATE INDEX unit_claims_by_line ON unit_claims (return_line)",
    "CREATE INDEX decisions_by_line ON decisions (return_line)",
    "CREATE INDEX return_photos_by_line ON return_photos (return_line)",
    "CREATE INDEX extra_items_by_return ON extra_items (return_id)",
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="returns", description=DESCRIPTION)

    async def run() -> None:
        for rule in RULES:
            await database.engine().run_ddl(rule)

    manager.add_raw(run)
    return manager
