"""The SQL of closing an import: `$1` is the merchant, `$2` the moment. Temporary tables end with it."""

from __future__ import annotations

FIRST = (
    "currency",
    "ordered_at",
    "dispatched_at",
    "delivered_at",
    "customer",
    "email",
    "name",
    "buyer",
    "country",
    "address",
    "channel",
    "locale",
    "discount_code",
    "gift",
    "settled_by",
    "method",
    "gateway",
    "reference",
    "order_discount",
    "order_shipping",
    "order_total",
)
"""Told of the whole order: its first line that says it counts, as exports often leave the others empty."""

HEADS = f"""
CREATE TEMPORARY TABLE heads ON COMMIT DROP AS
SELECT number, gen_random_uuid() AS id, min(line) AS line, count(DISTINCT customer) AS customers,
  count(DISTINCT currency) AS currencies, max(tax_rate) FILTER (WHERE kind = 'shipping') AS shipping_rate,
  COALESCE(max(tax_rate), 0) AS any_rate,
  COALESCE(sum(paid) FILTER (WHERE kind = 'shipping'), 0)::bigint AS postage,
  COALESCE(sum(paid) FILTER (WHERE kind <> 'shipping'), 0)::bigint AS lines_paid,
  string_agg(DISTINCT tracking, ',') AS tracking,
  {
    ", ".join(
        f"(array_agg({one} ORDER BY line) FILTER (WHERE {one} IS NOT NULL))[1] AS {one}" for one in FIRST
    )
}
FROM staged WHERE kind IN ('goods', 'service', 'shipping') GROUP BY number
"""

# What a whole order can be refused for, once its scattered lines are together.
REFUSALS = {
    "customers > 1": "'Order ' || number || ' names ' || customers || ' different customers.'",
    "currencies > 1": "'Order ' || number || ' has lines in ' || currencies || ' currencies.'",
    "ordered_at IS NULL": "'Order ' || number || ' has no date.'",
    "country IS NULL": "'Order ' || number || ' tells no country.'",
    "order_discount > lines_paid": "'The discount of order ' || number || ' is more than its lines.'",
    "order_total <> lines_paid - COALESCE(order_discount, 0) + postage + COALESCE(order_shipping, 0)": (
        "'Order ' || number || ' does not add up: its lines, less its discount, and its shipping come to ' "
        "|| lines_paid - COALESCE(order_discount, 0) + postage + COALESCE(order_shipping, 0) "
        "|| ', its total is ' || order_total || ' (in ' || currency || ', smallest unit).'"
    ),
}

# The text that `fingerprint.py` makes in Python; a test holds the two together.
ORDERED = """
CREATE TEMPORARY TABLE placed ON COMMIT DROP AS
SELECT s.*, (row_number() OVER (PARTITION BY s.number ORDER BY s.line) - 1)::int AS position
FROM staged s WHERE s.kind IN ('goods', 'service')
"""

MARKS = """
CREATE TEMPORARY TABLE marked ON COMMIT DROP AS
WITH lines AS (
  SELECT number, sum(paid)::bigint AS paid, string_agg(concat_ws('|', 'L', position, kind, sku, quantity,
  unit_price,
    paid, tax, tax_rate), E'\\n' ORDER BY position) AS text FROM placed GROUP BY number),
sums AS (
  SELECT h.*, lines.text, h.postage + COALESCE(h.order_shipping, 0) AS shipping,
    COALESCE(lines.paid, 0) + h.postage + COALESCE(h.order_shipping, 0) AS total,
    CASE WHEN h.postage > 0 THEN h.shipping_rate WHEN h.order_shipping > 0 THEN h.any_rate ELSE 0 END AS rate,
    COALESCE(h.settled_by, 'us') AS settler, COALESCE(h.buyer, 'consumer') AS bought_by,
    h.method IS NOT NULL AS pays
  FROM heads h LEFT JOIN lines USING (number))
SELECT *, encode(sha256(convert_to(concat_ws(E'\\n',
    concat_ws('|', 'O', currency, total, shipping, rate, settler, bought_by), text,
    CASE WHEN pays THEN concat_ws('|', 'P', 0, method, COALESCE(gateway, 'manual'), COALESCE(reference,
    ''), total)
    END), 'UTF8')), 'hex') AS fingerprint,
  COALESCE(customer, email, 'order ' || number) AS shopper_key
FROM sums
"""

