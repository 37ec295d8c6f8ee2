"""Orders from a file: staged line by line, closed in one transaction, or not at all."""

from returns_app.orders.import_orders.figures import FiguresDoNotTie, ImportFigures
from returns_app.orders.import_orders.run import import_orders

__all__ = ["FiguresDoNotTie", "ImportFigures", "import_orders"]
