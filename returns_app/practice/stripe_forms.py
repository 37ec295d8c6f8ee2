"""Stripe's form bodies (`metadata[order]=1001&expand[0]=charge`) and the parameters each call knows."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl

from returns_app.practice.stripe_errors import invalid

Reader = Callable[[str, Any], Any]
Parameters = Mapping[str, Reader]


def nested(encoded: str) -> dict[str, Any]:
    """Undo the bracket encoding: dicts by name, lists by number or empty brackets."""
    form: dict[str, Any] = {}
    for name, value in parse_qsl(encoded, keep_blank_values=True):
        _place(form, re.findall(r"[^\[\]]+|(?<=\[)(?=\])", name), value)
    return {name: _listed(value) for name, value in form.items()}


def _place(form: dict[str, Any], path: list[str], value: str) -> None:
    for part in path[:-1]:
        inner = form.setdefault(part, {})
        if not isinstance(inner, dict):
            raise invalid(f"Invalid parameter: {part}", param=part)
        form = inner
    form[path[-1] or str(len(form))] = value


def _listed(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    inner = {name: _listed(item) for name, item in value.items()}
    if inner and all(name.isdigit() for name in inner):
        return [inner[name] for name in sorted(inner, key=int)]
    return inner


def read(
    parameters: Parameters, form: Mapping[str, Any], *, required: tuple[str, ...] = ()
) -> dict[str, Any]:
    """The form's values by their kind. Refuses what the call does not know or misses."""
    for name in form:
        if name not in parameters:
            raise invalid(f"Received unknown parameter: {name}", code="parameter_unknown", param=name)
    for name in required:
        if name not in form:
            raise invalid(f"Missing required param: {name}.", code="parameter_missing", param=name)
    return {name: parameters[name](name, value) for name, value in form.items()}


def text(name: str, value: Any) -> str:
    if not isinstance(value, str):
        raise invalid(f"Invalid string: {value}", param=name)
    if value == "":
        raise invalid(f"You passed an empty string for '{name}'.", code="parameter_invalid_empty", param=name)
    return value


def whole(name: str, value: Any) -> int:
    if not isinstance(value, str) or not re.fullmatch(r"-?\d{1,15}", value):
        raise invalid(f"Invalid integer: {value}", code="parameter_invalid_integer", param=name)
    return int(value)


def positive(name: str, value: Any) -> int:
    number = whole(name, value)
    if number < 1:
        raise invalid(
            "This value must be greater than or equal to 1.", code="parameter_invalid_integer", param=name
        )
    return number


def flag(name: str, value: Any) -> bool:
    if value not in ("true", "false"):
        raise invalid(f"Invalid boolean: {value}", param=name)
    return value == "true"


def one_of(*choices: str) -> Reader:
    def read_choice(name: str, value: Any) -> str:
        if value not in choices:
            raise invalid(f"Invalid {name}: must be one of {', '.join(choices)}", param=name)
        return value

    return read_choice


def metadata(name: str, value: Any) -> dict[str, str]:
    """At most 50 keys of 40 characters with values of 500 (docs.stripe.com/api/metadata)."""
    entries = {} if value == "" else value
    if not isinstance(entries, dict) or not all(isinstance(entry, str) for entry in entries.values()):
        raise invalid("Invalid metadata: must be a hash of strings", param=name)
    if len(entries) > 50 or any(len(key) > 40 or len(entry) > 500 for key, entry in entries.items()):
        raise invalid("Metadata is limited to 50 keys of 40 characters with values of 500", param=name)
    return entries


def texts(name: str, value: Any) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise invalid("Invalid array", param=name)
    return value


def tree(name: str, value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise invalid("Invalid object", param=name)
    return value


def trees(name: str, value: Any) -> list[dict[str, Any]]:
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise invalid("Invalid array", param=name)
    return value


def span(name: str, value: Any) -> tuple[int, int]:
    """A moment or a range of moments (seconds since 1970), as inclusive bounds."""
    if isinstance(value, str):
        moment = whole(name, value)
        return moment, moment
    bounds = read({"gt": whole, "gte": whole, "lt": whole, "lte": whole}, tree(name, value))
    low = max(bounds.get("gt", -1) + 1, bounds.get("gte", 0))
    high = min(bounds.get("lt", 1 << 60) - 1, bounds.get("lte", 1 << 60))
    return low, high
