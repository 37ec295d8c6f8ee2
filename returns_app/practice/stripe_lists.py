"""Lists of Stripe objects: the newest first, page by page, and objects put in place of their ids."""

from __future__ import annotations

import json
from typing import Any

from returns_app.practice.state import Document, State
from returns_app.practice.stripe_errors import invalid, missing
from returns_app.practice.stripe_forms import Parameters, read, span, text, texts, whole

PAGED: Parameters = {
    "created": span,
    "ending_before": text,
    "expand": texts,
    "limit": whole,
    "starting_after": text,
}
FILTERS: dict[str, Parameters] = {
    "refund": {"payment_intent": text, "charge": text},
    "payment_intent": {"customer": text},
    "charge": {"payment_intent": text, "customer": text},
    "event": {"type": text, "types": texts},
}
EXPANDABLE = {"charge": "charge", "payment_intent": "payment_intent", "latest_charge": "charge"}


def list_of(state: State, kind: str, url: str, query: dict[str, Any]) -> Document:
    """One page of a kind, by the filters its call knows."""
    wanted = read({**PAGED, **FILTERS[kind]}, query)
    limit = wanted.get("limit", 10)
    if not 1 <= limit <= 100:
        raise invalid("Limit must be between 1 and 100.", code="parameter_invalid_integer", param="limit")
    rows = _page(state, kind, wanted, limit + 1)
    data = [json.loads(row["body"]) for row in rows[:limit]]
    if "ending_before" in wanted:
        data.reverse()
    expands = {"expand": [path.removeprefix("data.") for path in wanted.get("expand", [])]}
    data = [expanded(state, item, expands) for item in data]
    return {"object": "list", "data": data, "has_more": len(rows) > limit, "url": url}


def expanded(state: State, item: Document, query: dict[str, Any]) -> Document:
    """The object with ids replaced by what they name, where `expand` asks for it."""
    for name in query.get("expand", []):
        if name not in EXPANDABLE or name not in item:
            raise invalid(f"This property cannot be expanded ({name}).", param="expand")
        if item[name] is not None:
            item = item | {name: state.get(EXPANDABLE[name], item[name])}
    return item


def _page(state: State, kind: str, wanted: dict[str, Any], rows: int) -> list[Any]:
    where = ["kind = ?"]
    values: list[str | int] = [kind]
    if kind == "refund" and "payment_intent" in wanted:
        where.append("parent = ?")
        values.append(wanted["payment_intent"])
    for name in ("payment_intent", "charge", "customer", "type"):
        if name in wanted:
            where.append(f"json_extract(body, '$.{name}') = ?")
            values.append(wanted[name])
    if "types" in wanted:
        where.append(f"json_extract(body, '$.type') IN ({', '.join('?' * len(wanted['types']))})")
        values += wanted["types"]
    if "created" in wanted:
        where.append("json_extract(body, '$.created') BETWEEN ? AND ?")
        values += wanted["created"]
    order = "DESC"
    if "starting_after" in wanted:
        where.append("position < ?")
        values.append(_position(state, kind, wanted["starting_after"], "starting_after"))
    if "ending_before" in wanted:
        where.append("position > ?")
        values.append(_position(state, kind, wanted["ending_before"], "ending_before"))
        order = "ASC"
    sql = f"SELECT body FROM document WHERE {' AND '.join(where)} ORDER BY position {order} LIMIT ?"
    return state.rows(sql, *values, rows)


def _position(state: State, kind: str, id: str, param: str) -> int:
    row = state.row("SELECT position FROM document WHERE kind = ? AND id = ?", kind, id)
    if row is None:
        raise missing(kind, id, param, status=400)
    return row["position"]
