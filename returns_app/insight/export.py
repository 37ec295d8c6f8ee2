"""Everything there is about a merchant's returns, as JSON, a little at a time."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from uuid import UUID

from returns_app import database

_AT_ONCE = 100
_EVERYTHING = """
SELECT r.requested_at, r.id, (to_jsonb(r) - 'merchant' - 'key' || jsonb_build_object(
  'order_number', o.number, 'email', o.email, 'shopper', s.name,
  'lines', (SELECT coalesce(jsonb_agg(to_jsonb(l) - 'return_id' || jsonb_build_object(
      'sku', ol.sku, 'title', ol.title, 'options', ol.options,
      'decisions', (SELECT coalesce(jsonb_agg(to_jsonb(d) - 'return_line' ORDER BY d.at), '[]')
                    FROM decisions d WHERE d.return_line = l.id),
      'photos', (SELECT coalesce(jsonb_agg(jsonb_build_object('id', p.id, 'kind', p.kind,
                   'taken_at', p.taken_at) ORDER BY p.taken_at), '[]')
                 FROM return_photos p WHERE p.return_line = l.id)) ORDER BY l.position), '[]')
    FROM return_lines l JOIN order_lines ol ON ol.id = l.order_line WHERE l.return_id = r.id),
  'extra_items', (SELECT coalesce(jsonb_agg(to_jsonb(x) - 'return_id'), '[]')
                  FROM extra_items x WHERE x.return_id = r.id),
  'parcels', (SELECT coalesce(jsonb_agg(to_jsonb(p) - 'merchant' - 'return_id' ORDER BY p.created_at), '[]')
              FROM parcels p WHERE p.return_id = r.id),
  'settlements', (SELECT coalesce(jsonb_agg(to_jsonb(t) - 'return_id' ORDER BY t.at), '[]')
                  FROM settlements t WHERE t.return_id = r.id),
  'refunds', (SELECT coalesce(jsonb_agg(to_jsonb(f) - 'merchant' - 'return_id' - 'body'
                ORDER BY f.planned_at), '[]')
              FROM refunds f WHERE f.return_id = r.id),
  'credits', (SELECT coalesce(jsonb_agg(to_jsonb(c) - 'merchant' - 'return_id' ORDER BY c.issued_at), '[]')
              FROM credits c WHERE c.return_id = r.id),
  'exchanges', (SELECT coalesce(jsonb_agg(to_jsonb(x) - 'merchant'), '[]') FROM exchanges x
                JOIN return_lines l ON l.id = x.return_line WHERE l.return_id = r.id),
  'messages', (SELECT coalesce(jsonb_agg(jsonb_build_object('kind', m.kind, 'to', m.to, 'subject', m.subject,
                 'text', m.text, 'state', m.state, 'written_at', m.written_at, 'sent_at', m.sent_at)
                 ORDER BY m.written_at), '[]') FROM messages m WHERE m.return_id = r.id),
  'events', (SELECT coalesce(jsonb_agg(jsonb_build_object('kind', e.kind, 'at', e.at, 'actor', e.actor,
               'data', e.data) ORDER BY e.id), '[]') FROM journal_events e WHERE e.return_id = r.id)
))::text AS document
FROM returns r JOIN orders o ON o.id = r."order" JOIN shoppers s ON s.id = o.shopper
WHERE r.merchant = $1 AND (r.requested_at, r.id) > ($2, $3)
ORDER BY r.requested_at, r.id LIMIT $4
"""


async def returns_as_json(merchant: UUID) -> AsyncIterator[str]:
    """A JSON array of all returns with everything kept about them, oldest first. Amounts are minor units.

    Photos and labels are named, not contained.
    """
    yield "["
    last, first = (datetime(1, 1, 1, tzinfo=UTC), UUID(int=0)), True
    while rows := await database.fetch(_EVERYTHING, merchant, *last, _AT_ONCE):
        for row in rows:
            yield ("\n" if first else ",\n") + row["document"]
            first = False
        last = rows[-1]["requested_at"], rows[-1]["id"]
    yield "\n]\n"
