"""What may never be, said to the database itself; and the indexes our reads stand on."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from returns_app import database

ID = "2026-11-22T11:20:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "rules and indexes"

RULES = (
    "CREATE FUNCTION rows_are_only_added() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$",
    "CREATE TRIGGER journal_events_append_only BEFORE UPDATE OR DELETE ON journal_events FOR EACH ROW EXECUTE FUNCTION rows_are_only_added()",
    "CREATE INDEX journal_events_by_return ON journal_events (return_id, id) WHERE return_id IS NOT NULL",
    "CREATE INDEX journal_tasks_open ON journal_tasks (merchant, created_at) WHERE open",
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="journal", description=DESCRIPTION)

    async def run() -> None:
        for rule in RULES:
            await database.engine().run_ddl(rule)

    manager.add_raw(run)
    return manager
