"""Sendcloud's published description, as a judge of requests and answers."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import httpx
import yaml
from jsonschema import Draft202012Validator

FILE = Path(__file__).parents[2] / "data" / "sendcloud" / "returns-v3.yaml"
BASE = "/api/v3"


@cache
def description() -> dict[str, Any]:
    return yaml.safe_load(FILE.read_text())


def check_request(request: httpx.Request) -> None:
    """Path, query, headers and body are ones the description knows; AssertionError says what is not."""
    operation, _ = _operation(request)
    known = [_resolved(parameter) for parameter in operation.get("parameters", [])]
    _check_query(dict(parse_qsl(request.url.query.decode())), known)
    _check_accept(request, known)
    body = _resolved(operation.get("requestBody", {})).get("content", {}).get("application/json")
    if body is not None:
        sent = json.loads(request.content)
        _check(sent, body["schema"])
        assert not (strange := undocumented(sent, body["schema"])), f"Sendcloud knows no {strange}"


def check_answer(request: httpx.Request, response: httpx.Response) -> None:
    """The status is documented for this call, and the body has the documented shape."""
    operation, _ = _operation(request)
    described = operation["responses"].get(str(response.status_code))
    assert described is not None, f"{request.method} {request.url.path} never answers {response.status_code}"
    content = _resolved(described).get("content", {})
    kind = response.headers["content-type"].partition(";")[0]
    if content:
        assert kind in content, f"{kind} is not among {list(content)}"
    if kind == "application/json" and content:
        schema = content[kind]["schema"]
        _check(response.json(), schema)
        assert not (strange := undocumented(response.json(), schema)), f"Sendcloud documents no {strange}"


def undocumented(value: Any, schema: dict[str, Any], at: str = "") -> list[str]:
    """Names in `value` which the schema doesn't list: Sendcloud answers those with unknown_field."""
    known = _properties(schema)
    if isinstance(value, list):
        items = _resolved(schema).get("items", {})
        return [name for entry in value for name in undocumented(entry, items, at)]
    if not isinstance(value, dict) or known is None:
        return []
    found = [f"{at}{name}" for name in value.keys() - known.keys()]
    for name in value.keys() & known.keys():
        found += undocumented(value[name], known[name], f"{at}{name}.")
    return found


def _properties(schema: dict[str, Any]) -> dict[str, Any] | None:
    """All properties a schema lists, through its parts; None when it is open."""
    whole = _resolved(schema)
    parts = [whole, *(_resolved(part) for part in whole.get("allOf", []) + whole.get("oneOf", []))]
    listed = [part["properties"] for part in parts if "properties" in part]
    return {name: shape for part in listed for name, shape in part.items()} if listed else None


def _check(value: Any, schema: dict[str, Any]) -> None:
    whole = {**schema, "components": description()["components"]}
    Draft202012Validator.check_schema(whole)
    Draft202012Validator(whole).validate(value)


def _check_query(query: dict[str, str], known: list[dict[str, Any]]) -> None:
    listed = {one["name"]: one for one in known if one["in"] == "query"}
    assert query.keys() <= listed.keys(), f"unknown query {query.keys() - listed.keys()}"
    assert {name for name, one in listed.items() if one.get("required")} <= query.keys()
    for name, text in query.items():
        schema = listed[name]["schema"]
        _check(float(text) if schema["type"] in ("number", "integer") else text, schema)


def _check_accept(request: httpx.Request, known: list[dict[str, Any]]) -> None:
    for one in known:
        if one["in"] == "header" and one["name"] == "Accept":
            _check(request.headers["accept"], one["schema"])


def _operation(request: httpx.Request) -> tuple[dict[str, Any], str]:
    path = request.url.path[request.url.path.index(BASE) + len(BASE) :]
    for template, methods in description()["paths"].items():
        if re.fullmatch(template.replace("{id}", r"\d+").replace("{type}", r"\w+"), path):
            return methods[request.method.lower()], template
    raise AssertionError(f"Sendcloud has no {request.method} {path}")


def _resolved(part: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in part:
        found: Any = description()
        for name in part["$ref"].removeprefix("#/").split("/"):
            found = found[name]
        part = found
    return part
