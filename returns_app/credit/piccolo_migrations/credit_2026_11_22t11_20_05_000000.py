"""What may never be, said to the database itself; and the indexes our reads stand on."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from returns_app import database

ID = "2026-11-22T11:20:05:000000"
VERSION = "1.38.0"
DESCRIPTION = "rules and indexes"

RULES = (
    "ALTER TABLE credits ADD CONSTRAINT credits_never_below_zero_v1 CHECK (balance >= 0)",
    "ALTER TABLE credit_entries ADD CONSTRAINT credit_entries_amount_v1 CHECK (amount <> 0)",
    "ALTER TABLE credit_entries ADD CONSTRAINT credit_entries_account_v1 CHECK (account IN ('customer_credit', 'refunds_payable', 'bonus_expense', 'sales_clearing', 'breakage'))",
    "CREATE TRIGGER credit_entries_append_only BEFORE UPDATE OR DELETE ON credit_entries FOR EACH ROW EXECUTE FUNCTION rows_are_only_added()",
    "CREATE TRIGGER credit_postings_append_only BEFORE UPDATE OR DELETE ON credit_postings FOR EACH ROW EXECUTE FUNCTION rows_are_only_added()",
    """CREATE FUNCTION credit_posting_balances() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF EXISTS (SELECT 1 FROM credit_entries WHERE posting = NEW.posting GROUP BY currency HAVING sum(amount) <> 0) THEN
        RAISE EXCEPTION 'credit posting % does not balance', NEW.posting USING ERRCODE = 'check_violation';
      END IF;
      RETURN NULL;
    END $$""",
    "CREATE CONSTRAINT TRIGGER credit_entries_balance AFTER INSERT ON credit_entries DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION credit_posting_balances()",
    "CREATE INDEX credit_entries_by_credit ON credit_entries (credit)",
    "CREATE INDEX credit_entries_by_posting ON credit_entries (posting)",
    "CREATE INDEX credits_by_return ON credits (return_id)",
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="credit", description=DESCRIPTION)

    async def run() -> None:
        for rule in RULES:
            await database.engine().run_ddl(rule)

    manager.add_raw(run)
    return manager
