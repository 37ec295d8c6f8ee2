"""Rules, facts and answers in the words of a person who reads a policy aloud."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal

from returns_app import wording
from returns_app.money import Money
from returns_app.policy import Cost, Deduction, Either, Note, PayOn, Percent, Rates, Rule, Window
from returns_app.policy.amounts import Prices, RawRates
from returns_app.policy.conditions import Condition, Is, IsNot, IsUnknown, Test, Within
from returns_app.policy.facts import FOLLOW_UP
from returns_app.wording import N_, translator

FACTS: Mapping[str, str] = {
    "ground": N_("Ground"),
    "withdrawal": N_("Right of withdrawal"),
    "conformity": N_("Legal guarantee"),
    "product_type": N_("Kind of product"),
    "sku": N_("Article number"),
    "brand": N_("Brand"),
    "tag": N_("Tag"),
    "price": N_("Price paid"),
    "discount": N_("Discount"),
    "quantity": N_("Quantity"),
    "weight": N_("Weight in grams"),
    "country": N_("Country"),
    "channel": N_("Sales channel"),
    "order_total": N_("Order total"),
    "discount_code": N_("Discount code"),
    "paid_with": N_("Paid with"),
    "gift": N_("A gift"),
    "exchanges": N_("Exchanges on this order"),
    "ordered_on": N_("Ordered on"),
    "ordered_days": N_("Days since the order"),
    "dispatched_days": N_("Days since it was sent"),
    "delivered_days": N_("Days since delivery"),
    "segment": N_("Group of shoppers"),
    "buyer": N_("Buyer"),
    "orders": N_("Orders of this shopper"),
    "spend": N_("Spent by this shopper"),
    "returns": N_("Returns of this shopper"),
    "return_rate": N_("Share sent back"),
    "requested_on": N_("Asked for on"),
    "reason": N_("Reason"),
    "return_total": N_("Total of the return"),
    "whole_order": N_("The whole order"),
    "photo": N_("With a photo"),
    "grade": N_("Condition"),
    "complete": N_("Complete"),
    "sealed": N_("Seal unbroken"),
    "serial_match": N_("Serial number is right"),
    "locked": N_("Locked to an account"),
}
QUESTIONS: Mapping[str, str] = {
    "accept": N_("Accept"),
    "window": N_("Window"),
    "offers": N_("Offers"),
    "fee": N_("Fee"),
    "return_shipping": N_("Return costs"),
    "credit_bonus": N_("Bonus on credit"),
    "exchange_bonus": N_("Bonus on an exchange"),
    "bonus_cap": N_("Bonus at most"),
    "keep": N_("Share given when kept"),
    "exchange_for": N_("Exchange for"),
    "methods": N_("Ways to send"),
    "evidence": N_("Evidence"),
    "pay_on": N_("Money moves on"),
    "shipping_refund": N_("Shipping given back"),
    "promotion": N_("A lost discount"),
    "gift_back": N_("The free gift comes back"),
    "verdict": N_("Verdict"),
    "deduction": N_("Deduction"),
    "ship_to": N_("Goes to"),
    "flag": N_("For the bench"),
    "note": N_("For the shopper"),
}
_WORDS: Mapping[str, str] = {
    "yes": N_("yes"),
    "no": N_("no"),
    "review": N_("a person decides"),
    "open": N_("open"),
    "closed": N_("closed"),
    "excepted": N_("excepted"),
    "consumer": N_("consumer"),
    "business": N_("business"),
    "same-product": N_("the same product"),
    "same-price": N_("anything of the same price"),
    "anything": N_("anything"),
    "none": N_("none"),
    "photo": N_("a photo"),
    "photo-and-note": N_("a photo and a few words"),
    "proportional": N_("in proportion"),
    "whole-order": N_("with the whole order"),
    "either": N_("in proportion or with the whole order, the better for the shopper"),
    "keep": N_("stays"),
    "reclaim": N_("is taken back"),
    "pay": N_("pay"),
    "deduct": N_("pay less"),
    "refuse": N_("refuse"),
    "approval": N_("approval"),
    "scan": N_("the carrier's first scan"),
    "receipt": N_("receipt"),
    "inspection": N_("inspection"),
}
_ANCHORS: Mapping[str, str] = {
    "delivery": N_("%(days)s days from delivery"),
    "dispatch": N_("%(days)s days from dispatch"),
    "order": N_("%(days)s days from the order"),
}
_NAMED: Mapping[str, tuple[wording.Words, Callable[[str, str], str]]] = {
    "ground": (wording.GROUNDS, lambda value, locale: wording.ground(value, locale, "staff")),
    "reason": (wording.REASONS, wording.reason),
    "grade": (wording.GRADES, wording.grade),
    "offers": (wording.RESOLUTIONS, lambda value, locale: wording.resolution(value, locale, "staff")),
    "methods": (wording.METHODS, lambda value, locale: wording.method(value, locale, "staff")),
}


def fact_name(name: str, locale: str) -> str:
    """What a fact is called; a follow-up question goes by its key."""
    if name.startswith(FOLLOW_UP):
        return translator(locale).gettext("Answer to “%(question)s”") % {"question": name[len(FOLLOW_UP) :]}
    return translator(locale).gettext(FACTS[name]) if name in FACTS else name


def question_name(name: str, locale: str) -> str:
    return translator(locale).gettext(QUESTIONS[name]) if name in QUESTIONS else name


def answer(question: str, value: object, locale: str) -> str:
    """An answer as a person would say it."""
    _ = translator(locale).gettext
    match value:
        case Window(alternatives, until):
            if until:
                return _("until %(day)s") % {"day": wording.full_date(until, locale)}
            spans = [_(_ANCHORS[span.anchor]) % {"days": span.days} for span in alternatives]
            return _(", else ").join(spans)
        case Rates(rates) | RawRates(rates):
            return "; ".join(
                " ".join([*_for_whom(rate.resolution, rate.method, locale), _amount(rate.amount, locale)])
                for rate in rates
            )
        case PayOn(every, each):
            told = [
                f"{_named('offers', name, locale)}: {_named('', moment, locale)}" for name, moment in each
            ]
            return _named("", every, locale) if every else "; ".join(told)
        case Deduction(each):
            return "; ".join(f"{grade} {wording.percent(points, locale)}" for grade, points in each)
        case Note():
            return f"“{value.in_(locale)}”"
        case tuple():
            return wording.listed([_named(question, str(each), locale) for each in value], locale)
        case _:
            return _amount(value, locale) if not isinstance(value, str) else _named(question, value, locale)


def _for_whom(resolution: str | None, method: str | None, locale: str) -> list[str]:
    told = [_named("offers", resolution, locale)] if resolution else []
    return [*told, *([f"({_named('methods', method, locale)})"] if method else [])]


def _amount(value: object, locale: str) -> str:
    match value:
        case Money():
            return wording.money(value, locale) if value.minor else translator(locale).gettext("nothing")
        case Prices(each):
            return " / ".join(wording.money(price, locale) for price in each)
        case Percent(points):
            return wording.percent(points, locale) if points else translator(locale).gettext("nothing")
        case Cost():
            return translator(locale).gettext("what the label costs")
        case Either(of):
            _ = translator(locale).gettext
            amounts = _(" or ").join(_amount(plain, locale) for plain in of)
            return _("%(amounts)s, the better for the shopper") % {"amounts": amounts}
        case _:
            return fact_value("", value, locale)


def fact_value(name: str, value: object, locale: str) -> str:
    """A fact's value; None is a fact nobody knows."""
    _ = translator(locale).gettext
    match value:
        case None:
            return _("unknown")
        case bool():
            return _("yes") if value else _("no")
        case Money():
            return wording.money(value, locale)
        case Decimal():
            return wording.percent(value, locale)
        case date():
            return wording.full_date(value, locale)
        case int():
            return wording.number(value, locale)
        case frozenset():
            return wording.listed(sorted(value), locale) if value else _("none")
        case _:
            return _named(name, str(value), locale)


