"""Why the amount differs from what was shown, in sentences: every cent by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from returns_app import wording
from returns_app.core.differences import Changes, Difference, UnitsChanged
from returns_app.faces.portal.sums import Named
from returns_app.wording import N_, translator

_ITEMS = {
    "goods": N_("%(title)s: %(acted)s for the items instead of %(shown)s."),
    "held": N_("%(title)s: %(acted)s was given back before, we had counted %(shown)s."),
    "deduction": N_("%(title)s: %(acted)s is taken off for its condition."),
    "fee": N_("%(title)s: a fee of %(acted)s instead of %(shown)s."),
    "bonus": N_("%(title)s: %(acted)s extra instead of %(shown)s."),
    "new_goods": N_("%(title)s: the other item counts for %(acted)s instead of %(shown)s."),
    "shipping_refund": N_("Delivery you paid: %(acted)s back instead of %(shown)s."),
    "return_cost": N_("Sending it back: %(acted)s instead of %(shown)s."),
    "new_shipping": N_("Delivery of the other item: %(acted)s instead of %(shown)s."),
}


def change_sentences(all_changes: Sequence[Changes], names: Mapping[str, Named], locale: str) -> list[str]:
    """The differences of all settlements, first in units, then in amounts."""
    units = [_units(each, names, locale) for changes in all_changes for each in changes.units]
    items = [_item(each, names, locale) for changes in all_changes for each in changes.items]
    return [*units, *items]


def _units(changed: UnitsChanged, names: Mapping[str, Named], locale: str) -> str:
    words = translator(locale).gettext("%(title)s: %(acted)s counted, %(shown)s announced.")
    return words % {"title": _title(changed.line, names), "acted": changed.acted, "shown": changed.shown}


def _item(changed: Difference, names: Mapping[str, Named], locale: str) -> str:
    return translator(locale).gettext(_ITEMS[changed.item]) % {
        "title": _title(changed.line, names),
        "acted": wording.money(changed.acted, locale),
        "shown": wording.money(changed.shown, locale),
    }


def _title(line: str | None, names: Mapping[str, Named]) -> str:
    return names[line].title if line is not None and line in names else ""
