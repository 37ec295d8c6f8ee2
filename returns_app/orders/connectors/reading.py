"""One record of a file to one staged line, by a mapping. Compiled once, called for every line."""

from __future__ import annotations

import re
from collections.abc import Callable
from collections.abc import Mapping as Cells
from datetime import datetime, timedelta
from decimal import Decimal
from functools import lru_cache, partial
from typing import NamedTuple
from zoneinfo import ZoneInfo

import msgspec

from returns_app.core.paid import tax_within
from returns_app.money import Money, MoneyError, exponent, round_half_up
from returns_app.orders.amounts import hundredths, line_gross
from returns_app.orders.connectors.countries import country_code, nearest_country
from returns_app.orders.connectors.csv_file import Record
from returns_app.orders.connectors.fields import FIELDS
from returns_app.orders.connectors.mapping import Mapping
from returns_app.orders.connectors.values import CellWrong, amount, moment, whole
from returns_app.orders.scheme import AddressTold


class LineRejected(ValueError):
    """This line can't be taken in; the message is the sentence for the file of rejected lines."""


class StagedLine(NamedTuple):
    """A line as it is staged: the columns of the temporary table, in its order. Amounts in minor units."""

    line: int
    kind: str
    service: bool
    number: str
    sku: str
    title: str
    quantity: int
    unit_price: int
    paid: int
    tax: int
    tax_told: bool
    tax_rate: int
    product_type: str
    brand: str
    options: str
    picture: str | None
    ean: str | None
    weight: int
    stock: int | None
    family: str
    currency: str
    ordered_at: datetime | None
    dispatched_at: datetime | None
    delivered_at: datetime | None
    tracking: str | None
    customer: str | None
    email: str | None
    name: str | None
    buyer: str | None
    country: str | None
    address: str | None
    channel: str | None
    locale: str | None
    discount_code: str | None
    gift: bool | None
    settled_by: str | None
    method: str | None
    gateway: str | None
    reference: str | None
    order_discount: int | None
    order_shipping: int | None
    order_total: int | None


_LONGEST = {
    "number": 80,
    "sku": 120,
    "title": 400,
    "product_type": 200,
    "brand": 120,
    "picture": 2000,
    "family": 120,
    "customer": 254,
    "email": 254,
    "name": 200,
    "channel": 60,
    "locale": 10,
    "discount_code": 80,
    "payment_method": 40,
    "payment_gateway": 20,
    "payment_reference": 200,
}
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_YES = frozenset({"yes", "true", "1", "ja", "y", "j"})
_NO = frozenset({"no", "false", "0", "nee", "n", ""})
_ADDRESS = ("name", "company", "street", "house_number", "postal_code", "city", "region", "phone")


