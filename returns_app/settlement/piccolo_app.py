"""The settlement slice as Piccolo sees it."""

from pathlib import Path

from piccolo.conf.apps import AppConfig, table_finder

APP_CONFIG = AppConfig(
    app_name="settlement",
    migrations_folder_path=str(Path(__file__).parent / "piccolo_migrations"),
    table_classes=table_finder(modules=["returns_app.settlement.tables"], exclude_imported=True),
    migration_dependencies=[
        "returns_app.returns.piccolo_app",
        "returns_app.orders.piccolo_app",
        "returns_app.merchants.piccolo_app",
    ],
    commands=[],
)
