"""The demo shop's orders: who bought what, told so many days before today."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Literal
from zoneinfo import ZoneInfo

import msgspec

from returns_app.cli.demo_goods import bought, worth
from returns_app.orders.scheme import AddressTold, CustomerTold, OrderTold, PaymentTold, ShippingTold

ZONE = ZoneInfo("Europe/Amsterdam")


class Buyer(msgspec.Struct, frozen=True):
    """Who bought, and where it went."""

    name: str
    email: str
    street: str
    house_number: str
    postal_code: str
    city: str
    country: str = "NL"
    locale: str = "nl"
    company: str = ""


SANNE = Buyer("Sanne Bakker", "sanne@example.com", "Molenpad", "14", "3512 KD", "Utrecht")
YUSUF = Buyer("Yusuf Demir", "yusuf@example.com", "Havenkade", "231", "3011 TA", "Rotterdam")
LOTTE = Buyer("Lotte Vermeer", "lotte@example.com", "Zonneweg", "6a", "9711 PB", "Groningen")
DAAN = Buyer("Daan de Wit", "daan@example.com", "Beukenlaan", "88", "5611 GE", "Eindhoven")
MEES = Buyer("Mees Hofman", "mees@example.com", "Singelpad", "3", "8011 VR", "Zwolle")
FEMKE = Buyer("Femke Postma", "femke@example.com", "Terpstraat", "19", "8911 HN", "Leeuwarden")
NOOR = Buyer("Noor El Amrani", "noor@example.com", "Korenplein", "52", "2312 AX", "Leiden")
HANNAH = Buyer(
    "Hannah Weber", "hannah@example.com", "Lindenweg", "27", "50674", "Köln", country="DE", locale="en"
)
STUDIO = Buyer(
    "Iris Jansen",
    "inkoop@example.com",
    "Ambachtsweg",
    "40",
    "1014 BH",
    "Amsterdam",
    company="Studio Noordwand",
)


class Bought(msgspec.Struct, frozen=True, kw_only=True):
    """An order of the demo shop. It was ordered three days before its delivery, sent two days before it."""

    number: str
    buyer: Buyer
    goods: tuple[tuple[str, int], ...]
    """SKU and how many."""
    days_ago: int
    """Days since it was delivered, or should have been."""
    paid_with: Literal["ideal", "card", "klarna", "paypal", "marketplace"] = "ideal"
    shipping: str = "0"
    discount: str = "0"
    code: str | None = None
    gift: bool = False
    delivered: bool = True
    tracking: str = ""

    @property
    def by_stripe(self) -> bool:
        return self.paid_with != "marketplace"

    def told(self, now: datetime, reference: str) -> OrderTold:
        """The order as a shop would tell it today. `reference` is that of its payment."""
        lines = tuple(bought(*each) for each in self.goods)
        total = str(worth(lines) - Decimal(self.discount) + Decimal(self.shipping))
        gateway = "stripe" if self.by_stripe else "manual"
        return OrderTold(
            number=self.number,
            currency="EUR",
            ordered_at=days_before(now, self.days_ago + 3, hour=20),
            dispatched_at=days_before(now, self.days_ago + 2, hour=16),
            delivered_at=days_before(now, self.days_ago, hour=11) if self.delivered else None,
            total=total,
            email=self.buyer.email,
            locale=self.buyer.locale,
            buyer="business" if self.buyer.company else "consumer",
            customer=CustomerTold(key=self.buyer.email, name=self.buyer.name),
            ship_to=_address(self.buyer),
            lines=lines,
            payments=(PaymentTold(self.paid_with, gateway, reference, total),),
            settled_by="us" if self.by_stripe else "marketplace",
            channel="web" if self.by_stripe else "marketplace",
            discount=self.discount,
            discount_code=self.code,
            shipping=ShippingTold(amount=self.shipping, tax_rate="21"),
            gift=self.gift,
            outbound_tracking=(self.tracking,) if self.tracking else (),
        )


def days_before(now: datetime, days: int, *, hour: int) -> datetime:
    """That hour in the shop, so many whole days before today."""
    return (now.astimezone(ZONE) - timedelta(days=days)).replace(hour=hour, minute=0, second=0, microsecond=0)


def _address(buyer: Buyer) -> AddressTold:
    return AddressTold(
        **{
            name: getattr(buyer, name)
            for name in ("name", "company", "street", "house_number", "postal_code", "city", "country")
        }
    )


FITTING = Bought(
    number="10417",
    buyer=SANNE,
    goods=(("DUIN-BLUE-42", 1), ("WAD-OATMEAL-M", 1), ("LOOF-GREEN-M", 1)),
    days_ago=4,
)
LATE = Bought(number="10244", buyer=YUSUF, goods=(("BUI-OCHRE-L", 1),), days_ago=120)
BUSINESS = Bought(
    number="10411",
    buyer=STUDIO,
    goods=(("UIL", 4), ("KLEI", 12)),
    days_ago=6,
    shipping="9.95",
)
GIFT = Bought(
    number="10398",
    buyer=LOTTE,
    goods=(("WAD-OATMEAL-S", 1), ("KADO", 1)),
    days_ago=22,
    gift=True,
)
ELECTRONIC = Bought(number="10419", buyer=DAAN, goods=(("MUS", 1), ("VEN", 1)), days_ago=3, paid_with="card")
MARKETPLACE = Bought(number="10406", buyer=MEES, goods=(("HEIDE", 1),), days_ago=8, paid_with="marketplace")
ON_ITS_WAY = Bought(
    number="10425",
    buyer=FEMKE,
    goods=(("DUIN-CORAL-39", 1),),
    days_ago=0,
    paid_with="klarna",
    shipping="4.95",
    delivered=False,
    tracking="3SLNWD0010425",
)
CENTS = Bought(
    number="10415",
    buyer=NOOR,
    goods=(("LOOF-WHITE-L", 2), ("KLEI", 1)),
    days_ago=5,
    shipping="4.95",
    discount="6.49",
    code="WELKOM10",
)
GERMAN = Bought(
    number="10413",
    buyer=HANNAH,
    goods=(("ZEE-PETROL-M", 1), ("BUI-OCHRE-M", 1)),
    days_ago=6,
    paid_with="paypal",
    shipping="9.95",
)
TO_TRY = (FITTING, LATE, BUSINESS, GIFT, ELECTRONIC, MARKETPLACE, ON_ITS_WAY, CENTS, GERMAN)
"""Orders nobody has sent anything back of yet."""
