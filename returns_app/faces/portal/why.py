"""“Why?”: the explanation of an answer in plain words, for the one it is about."""

from __future__ import annotations

from datetime import date

from returns_app import wording
from returns_app.core.offers import Offer
from returns_app.faces.portal.said import reason_words
from returns_app.merchants.settings import MerchantSettings
from returns_app.money import Money
from returns_app.policy import Percent
from returns_app.policy.answers import Answers
from returns_app.policy.explain import Explained, Matched
from returns_app.returns.weigh import WeighedLine
from returns_app.wording import N_, translator


def why(line: WeighedLine, offer: Offer, settings: MerchantSettings, locale: str) -> list[str]:
    """How the amount comes about and what decided it, one sentence each."""
    quoted, answers = offer.quote.lines[0], line.considered.decision.answers
    _ = translator(locale).gettext
    said = [_("You paid %(paid)s for this.") % {"paid": wording.money(quoted.goods, locale)}]
    if quoted.held:
        words = _("%(held)s of that was given back before.")
        said.append(words % {"held": wording.money(quoted.held, locale)})
    if offer.resolution == "credit" and offer.bonus:
        said.append(_bonus(answers, offer.bonus, locale))
    if quoted.fee:
        said.append(_("The shop takes a fee of %(fee)s.") % {"fee": wording.money(quoted.fee, locale)})
    told = line.considered.decision.explanation.questions["offers"]
    because = _because(told, offer.resolution, settings, locale)
    return [*said, *([because] if because else [])]


def _bonus(answers: Answers, bonus: Money, locale: str) -> str:
    _, amount = translator(locale).gettext, wording.money(bonus, locale)
    rate, cap = answers.credit_bonus, answers.bonus_cap
    if not isinstance(rate, Percent):
        return _("Store credit brings %(bonus)s extra.") % {"bonus": amount}
    values = {"points": wording.percent(rate.points, locale), "bonus": amount}
    if cap is None:
        return _("Store credit brings %(points)s extra: %(bonus)s.") % values
    words = _("Store credit brings %(points)s extra, at most %(cap)s per return: %(bonus)s.")
    return words % {**values, "cap": wording.money(cap, locale)}


_FACTS = {
    "gift": N_("it was a gift"),
    "ordered_on": N_("it was ordered on %(value)s"),
    "delivered_days": N_("it was delivered %(value)s days ago"),
    "ordered_days": N_("it was ordered %(value)s days ago"),
    "price": N_("it cost %(value)s"),
    "discount": N_("it was bought with %(value)s off"),
    "discount_code": N_("the code %(value)s was used"),
    "paid_with": N_("it was paid with %(value)s"),
    "country": N_("it was sent to %(value)s"),
    "quantity": N_("%(value)s of it go back"),
    "segment": N_("you bought and returned here before"),
    "product_type": N_("it is this kind of product"),
    "tag": N_("it is this kind of product"),
    "brand": N_("it is from %(value)s"),
}
"""What may be said of a fact. Facts that are missing here stay unsaid; figures about a person always do."""


def _because(explained: Explained, resolution: str, settings: MerchantSettings, locale: str) -> str:
    own = explained.own if explained.raised else explained.answer
    if resolution not in (own or ()):
        return _by_others(explained, resolution, locale)
    said = [words for each in explained.matched if (words := _fact(each, settings, locale))]
    _ = translator(locale).gettext
    if not said:
        return _("This is what the shop offers for every return.")
    return _("This is offered because %(facts)s.") % {
        "facts": wording.listed(list(dict.fromkeys(said)), locale)
    }


def _by_others(explained: Explained, resolution: str, locale: str) -> str:
    """Offered though the shop's own rules of today don't: by a promise made before, else by law."""
    _ = translator(locale).gettext
    sides = {raised.side for raised in explained.raised if resolution in (raised.answer or ())}
    if "promise" in sides:
        return _("This is offered because it was promised when you ordered.")
    return _("This is your right by law, whatever the shop's own rules say.")


def _fact(matched: Matched, settings: MerchantSettings, locale: str) -> str:
    _ = translator(locale).gettext
    if matched.fact == "reason" and (reason := settings.all_reasons().get(str(matched.value))):
        return _("you chose “%(reason)s”") % {"reason": reason_words(reason, locale)}
    if matched.fact == "buyer" and matched.value == "business":
        return _("you bought as a business")
    if matched.fact == "ground" and matched.value == "claim":
        return _("something is wrong with it")
    words = _FACTS.get(matched.fact)
    return _(words) % {"value": _value(matched.value, locale)} if words else ""


def _value(value: object, locale: str) -> str:
    match value:
        case Money():
            return wording.money(value, locale)
        case date():
            return wording.full_date(value, locale)
        case _:
            return str(value)


def refused_because(line: WeighedLine, locale: str) -> str:
    """Why an item can't go back after all: the shop's own words first."""
    decision, _ = line.considered.decision, translator(locale).gettext
    if decision.note is not None:
        return decision.note.in_(locale)
    if any(reason.code == "window-closed" for reason in decision.reasons) and decision.window_ends:
        day = wording.full_date(decision.window_ends, locale)
        return _("For this reason you could send it back until %(day)s.") % {"day": day}
    if decision.verdict == "refused":
        return _("The shop's policy doesn't take this back for this reason.")
    return _("This can't be arranged here. Ask the shop, a person will help you.")
