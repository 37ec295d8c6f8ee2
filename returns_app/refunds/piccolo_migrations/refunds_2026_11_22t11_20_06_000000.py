"""What may never be, said to the database itself; and the indexes our reads stand on."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from returns_app import database

ID = "2026-11-22T11:20:06:000000"
VERSION = "1.38.0"
DESCRIPTION = "rules and indexes"

RULES = (
    "ALTER TABLE refunds ADD CONSTRAINT refunds_amount_v1 CHECK (amount > 0)",
    "ALTER TABLE refunds ADD CONSTRAINT refunds_state_v1 CHECK (state IN ('planned', 'sending', 'unknown', 'pending', 'succeeded', 'failed', 'cancelled'))",
    "CREATE UNIQUE INDEX refunds_gateway_id_once ON refunds (gateway, gateway_id) WHERE gateway_id IS NOT NULL",
    "CREATE INDEX refunds_by_return ON refunds (return_id)",
    "CREATE INDEX refunds_unsettled ON refunds (planned_at) WHERE state IN ('planned', 'sending', 'unknown', 'pending')",
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="refunds", description=DESCRIPTION)

    async def run() -> None:
        for rule in RULES:
            await database.engine().run_ddl(rule)

    manager.add_raw(run)
    return manager