class LineReader:
    """Reads records of one file. `currency` and `timezone` are the merchant's, for what is not told."""

    def __init__(self, mapping: Mapping, header: tuple[str, ...], *, currency: str, timezone: str) -> None:
        self._mapping = mapping
        self._header = header
        self._cells = _cells(mapping, header)
        self._currency = currency
        zone = ZoneInfo(mapping.dates.timezone or timezone)
        self._moment = lru_cache(256)(partial(moment, formats=mapping.dates.formats, zone=zone))
        self._country = lru_cache(512)(self._read_country)
        self._rate = lru_cache(512)(self._read_rate)
        self._address = lru_cache(1024)(_address)
        self._product_type = lru_cache(20_000)(partial(_by_words, _words(mapping.product_types)))
        self._options = {name: _template(one) for name, one in mapping.options.items()}
        self._family = re.compile(mapping.family) if mapping.family else None
        payment = mapping.payment
        self._payment = [_template(one) for one in (payment.method, payment.gateway, payment.reference)]
        self._shipping = {sku.upper() for sku in mapping.services.shipping}
        self._services = {sku.upper() for sku in mapping.services.skus} | self._shipping
        self._prefixes = tuple(prefix.upper() for prefix in mapping.services.prefixes)

    def __call__(self, record: Record) -> StagedLine:
        """Raises LineRejected."""
        try:
            self._whole_record(record)
            return self._staged(record.line, self._cells(record.fields))
        except (CellWrong, MoneyError) as error:
            raise LineRejected(f"{str(error)[0].upper()}{str(error)[1:]}.") from None

    def _whole_record(self, record: Record) -> None:
        if record.broken:
            raise CellWrong(f"this is not a whole record: {record.broken}")
        there, wanted = len(record.fields), len(self._header)
        if there < wanted:
            raise CellWrong(f"there are {there} values where the header has {wanted} columns; is it cut off?")
        if there > wanted:
            raise CellWrong(
                f"there are {there} values where the header has {wanted} columns; "
                "a value with a separator in it needs quotes"
            )

    def _staged(self, line: int, cell: Cells[str, str]) -> StagedLine:
        sku, quantity = _needed(cell, "sku"), whole(_needed(cell, "quantity"), "the quantity")
        currency = (cell["currency"] or self._currency).upper()
        country = self._country(cell["country"]) if cell["country"] else None
        price = self._amount(cell["unit_price"] or "0", "unit_price")
        service = sku.upper() in self._services or sku.upper().startswith(self._prefixes or ("\x00",))
        kind = self._kind(sku, quantity, price, cell, service)
        rate = self._rate(cell["tax_rate"], country)
        paid = self._paid(cell, price, abs(quantity), currency)
        tax = self._minor(cell, "tax", currency)
        ordered = self._date(cell, "ordered_at")
        method, gateway, reference = (one(cell) or None for one in self._payment)
        title = cell["title"] or sku
        return StagedLine(
            line=line,
            kind=kind,
            service=service,
            number=_needed(cell, "number"),
            sku=sku,
            title=title,
            quantity=abs(quantity),
            unit_price=round_half_up(price.scaleb(exponent(currency))),
            paid=paid,
            tax=_tax(tax, paid, rate, currency),
            tax_told=tax is not None,
            tax_rate=rate,
            product_type=cell["product_type"] or self._product_type(title),
            brand=cell["brand"],
            options=self._option_text(cell),
            picture=cell["picture"] or None,
            ean=_digits(cell["ean"]),
            weight=whole(cell["weight"], "the weight") if cell["weight"] else 0,
            stock=max(0, whole(cell["stock"], "the stock")) if cell["stock"] else None,
            family=cell["family"] or self._family_of(sku),
            currency=currency,
            ordered_at=ordered,
            dispatched_at=self._date(cell, "dispatched_at") or _after(ordered, self._days("dispatched")),
            delivered_at=self._date(cell, "delivered_at") or _after(ordered, self._days("delivered")),
            tracking=cell["tracking"] or None,
            customer=cell["customer"] or None,
            email=_email(cell["email"]),
            name=cell["name"] or None,
            buyer=_one_of(cell, "buyer", ("consumer", "business")),
            country=country,
            address=self._address(country, *(cell[field] for field in _ADDRESS)) if country else None,
            channel=cell["channel"] or None,
            locale=cell["locale"] or None,
            discount_code=cell["discount_code"] or None,
            gift=_yes_or_no(cell["gift"]),
            settled_by=_one_of(cell, "settled_by", ("us", "platform", "marketplace")),
            method=method,
            gateway=gateway,
            reference=reference,
            order_discount=None if cell["paid"] else self._minor(cell, "order_discount", currency),
            order_shipping=self._minor(cell, "order_shipping", currency),
            order_total=self._minor(cell, "order_total", currency),
        )

    def _kind(self, sku: str, quantity: int, price: Decimal, cell: Cells[str, str], service: bool) -> str:
        if quantity == 0:
            raise CellWrong("the quantity is 0: nothing was bought or sent back")
        if price < 0:
            raise CellWrong(f"the price {price} is below zero: this is neither a sale nor a return")
        if quantity < 0:
            return "stock" if price == 0 and not (cell["customer"] or cell["email"]) else "return"
        if sku.upper() in self._shipping:
            return "shipping"
        return "service" if service else "goods"

    def _paid(self, cell: Cells[str, str], price: Decimal, quantity: int, currency: str) -> int:
        """For the whole line. Told, it stays as told; else price times units less the line's discount."""
        told = self._minor(cell, "paid", currency)
        if told is not None:
            return abs(told)
        discount = Money(self._minor(cell, "discount", currency) or 0, currency)
        gross = line_gross(price, quantity, discount)
        if gross.minor < 0:
            raise CellWrong(f"the discount {discount} is more than {quantity} × {price}")
        return gross.minor

    def _amount(self, text: str, field: str) -> Decimal:
        return amount(text, self._mapping.file.decimal, FIELDS[field])

    def _minor(self, cell: Cells[str, str], field: str, currency: str) -> int | None:
        return Money.of(self._amount(cell[field], field), currency).minor if cell[field] else None

    def _date(self, cell: Cells[str, str], field: str) -> datetime | None:
        return self._moment(cell[field], what=FIELDS[field]) if cell[field] else None

    def _days(self, what: str) -> int | None:
        return getattr(self._mapping.dates, f"{what}_after_days")

    def _family_of(self, sku: str) -> str:
        found = self._family.search(sku) if self._family else None
        return (found[0] if found else "") or sku

    def _option_text(self, cell: Cells[str, str]) -> str:
        options = {name: one(cell)[:200] for name, one in self._options.items()}
        return msgspec.json.encode({name: value for name, value in options.items() if value}).decode()

    def _read_country(self, name: str) -> str:
        code = self._mapping.countries.get(name) or country_code(name)
        if code is None:
            raise CellWrong(f"there is no country “{name}”{nearest_country(name)}")
        return code

    def _read_rate(self, told: str, country: str | None) -> int:
        tax = self._mapping.tax
        text = told.strip().rstrip("%") or tax.rates.get(country or "", tax.default)
        rate = amount(text, None, "the tax rate")
        if not 0 <= rate < 100:
            raise CellWrong(f"the tax rate “{told}” is not between 0 and 100 per cent")
        return hundredths(rate)


