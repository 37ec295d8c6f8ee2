"""What may never be, said to the database itself; and the indexes our reads stand on."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from returns_app import database

ID = "2026-11-22T11:20:02:000000"
VERSION = "1.38.0"
DESCRIPTION = "rules and indexes"

RULES = (
    "ALTER TABLE orders ADD CONSTRAINT orders_buyer_v1 CHECK (buyer IN ('consumer', 'business'))",
    "ALTER TABLE orders ADD CONSTRAINT orders_settled_by_v1 CHECK (settled_by IN ('us', 'platform', 'marketplace'))",
    "ALTER TABLE orders ADD CONSTRAINT orders_money_v1 CHECK (total >= 0 AND shipping >= 0 AND shipping_tax_rate >= 0 AND given_otherwise BETWEEN 0 AND total AND shipping_given BETWEEN 0 AND shipping)",
    "ALTER TABLE order_lines ADD CONSTRAINT order_lines_kind_v1 CHECK (kind IN ('goods', 'service'))",
    "ALTER TABLE order_lines ADD CONSTRAINT order_lines_quantity_v1 CHECK (quantity > 0)",
    "ALTER TABLE order_lines ADD CONSTRAINT order_lines_money_v1 CHECK (unit_price >= 0 AND paid >= 0 AND tax >= 0 AND tax <= paid)",
    "ALTER TABLE products ADD CONSTRAINT products_reserved_v1 CHECK (reserved >= 0)",
    "ALTER TABLE payments ADD CONSTRAINT payments_never_too_much_v1 CHECK (captured >= 0 AND reserved >= 0 AND refunded >= 0 AND refunded + reserved <= captured)",
    "ALTER TABLE past_returns ADD CONSTRAINT past_returns_quantity_v1 CHECK (quantity > 0)",
    "CREATE INDEX orders_by_shopper ON orders (shopper, ordered_at)",
    "CREATE INDEX orders_by_outbound_tracking ON orders USING gin (outbound_tracking)",
    'CREATE INDEX order_lines_by_order ON order_lines ("order")',
    'CREATE INDEX payments_by_order ON payments ("order")',
    "CREATE INDEX payments_by_reference ON payments (gateway, reference)",
    "CREATE INDEX past_returns_by_shopper ON past_returns (shopper, returned_on)",
    "CREATE INDEX past_returns_by_line ON past_returns (order_line)",
    "CREATE INDEX products_by_family ON products (merchant, family)",
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="orders", description=DESCRIPTION)

    async def run() -> None:
        for rule in RULES:
            await database.engine().run_ddl(rule)

    manager.add_raw(run)
    return manager
