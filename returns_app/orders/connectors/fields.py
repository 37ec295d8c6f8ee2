"""The fields an order line can be told in, and the headers shops give them."""

from __future__ import annotations

import re

FIELDS = {
    "number": "order number",
    "sku": "article number",
    "title": "what was bought",
    "quantity": "units; below zero they came back",
    "unit_price": "price of one unit, with tax",
    "discount": "taken off the whole line",
    "paid": "paid for the whole line, when the shop says so itself",
    "tax": "the tax inside what was paid for the line",
    "tax_rate": "per cent",
    "product_type": "path in the product tree",
    "brand": "brand",
    "picture": "web address of a picture",
    "ean": "EAN",
    "weight": "grams of one unit",
    "stock": "units on hand",
    "family": "the product this is a variant of",
    "ordered_at": "date of the order",
    "dispatched_at": "date it was sent",
    "delivered_at": "date it was delivered",
    "tracking": "tracking numbers of the parcels out",
    "customer": "customer number",
    "email": "e-mail of who bought",
    "name": "name of who bought",
    "buyer": "consumer or business",
    "country": "country it was sent to",
    "company": "company it was sent to",
    "street": "street",
    "house_number": "house number",
    "postal_code": "postal code",
    "city": "city",
    "region": "region",
    "phone": "telephone",
    "channel": "where it was bought",
    "locale": "language of the shopper",
    "currency": "ISO 4217",
    "discount_code": "code used on the order",
    "gift": "yes when a gift",
    "settled_by": "us, platform or marketplace",
    "payment_method": "card, ideal …",
    "payment_gateway": "stripe, manual …",
    "payment_reference": "the provider's id of the payment",
    "order_discount": "taken off the whole order",
    "order_shipping": "shipping paid, after its discount",
    "order_total": "all that was paid",
}
NEEDED = ("number", "sku", "quantity", "unit_price", "ordered_at")

_HEADERS = {
    "number": "order number, order no, order id, order, invoiceno, invoice number, ordernummer, "
    "bestelnummer, bestelling, factuurnummer",
    "sku": "sku, item sku, product sku, stockcode, article, article number, artikelnummer, artikelcode",
    "title": "title, item name, product name, product, description, omschrijving, artikel, "
    "productnaam, titel",
    "quantity": "quantity, qty, item quantity, aantal",
    "unit_price": "unit price, unitprice, price, item cost, item price, prijs, stukprijs, prijs per stuk",
    "discount": "line discount, item discount, regelkorting",
    "paid": "line total, line paid, paid, regeltotaal, betaald",
    "tax": "line tax, item tax, btw bedrag",
    "tax_rate": "tax rate, vat rate, vat, btw, btw percentage, btw tarief",
    "product_type": "product type, category, productgroep, categorie",
    "brand": "brand, vendor, merk",
    "picture": "picture, image, image url, afbeelding",
    "ean": "ean, gtin, barcode, upc",
    "weight": "weight, grams, gewicht",
    "stock": "stock, in stock, voorraad",
    "family": "family, parent sku, product id, familie",
    "ordered_at": "order date, ordered at, created at, date, invoicedate, besteldatum, orderdatum, datum",
    "dispatched_at": "dispatched at, shipped at, fulfilled at, verzenddatum, verzonden op",
    "delivered_at": "delivered at, delivery date, bezorgdatum, geleverd op",
    "tracking": "tracking, tracking number, track and trace, trackingnummer",
    "customer": "customer id, customerid, customer, customer number, klantnummer, klant",
    "email": "email, e-mail, email address, billing email, email billing, customer email, e-mailadres",
    "name": "customer name, shipping name, naam, klantnaam",
    "country": "country, shipping country, country code, country code shipping, land, landcode",
    "company": "company, shipping company, bedrijf",
    "street": "street, address, shipping street, address 1, adres, straat",
    "house_number": "house number, huisnummer",
    "postal_code": "postal code, zip, postcode, shipping zip, postcode shipping",
    "city": "city, shipping city, city shipping, plaats, woonplaats",
    "region": "region, province, shipping province, state code shipping, provincie",
    "phone": "phone, telephone, telefoon",
    "channel": "channel, source, kanaal",
    "currency": "currency, valuta",
    "discount_code": "discount code, coupon code, kortingscode",
    "payment_method": "payment method, payment method title, betaalmethode, betaalwijze",
    "payment_reference": "payment reference, transaction id, betalingskenmerk",
    "order_discount": "discount amount, order discount, cart discount amount, korting, orderkorting",
    "order_shipping": "shipping, shipping amount, order shipping amount, verzendkosten",
    "order_total": "total, order total, order total amount, totaal, ordertotaal",
}
# An export of Shopify is known by its “Lineitem …” columns; there “Name” is the order's.
_SHOPIFY = {
    "number": "name",
    "sku": "lineitem sku",
    "title": "lineitem name",
    "quantity": "lineitem quantity",
    "unit_price": "lineitem price",
    "discount": "lineitem discount",
    "brand": "vendor",
    "ordered_at": "created at",
    "dispatched_at": "fulfilled at",
    "name": "shipping name",
}


def plain(header: str) -> str:
    """A header without case, dots and brackets: “E-mail (Billing)” is “e-mail billing”."""
    return " ".join(re.sub(r"[^\w\s-]", " ", header.casefold()).replace("_", " ").split())


def usual_columns(header: tuple[str, ...]) -> dict[str, str]:
    """Field to column, for the header names that shops usually give; unknown columns are left alone."""
    there = {plain(name): name for name in header}
    names = {field: [plain(one) for one in words.split(",")] for field, words in _HEADERS.items()}
    if "lineitem name" in there:
        names |= {field: [word] for field, word in _SHOPIFY.items()}
    found = {}
    for field, usual in names.items():
        known = [there[one] for one in [field.replace("_", " "), *usual] if one in there]
        if "lineitem name" in there and field in _SHOPIFY:
            known = [there[one] for one in usual if one in there]
        found |= {field: known[0]} if known else {}
    return found