SHOPPERS = """
WITH told AS (
  SELECT shopper_key AS key, email, name, locale, ordered_at, number FROM marked
  UNION ALL
  SELECT COALESCE(customer, email), email, name, locale, ordered_at, number FROM staged
  WHERE kind = 'return' AND COALESCE(customer, email) IS NOT NULL),
newest AS (SELECT DISTINCT ON (key) * FROM told ORDER BY key, ordered_at DESC NULLS LAST, number),
written AS (
  INSERT INTO shoppers AS s (id, merchant, key, email, name, locale, tags)
  SELECT gen_random_uuid(), $1, key, email, COALESCE(name, ''), locale, '{}' FROM newest ORDER BY key
  ON CONFLICT (merchant, key) DO UPDATE
  SET email = COALESCE(s.email, excluded.email), name = COALESCE(NULLIF(s.name, ''), excluded.name)
  WHERE (s.email IS NULL AND excluded.email IS NOT NULL) OR (s.name = '' AND excluded.name <> '')
  RETURNING xmax = 0 AS new)
SELECT count(*) FILTER (WHERE new) FROM written
"""

ORDERS = """
WITH written AS (
  INSERT INTO orders (id, merchant, number, shopper, email, buyer, country, channel, locale, currency,
  ordered_at,
    dispatched_at, delivered_at, ship_to, total, shipping, shipping_tax_rate, settled_by, discount_code, gift,
    exchanges, tags, outbound_tracking, fingerprint, taken_in_at)
  SELECT m.id, $1, m.number, s.id, m.email, m.bought_by, m.country, COALESCE(m.channel, 'web'), m.locale,
  m.currency,
    m.ordered_at, CASE WHEN m.dispatched_at <= $2 THEN m.dispatched_at END,
    CASE WHEN m.delivered_at <= $2 THEN m.delivered_at END,
    m.address::jsonb, m.total, m.shipping, m.rate, m.settler, m.discount_code, COALESCE(m.gift, false), 0,
    '{}',
    COALESCE(regexp_split_to_array(trim(m.tracking), '[,;\\s]+')::varchar[], '{}'), m.fingerprint, $2
  FROM marked m JOIN shoppers s ON s.merchant = $1 AND s.key = m.shopper_key ORDER BY m.number
  ON CONFLICT (merchant, number) DO NOTHING RETURNING id)
SELECT count(*) FROM written
"""

DATES = """
WITH told AS (
  SELECT o.id, CASE WHEN m.dispatched_at <= $2 THEN m.dispatched_at END AS dispatched_at,
    CASE WHEN m.delivered_at <= $2 THEN m.delivered_at END AS delivered_at,
    regexp_split_to_array(trim(m.tracking), '[,;\\s]+')::varchar[] AS tracking
  FROM marked m JOIN orders o ON o.merchant = $1 AND o.number = m.number AND o.id <> m.id),
written AS (
  UPDATE orders o SET dispatched_at = COALESCE(t.dispatched_at, o.dispatched_at),
    delivered_at = COALESCE(t.delivered_at, o.delivered_at),
    outbound_tracking = COALESCE(t.tracking, o.outbound_tracking)
  FROM told t WHERE o.id = t.id AND (t.dispatched_at <> o.dispatched_at OR t.delivered_at <> o.delivered_at
    OR t.tracking <> o.outbound_tracking OR (t.dispatched_at IS NOT NULL AND o.dispatched_at IS NULL)
    OR (t.delivered_at IS NOT NULL AND o.delivered_at IS NULL)) RETURNING o.id)
SELECT count(*) FROM written
"""

