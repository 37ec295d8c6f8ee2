"""The mapping of a file's columns to our fields, in TOML. docs/orders.md describes the language."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from difflib import get_close_matches
from string import Formatter
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from returns_app.orders.connectors.fields import FIELDS, NEEDED, usual_columns
from returns_app.policy.lines import Lines


class MappingWrong(ValueError):
    """The mapping cannot be used; each line of the message names the file, the line and what is wrong."""

    status = 400
    code = "mapping_wrong"


class _Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    pass


class FileShape(_Part, frozen=True):
    encoding: str | None = None
    delimiter: str | None = None
    decimal: Literal[".", ","] | None = None
    """None: read from each amount, refusing the ambiguous."""


class Dates(_Part, frozen=True):
    formats: tuple[str, ...] = ()
    """strptime formats tried in order; ISO 8601 is always read."""
    timezone: str | None = None
    """Zone of dates that tell none; the merchant's by default."""
    newest_days_ago: int | None = None
    """For a demo: shift all dates by whole days so that the newest is so many days ago."""
    dispatched_after_days: int | None = None
    delivered_after_days: int | None = None


class Services(_Part, frozen=True):
    """Article numbers that are no goods; those of `shipping` make up the order's shipping."""

    skus: tuple[str, ...] = ()
    prefixes: tuple[str, ...] = ()
    shipping: tuple[str, ...] = ()


class Taxes(_Part, frozen=True):
    """Per cent, by country, where the file tells no rate."""

    default: str = "0"
    rates: dict[str, str] = {}


class PaymentBy(_Part, frozen=True):
    """Templates of the one payment an imported order has; none is made without a method."""

    method: str = "{payment_method}"
    gateway: str = "manual"
    reference: str = "{number}"


class Mapping(_Part, frozen=True):
    columns: dict[str, str] = {}
    constants: dict[str, str] = {}
    templates: dict[str, str] = {}
    options: dict[str, str] = {}
    """Name of an option to the template of its value."""
    file: FileShape = FileShape()
    dates: Dates = Dates()
    countries: dict[str, str] = {}
    services: Services = Services()
    tax: Taxes = Taxes()
    product_types: dict[str, tuple[str, ...]] = {}
    """Product type to the words of a title that speak for it; the first that fits counts."""
    family: str | None = None
    """Pattern; the part of the article number it finds names the family."""
    payment: PaymentBy = PaymentBy()


def read_mapping(text: str, *, file: str) -> Mapping:
    """Raises MappingWrong with every fault found and its line."""
    try:
        mapping = msgspec.convert(tomllib.loads(text), Mapping)
    except tomllib.TOMLDecodeError as error:
        raise MappingWrong(f"{file}: this is not TOML: {error}.") from None
    except msgspec.ValidationError as error:
        what, _, path = str(error).partition(" - at `")
        raise MappingWrong(_fault(file, Lines(text), _steps(path.rstrip("`")), what)) from None
    lines = Lines(text)
    faults = [_fault(file, lines, path, what) for path, what in _faults(mapping)]
    if faults:
        raise MappingWrong("\n".join(faults))
    return mapping


def usual_mapping(header: tuple[str, ...], path: str) -> Mapping:
    """The mapping for headers that shops usually give. Raises MappingWrong when needed ones are missing."""
    mapping = Mapping(columns=usual_columns(header))
    missing = [field for field in NEEDED if field not in mapping.columns]
    if missing:
        raise MappingWrong(
            f"{path}: no column was recognised for {_listed(missing)}. Its columns are {_listed(header)}. "
            "Write a mapping and name it with --mapping; docs/orders.md shows how."
        )
    return mapping


def check_columns(mapping: Mapping, header: tuple[str, ...], *, file: str, text: str) -> None:
    """Every column a mapping names must be there, and every needed field must come from somewhere."""
    lines = Lines(text)
    faults = [
        _fault(file, lines, ("columns", field), f"the file has no column “{column}”{_near(column, header)}")
        for field, column in mapping.columns.items()
        if column not in header
    ]
    told = {*mapping.columns, *mapping.constants, *mapping.templates}
    missing = [field for field in NEEDED if field not in told]
    if missing:
        what = f"nothing says where to find {_listed(missing)}; the columns are {_listed(header)}"
        faults.append(_fault(file, lines, ("columns",), what))
    if faults:
        raise MappingWrong("\n".join(faults))


