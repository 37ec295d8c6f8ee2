"""Asks for labels, plain and nasty."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime
from typing import Any

from msgspec.structs import replace

from returns_app.core.reference import rma_number
from returns_app.money import Money
from returns_app.shipping.carriers import Address, AskItem, LabelAsk

RMA = rma_number(0x2B7E151628AED)

SHOPPER = Address(
    name="Sanne de Vries",
    street="Prinsengracht",
    house_number="263-II",
    postal_code="1016 GV",
    city="Amsterdam",
    country="NL",
    email="sanne@example.com",
)
WAREHOUSE = Address(
    company="Noorderlicht Mode B.V.",
    name="Afdeling Retouren",
    street="Industrieweg",
    house_number="14",
    postal_code="3542 AD",
    city="Utrecht",
    country="NL",
)
ITEMS = (
    AskItem(name="Wollen trui, donkerblauw", quantity=1, value=Money(8000, "EUR"), weight=600, sku="TR-1"),
    AskItem(name="Sokken", quantity=3, value=Money(595, "EUR"), hs_code="6115.95", origin="PT"),
)


def an_ask(**changes: Any) -> LabelAsk:
    ask = LabelAsk(
        id=str(uuid.uuid4()),
        asked_at=datetime.now(UTC),
        rma=RMA,
        method="label",
        sender=SHOPPER,
        receiver=WAREHOUSE,
        weight=1200,
        items=ITEMS,
        merchant="Noorderlicht",
        locale="nl",
        order="100048213",
        send_by=date(2026, 12, 4),
    )
    return replace(ask, **changes)


LONG_SENDER = replace(
    SHOPPER,
    company="Vereniging van Eigenaars «De Lange Straatnaam» 😀",
    name="Prof. Dr. Maximiliane-Friederike Freifrau von und zu Hohenlohe-Waldenburg-Schillingsfürst",
    street="Burgemeester van der Voort van Zijplaan-Noordoostzijde achter",
    house_number="1234-bis-III",
    extra="3e verdieping, linkerdeur, tegenover het trappenhuis, bel bij de buren",
    city="'s-Gravenhage-Scheveningen aan Zee שלום",
    country="BE",
)
LONG_RECEIVER = replace(
    WAREHOUSE,
    company="Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz GmbH",
    street="Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaftstraße",
    extra="Hinterhof, Gebäude C, Rampe 17",
    city="München مرحبا",
    country="DE",
)
FORTY = tuple(
    AskItem(name=f"Artikel {number} 👗 " + "zeer lange productnaam met veel woorden " * 3, quantity=12)
    for number in range(40)
)


def a_nasty_ask(**changes: Any) -> LabelAsk:
    """Everything long at once: names, streets, forty items, emoji, right-to-left letters."""
    nasty = an_ask(
        sender=LONG_SENDER,
        receiver=LONG_RECEIVER,
        items=FORTY,
        merchant="Königlich-Niederländische Übersee-Bekleidungsmanufaktur Gesellschaft mbH & Co. KG",
        order="ORD-2026-11-22-000000000000000000000000123456",
    )
    return replace(nasty, **changes)
