"""The journal slice as Piccolo sees it."""

from pathlib import Path

from piccolo.conf.apps import AppConfig, table_finder

APP_CONFIG = AppConfig(
    app_name="journal",
    migrations_folder_path=str(Path(__file__).parent / "piccolo_migrations"),
    table_classes=table_finder(modules=["returns_app.journal.tables"], exclude_imported=True),
    migration_dependencies=[],
    commands=[],
)
