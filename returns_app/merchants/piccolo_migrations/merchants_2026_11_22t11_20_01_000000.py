"""What may never be, said to the database itself; and the indexes our reads stand on."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from returns_app import database

ID = "2026-11-22T11:20:01:000000"
VERSION = "1.38.0"
DESCRIPTION = "rules and indexes"

RULES = (
    "ALTER TABLE staff ADD CONSTRAINT staff_role_v1 CHECK (role IN ('owner', 'agent', 'warehouse'))",
    "CREATE INDEX kept_values_expired ON kept_values (expires_at) WHERE expires_at IS NOT NULL",
    "CREATE INDEX attempt_counts_old ON attempt_counts (window_start)",
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="merchants", description=DESCRIPTION)

    async def run() -> None:
        for rule in RULES:
            await database.engine().run_ddl(rule)

    manager.add_raw(run)
    return manager