# Sales of new orders tell what a product is called and costs now, the newest first, unless an order
# here is newer still. What only came back is a product too.
PRODUCTS = """
WITH told AS (
  SELECT p.*, m.ordered_at AS sold_at FROM placed p JOIN marked m ON m.number = p.number
  JOIN orders o ON o.id = m.id WHERE p.kind = 'goods'
  UNION ALL
  SELECT s.*, -1 AS position, NULL::timestamptz AS sold_at FROM staged s WHERE s.kind = 'return' AND NOT
  s.service),
newest AS (
  SELECT DISTINCT ON (sku) * FROM told
  ORDER BY sku, (unit_price > 0 AND sold_at IS NOT NULL) DESC, sold_at DESC NULLS LAST, line DESC),
known AS (
  SELECT l.sku, max(o.ordered_at) AS sold_at FROM order_lines l JOIN orders o ON o.id = l."order"
  WHERE o.merchant = $1 AND l.sku IN (SELECT sku FROM newest) GROUP BY l.sku),
written AS (
  INSERT INTO products AS p (id, merchant, sku, family, title, product_type, brand, options, picture, ean,
  price,
    currency, weight, stock)
  SELECT gen_random_uuid(), $1, n.sku, n.family, n.title, n.product_type, n.brand, n.options::jsonb,
  n.picture, n.ean,
    n.unit_price, n.currency, n.weight, COALESCE(n.stock, 0)
  FROM newest n LEFT JOIN known k ON k.sku = n.sku
  WHERE k.sold_at IS NULL OR n.sold_at >= k.sold_at
    OR NOT EXISTS (SELECT FROM products e WHERE e.merchant = $1 AND e.sku = n.sku)
  ORDER BY n.sku
  ON CONFLICT (merchant, sku) DO UPDATE
  SET title = excluded.title, price = excluded.price, currency = excluded.currency,
    product_type = COALESCE(NULLIF(excluded.product_type, ''), p.product_type),
    brand = COALESCE(NULLIF(excluded.brand, ''), p.brand), picture = COALESCE(excluded.picture, p.picture),
    ean = COALESCE(excluded.ean, p.ean),
    options = CASE WHEN excluded.options = '{}' THEN p.options ELSE excluded.options END,
    weight = CASE WHEN excluded.weight = 0 THEN p.weight ELSE excluded.weight END
  WHERE EXISTS (SELECT FROM newest WHERE newest.sku = p.sku AND newest.sold_at IS NOT NULL)
  RETURNING xmax = 0 AS new)
SELECT count(*) FILTER (WHERE new) FROM written
"""

LINES = """
INSERT INTO order_lines (id, "order", position, kind, sku, product, title, product_type, brand, options,
  picture, tags,
  quantity, unit_price, paid, tax, tax_rate, weight, sealed, refundable)
SELECT gen_random_uuid(), m.id, p.position, p.kind, p.sku, CASE WHEN p.kind = 'goods' THEN x.id END, p.title,
  p.product_type, p.brand, p.options::jsonb, p.picture, '{}', p.quantity, p.unit_price, p.paid, p.tax,
  p.tax_rate,
  p.weight, NULL, p.kind = 'goods'
FROM placed p JOIN marked m ON m.number = p.number JOIN orders o ON o.id = m.id
LEFT JOIN products x ON x.merchant = $1 AND x.sku = p.sku ORDER BY m.number, p.position
"""

PAYMENTS = """
INSERT INTO payments (id, "order", position, method, gateway, reference, currency, captured, reserved,
  refunded,
  refunded_elsewhere, disputed)
SELECT gen_random_uuid(), m.id, 0, m.method, COALESCE(m.gateway, 'manual'), COALESCE(m.reference, ''),
  m.currency,
  m.total, 0, 0, 0, 0
FROM marked m JOIN orders o ON o.id = m.id WHERE m.pays AND m.total > 0 AND o.merchant = $1
"""

STOCK = """
WITH told AS (
  SELECT *, row_number() OVER (PARTITION BY number,
  sku ORDER BY line) AS nth FROM staged WHERE kind = 'stock'),
written AS (
  INSERT INTO stock_adjustments (id, merchant, reference, sku, note, quantity, adjusted_on)
  SELECT gen_random_uuid(), $1, left(concat_ws('/', number, sku, NULLIF(nth, 1)), 120), sku, title, -quantity,
    COALESCE(ordered_at, $2)::date
  FROM told ON CONFLICT (merchant, reference) DO NOTHING RETURNING id)
SELECT count(*) FROM written
"""