def _named(name: str, value: str, locale: str) -> str:
    words, say = _NAMED.get(name, ({}, None))
    if say and value in words:
        return say(value, locale)
    return translator(locale).gettext(_WORDS[value]) if value in _WORDS else value


def condition(asked: Condition, locale: str) -> str:
    """What a rule asks of one fact: “Reason: too small or too large”, “Price paid: at least € 50.00”."""
    tests = [_test(test, asked.fact, locale) for test in asked.tests]
    return f"{fact_name(asked.fact, locale)}: {translator(locale).gettext(' or ').join(tests)}"


def _test(test: Test, fact: str, locale: str) -> str:
    _ = translator(locale).gettext
    match test:
        case Is(value):
            return fact_value(fact, value, locale)
        case IsNot(value):
            return _("not %(value)s") % {"value": fact_value(fact, value, locale)}
        case IsUnknown():
            return _("unknown")
        case Within():
            return _range(test, fact, locale)


def _range(test: Within, fact: str, locale: str) -> str:
    _ = translator(locale).gettext
    low, high = (fact_value(fact, bound, locale) for bound in (test.low, test.high))
    if test.low is not None and test.high is not None:
        return _("%(low)s to %(high)s") % {"low": low, "high": high}
    if test.low is not None:
        return (_("at least %(value)s") if test.low_in else _("more than %(value)s")) % {"value": low}
    return (_("at most %(value)s") if test.high_in else _("less than %(value)s")) % {"value": high}


def dates(rule: Rule, locale: str) -> str | None:
    """The days a rule holds on, when it does not hold always."""
    _ = translator(locale).gettext
    first, last = (wording.full_date(day, locale) if day else None for day in (rule.first_day, rule.last_day))
    if first and last:
        return _("%(low)s to %(high)s") % {"low": first, "high": last}
    if first:
        return _("from %(day)s") % {"day": first}
    return _("until %(day)s") % {"day": last} if last else None