def names_in(template: str) -> list[str]:
    """The fields a template speaks of. Raises ValueError when its braces don't fit."""
    return [name for _, name, _, _ in Formatter().parse(template) if name is not None]


_Path = tuple[str | int, ...]


def _faults(mapping: Mapping) -> list[tuple[_Path, str]]:
    found: list[tuple[_Path, str]] = []
    for table in ("columns", "constants", "templates"):
        for field in getattr(mapping, table):
            if field not in FIELDS:
                found.append(((table, field), f"there is no field “{field}”{_near(field, FIELDS)}"))
    for path, template in _templates(mapping):
        found += [(path, what) for what in _template_faults(template)]
    found += _date_faults(mapping.dates)
    found += _number_faults(mapping)
    return found


def _templates(mapping: Mapping) -> list[tuple[_Path, str]]:
    named: list[tuple[_Path, str]] = [(("templates", key), one) for key, one in mapping.templates.items()]
    named += [(("options", key), one) for key, one in mapping.options.items()]
    payment = msgspec.structs.asdict(mapping.payment)
    return named + [(("payment", key), one) for key, one in payment.items()]


def _template_faults(template: str) -> list[str]:
    try:
        names = names_in(template)
    except ValueError as error:
        return [f"the braces of “{template}” don't fit: {error}"]
    return [f"there is no field “{name}”{_near(name, FIELDS)}" for name in names if name not in FIELDS]


def _date_faults(dates: Dates) -> list[tuple[_Path, str]]:
    found: list[tuple[_Path, str]] = []
    if dates.timezone:
        try:
            ZoneInfo(dates.timezone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            found.append((("dates", "timezone"), f"there is no time zone “{dates.timezone}”"))
    for key in ("newest_days_ago", "dispatched_after_days", "delivered_after_days"):
        days = getattr(dates, key)
        if days is not None and not 0 <= days <= 3650:
            found.append((("dates", key), "days are counted from 0 to 3650"))
    return found


def _number_faults(mapping: Mapping) -> list[tuple[_Path, str]]:
    percent = re.compile(r"\d{1,2}(\.\d{1,2})?")
    rates: dict[_Path, str] = {("tax", "rates", key): rate for key, rate in mapping.tax.rates.items()}
    rates[("tax", "default")] = mapping.tax.default
    found: list[tuple[_Path, str]] = [
        (path, f"“{rate}” is not a rate in per cent, such as “21”")
        for path, rate in rates.items()
        if not percent.fullmatch(rate)
    ]
    for name, code in mapping.countries.items():
        if not re.fullmatch("[A-Z]{2}", code):
            found.append((("countries", name), f"“{code}” is not a country code such as NL"))
    if mapping.family is not None:
        try:
            re.compile(mapping.family)
        except re.error as error:
            found.append((("family",), f"the pattern can't be read: {error}"))
    if mapping.file.delimiter is not None and len(mapping.file.delimiter) != 1:
        found.append((("file", "delimiter"), "a separator is one character"))
    return found


def _fault(file: str, lines: Lines, path: _Path, what: str) -> str:
    key = ".".join(str(step) for step in path)
    place = f"{file}:{lines.of(path)}" + (f", {key}" if key else "")
    return f"{place}: {what[0].lower()}{what[1:]}" + ("" if what.endswith("?") else ".")


def _steps(path: str) -> _Path:
    """msgspec's “$.tax.rates[...]” as a path of keys."""
    return tuple(step for step in re.split(r"[.\[\]]+", path.removeprefix("$")) if step)


def _near(word: str, known: Iterable[str]) -> str:
    near = get_close_matches(word, list(known), n=1)
    return f"; did you mean “{near[0]}”?" if near else ""


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"“{name}”" for name in names)
