"""A record of each import, and the indexes of looking up. (Staging is a temporary table of the run.)"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from returns_app import database

ID = "2026-11-22T11:30:01:000000"
VERSION = "1.38.0"
DESCRIPTION = "imports"

RULES = (
    # Cash rounding is a charge and may be negative; goods never are.
    "ALTER TABLE order_lines DROP CONSTRAINT order_lines_money_v1",
    """ALTER TABLE order_lines ADD CONSTRAINT order_lines_money_v2 CHECK (
        abs(tax) <= abs(paid) AND tax * sign(paid) >= 0 AND tax_rate >= 0
        AND (kind = 'service' OR (unit_price >= 0 AND paid >= 0)))""",
    "ALTER TABLE products ADD CONSTRAINT products_stock_v1 CHECK (stock >= 0)",
    "CREATE INDEX orders_by_spoken_number ON orders (merchant, upper(regexp_replace(number, '[\\s#]', '', 'g')))",
    "CREATE INDEX order_lines_by_sku ON order_lines (sku)",
    """CREATE TABLE import_runs (
        id uuid PRIMARY KEY,
        merchant uuid NOT NULL REFERENCES merchants (id) ON DELETE RESTRICT,
        file text NOT NULL,
        sha256 text,
        figures jsonb NOT NULL DEFAULT '{}',
        started_at timestamptz NOT NULL,
        finished_at timestamptz
    )""",
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="orders", description=DESCRIPTION)

    async def run() -> None:
        for rule in RULES:
            await database.engine().run_ddl(rule)

    manager.add_raw(run)
    return manager
