"""When something comes, and what happens with the postage: the facts on an offer."""

from __future__ import annotations

from returns_app import wording
from returns_app.core.case import Method, amount_of
from returns_app.core.offers import Offer
from returns_app.merchants.settings import MethodCarriers
from returns_app.money import Money
from returns_app.policy.answers import Answers, Moment
from returns_app.returns.weigh import WeighedLine
from returns_app.wording import N_, translator

_MONEY: dict[Moment, str] = {
    "approval": N_("Paid back the way you paid, as soon as you confirm."),
    "scan": N_("Paid back the way you paid, as soon as your parcel is handed in."),
    "receipt": N_("Paid back the way you paid, as soon as it has arrived."),
    "inspection": N_("Paid back the way you paid, once it has arrived and we have looked at it."),
}
_CREDIT: dict[Moment, str] = {
    "approval": N_("You get the code by mail as soon as you confirm."),
    "scan": N_("You get the code by mail as soon as your parcel is handed in."),
    "receipt": N_("You get the code by mail as soon as it has arrived."),
    "inspection": N_("You get the code by mail once it has arrived and we have looked at it."),
}
_GOODS: dict[Moment, str] = {
    "approval": N_("Set aside now, and sent to you as soon as you confirm."),
    "scan": N_("Set aside now, and sent to you as soon as your parcel is handed in."),
    "receipt": N_("Set aside now, and sent to you as soon as yours has arrived."),
    "inspection": N_("Set aside now, and sent to you once we have looked at yours."),
}
_BY_RESOLUTION = {"credit": _CREDIT, "exchange": _GOODS, "replace": _GOODS}


def arrival(answers: Answers, resolution: str, locale: str) -> str:
    """When the shopper has it."""
    moment = answers.pay_on.for_(resolution) if answers.pay_on else "inspection"
    return translator(locale).gettext(_BY_RESOLUTION.get(resolution, _MONEY)[moment])


def facts(line: WeighedLine, offer: Offer, carriers: MethodCarriers, locale: str) -> list[str]:
    """The short lines under an offer's amount."""
    _ = translator(locale).gettext
    said = [_more(offer, locale)]
    if offer.resolution == "exchange":
        said.append(_("Another size or colour, at the same price."))
    if offer.resolution == "keep":
        said.append(_("You keep the item and send nothing back."))
    said.append(arrival(line.considered.decision.answers, offer.resolution, locale))
    if offer.resolution != "keep":
        said.append(postage(line, offer, carriers, locale))
    said.append(_outbound(offer, locale))
    return [words for words in said if words]


def _more(offer: Offer, locale: str) -> str:
    """A bonus is a fact."""
    if not offer.bonus or offer.resolution != "credit":
        return ""
    _ = translator(locale).gettext
    sentence = N_("That includes %(bonus)s extra.") if offer.cost else N_("That is %(bonus)s more.")
    return _(sentence) % {"bonus": wording.money(offer.bonus, locale)}


_FROM = N_("Sending it back costs %(low)s to %(high)s (%(method)s); the lowest is taken off here.")
_FREE_OR = N_("Sending it back is free, or %(high)s (%(method)s).")


def postage(line: WeighedLine, offer: Offer, carriers: MethodCarriers, locale: str) -> str:
    """What sending it back costs with this offer; the amount shown is with the cheapest way."""
    _ = translator(locale).gettext
    costs = method_costs(line, offer, carriers)
    low, high = min(costs.values()), max(costs.values())
    fee = offer.quote.lines[0].fee
    said = _fee(fee, locale)
    if not high:
        return _("Sending it back is free.") + said
    if low == high:
        words = _("%(cost)s for sending it back is taken off already.")
        return f"{words % {'cost': wording.money(low, locale)}}{said}"
    dear = next(method for method, cost in costs.items() if cost == high)
    words = _(_FROM if low else _FREE_OR)
    filled = words % {
        "low": wording.money(low, locale),
        "high": wording.money(high, locale),
        "method": wording.method(dear, locale).lower(),
    }
    return f"{filled}{said}"


def _fee(fee: Money, locale: str) -> str:
    if not fee:
        return ""
    words = translator(locale).gettext("A fee of %(fee)s is taken off.")
    return " " + words % {"fee": wording.money(fee, locale)}


def method_costs(line: WeighedLine, offer: Offer, carriers: MethodCarriers) -> dict[Method, Money]:
    """The postage of each way this line can travel; without any, what the offer counts with."""
    answers, zero = line.considered.decision.answers, Money.zero(offer.worth.currency)
    names: list[Method] = ["label", "qr", "store", "pickup", "own"]
    ways: list[Method] = [
        name for name in names if name in (answers.methods or ()) and getattr(carriers, name, None)
    ]
    if answers.return_shipping is None or not ways:
        return {"own": offer.quote.return_cost}
    rates = answers.return_shipping
    return {way: amount_of(rates.for_(offer.resolution, way), zero) for way in ways}


def _outbound(offer: Offer, locale: str) -> str:
    paid = offer.quote.shipping_refund
    if not paid:
        return ""
    words = translator(locale).gettext("With the %(amount)s you paid for delivery.")
    return words % {"amount": wording.money(paid, locale)}
