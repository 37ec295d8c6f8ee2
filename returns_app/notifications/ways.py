"""How money comes back by each way of paying: where the shopper will see it, and when."""

from __future__ import annotations

from collections.abc import Callable

Say = Callable[[str], str]

_BANKS = {
    "ideal": "iDEAL",
    "wero": "Wero",
    "bancontact": "Bancontact",
    "sofort": "Sofort",
    "giropay": "giropay",
    "eps": "EPS",
    "p24": "Przelewy24",
    "sepa_debit": "SEPA",
    "trustly": "Trustly",
}
"""Ways that pay from a bank account; their refund is a transfer to that account."""
_CARDS = frozenset(
    {"card", "credit_card", "visa", "mastercard", "maestro", "amex", "apple_pay", "google_pay"}
)
_LATER = {"klarna": "Klarna", "riverty": "Riverty", "afterpay": "Afterpay", "in3": "in3", "billie": "Billie"}
_GIFT = frozenset({"gift_card", "giftcard", "gift-card", "voucher", "store_credit"})


def where(method: str, _: Say) -> str:
    """Where the money goes."""
    key = _key(method)
    if key in _BANKS:
        return _("To the bank account you paid from with %(name)s") % {"name": _BANKS[key]}
    if key in _CARDS:
        return _("To the card you paid with")
    if key in _LATER:
        return _("Through %(name)s, as you paid") % {"name": _LATER[key]}
    if key == "paypal":
        return _("To your PayPal account")
    if key in _GIFT:
        return _("To the gift card you paid with")
    return _("The same way you paid")


def when(method: str, _: Say) -> str:
    """What will be seen, and how soon. Banks take 5 to 10 working days after Stripe has sent it, and a
    refund soon after the payment can show as a reversal (support.stripe.com, "How long refunds take")."""
    key = _key(method)
    if key in _CARDS:
        return _(
            "Banks need up to 10 working days. If you paid a short time ago, the payment may simply"
            " disappear from your statement."
        )
    if key in _LATER:
        return _("What is still open with them becomes less; what you already paid they pay back to you.")
    if key in _GIFT:
        return _("You can use it there at once.")
    return _("Banks need up to 10 working days.")


def by_hand(reference: str, _: Say) -> str:
    """Money a person paid, outside any payment of the order."""
    return _("Paid by us by bank transfer or another way. Reference: %(reference)s") % {
        "reference": reference
    }


def _key(method: str) -> str:
    return method.strip().lower().replace(" ", "_")