def _cells(mapping: Mapping, header: tuple[str, ...]) -> Callable[[list[str]], Cells[str, str]]:
    """A record's values by field: columns, else templates, else constants; “” where nothing is told."""
    constants = {**dict.fromkeys(FIELDS, ""), **mapping.constants}
    places = [(field, header.index(column)) for field, column in mapping.columns.items()]
    templates = [(field, _template(one)) for field, one in mapping.templates.items()]

    def cells(fields: list[str]) -> Cells[str, str]:
        cell = constants.copy()
        for field, place in places:
            value = fields[place].strip()
            if value:
                cell[field] = value
        for field, template in templates:
            cell[field] = template(cell)
        for field, longest in _LONGEST.items():
            if len(cell[field]) > longest:
                raise CellWrong(f"{FIELDS[field]} is longer than {longest} characters")
        return cell

    return cells


def _template(text: str) -> Callable[[Cells[str, str]], str]:
    """Fills a template; “” when a field it speaks of is empty, so that nobody is “@example.com”."""
    names = re.findall(r"\{(\w+)\}", text)

    def fill(cell: Cells[str, str]) -> str:
        return text.format_map(cell) if all(cell[name] for name in names) else ""

    return fill


def _needed(cell: Cells[str, str], field: str) -> str:
    if not cell[field]:
        raise CellWrong(f"the {FIELDS[field]} is missing")
    return cell[field]


def _tax(told: int | None, paid: int, rate: int, currency: str) -> int:
    if told is None:
        return tax_within(Money(paid, currency), rate).minor
    if not 0 <= abs(told) <= paid:
        raise CellWrong(f"a tax of {Money(told, currency)} cannot be within {Money(paid, currency)}")
    return abs(told)


def _after(ordered: datetime | None, days: int | None) -> datetime | None:
    return ordered + timedelta(days=days) if ordered is not None and days is not None else None


def _email(text: str) -> str | None:
    if text and not _EMAIL.fullmatch(text):
        raise CellWrong(f"“{text}” is not an e-mail address")
    return text.lower() or None


def _digits(text: str) -> str | None:
    """An EAN; spreadsheets leave “8712345678906.0” and apostrophes."""
    bare = text.strip("' ").removesuffix(".0")
    if bare and not (bare.isdigit() and 8 <= len(bare) <= 14):
        raise CellWrong(f"“{text}” is not an EAN of 8 to 14 digits")
    return bare or None


def _one_of(cell: Cells[str, str], field: str, words: tuple[str, ...]) -> str | None:
    value = cell[field].lower()
    if value and value not in words:
        raise CellWrong(f"{field} is “{cell[field]}”, not one of {', '.join(words)}")
    return value or None


def _yes_or_no(text: str) -> bool | None:
    word = text.lower()
    if word not in _YES | _NO:
        raise CellWrong(f"gift is “{text}”, not yes or no")
    return word in _YES if word else None


def _address(country: str, *parts: str) -> str:
    told = AddressTold(country=country, **dict(zip(_ADDRESS, parts, strict=True)))
    return msgspec.json.encode(told).decode()


def _words(types: Cells[str, tuple[str, ...]]) -> list[tuple[str, re.Pattern[str]]]:
    patterns = []
    for name, words in types.items():
        either = "|".join(re.escape(word) for word in words)
        patterns.append((name, re.compile(rf"\b(?:{either})\b", re.IGNORECASE)))
    return patterns


def _by_words(types: list[tuple[str, re.Pattern[str]]], title: str) -> str:
    return next((name for name, pattern in types if pattern.search(title)), "")
