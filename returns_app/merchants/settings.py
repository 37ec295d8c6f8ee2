"""What a merchant has set for the shop: one document, every part of it with a sensible default."""

from __future__ import annotations

import re
from typing import Literal

import msgspec

from returns_app.policy import QUESTIONS, Honour

Ground = Literal["return", "claim"]
Words = dict[str, str]
"""A text by language code; English stands in for a language that is missing."""

LARGEST_PHOTO = 10 * 1024 * 1024
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


class SettingsRefused(ValueError):
    """A merchant's settings cannot be used; `field` names the part and the message says why."""

    status = 422
    code = "settings_refused"

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


class PostalAddress(msgspec.Struct, frozen=True, kw_only=True):
    """Where parcels go. `country` is ISO 3166-1 alpha-2."""

    name: str = ""
    company: str = ""
    street: str = ""
    house_number: str = ""
    extra: str = ""
    postal_code: str = ""
    city: str = ""
    region: str = ""
    country: str = "NL"
    email: str = ""
    phone: str = ""


class Warehouse(msgspec.Struct, frozen=True, kw_only=True):
    """A place that takes returns in; rules name it by `key` in `ship_to`."""

    key: str
    name: str
    address: PostalAddress = PostalAddress()


class BrandSettings(msgspec.Struct, frozen=True, kw_only=True):
    """The look of the portal, the mails and the label. `logo` is a path below the data folder."""

    accent: str = "2f5fd0"
    logo: str | None = None
    home: str = "/"


class FollowUp(msgspec.Struct, frozen=True, kw_only=True):
    """A question asked after a reason; rules see its answer as the fact `answer.<key>`."""

    key: str
    words: Words
    kind: Literal["text", "choice", "yes-no"] = "text"
    options: dict[str, Words] = {}
    required: bool = False


class Reason(msgspec.Struct, frozen=True, kw_only=True):
    """A reason a shopper can give. Without `words` the app's own word for `key` is used."""

    key: str
    ground: Ground = "return"
    words: Words = {}
    questions: tuple[FollowUp, ...] = ()
    photo: Literal["no", "optional", "required"] = "no"
    children: tuple[Reason, ...] = ()


class MethodCarriers(msgspec.Struct, frozen=True, kw_only=True):
    """Which carrier makes the paper or code for each way of sending; None is a way not offered."""

    label: Literal["own", "sendcloud"] | None = "own"
    qr: Literal["sendcloud"] | None = None
    store: Literal["own"] | None = None
    own: Literal["own"] | None = "own"


class PhotoLimits(msgspec.Struct, frozen=True, kw_only=True):
    """`largest` is in bytes, `side` the longest side kept, in pixels."""

    most: int = 5
    largest: int = LARGEST_PHOTO
    side: int = 2000


_WHAT = FollowUp(
    key="what",
    words={"en": "What is different from what you expected?", "nl": "Wat is er anders dan je verwachtte?"},
)
_BOX = FollowUp(
    key="box-damaged",
    kind="yes-no",
    words={"en": "Was the box damaged too?", "nl": "Was de doos ook beschadigd?"},
)
_FAULT = FollowUp(
    key="fault",
    required=True,
    words={"en": "What does not work, and when?", "nl": "Wat werkt er niet, en wanneer?"},
)
_MISSING = FollowUp(key="missing", required=True, words={"en": "What is missing?", "nl": "Wat ontbreekt er?"})
_RECEIVED = FollowUp(
    key="received", words={"en": "What did you get instead?", "nl": "Wat heb je in plaats daarvan gekregen?"}
)

DEFAULT_REASONS = (
    Reason(key="too-small"),
    Reason(key="too-large"),
    Reason(key="not-as-described", questions=(_WHAT,), photo="optional"),
    Reason(key="changed-mind"),
    Reason(key="arrived-late"),
    Reason(
        key="better-price",
        words={"en": "Found it cheaper elsewhere", "nl": "Ergens anders goedkoper gevonden"},
    ),
    Reason(key="damaged", ground="claim", questions=(_BOX,), photo="optional"),
    Reason(key="defective", ground="claim", questions=(_FAULT,), photo="optional"),
    Reason(key="wrong-item", ground="claim", questions=(_RECEIVED,), photo="optional"),
    Reason(key="missing-parts", ground="claim", questions=(_MISSING,)),
    Reason(key="other"),
)


class MerchantSettings(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Everything a merchant may set. Stored without what equals a default."""

    warehouses: tuple[Warehouse, ...] = (Warehouse(key="main", name="Main warehouse"),)
    support_email: str = ""
    support_url: str = ""
    brand: BrandSettings = BrandSettings()
    languages: tuple[str, ...] = ("en", "nl")
    reasons: tuple[Reason, ...] = DEFAULT_REASONS
    carriers: MethodCarriers = MethodCarriers()
    label_reminder_days: int = 5
    """Days a label may lie unused before the shopper is reminded."""
    send_back_days: int = 14
    """Days to send a voluntary return back after its approval."""
    credit_valid_months: int | None = None
    """Months until store credit expires; None never."""
    exchange_hold_days: int = 14
    """Days the other item is set aside."""
    policy_url: str = ""
    photos: PhotoLimits = PhotoLimits()
    promises: dict[str, Honour] = {}
    """Which policy answers a question where it changed since the order: that of the order, today's, or the
    better of both. What is not named goes by `policy.PROMISED`, and all else by today's."""

    def warehouse(self, key: str | None = None) -> Warehouse:
        """The warehouse of this key, else the first. Raises KeyError for a key nobody has."""
        if key is None:
            return self.warehouses[0]
        return {place.key: place for place in self.warehouses}[key]

    def all_reasons(self) -> dict[str, Reason]:
        """Every reason of the tree by its key, parents before children."""
        return {reason.key: reason for root in self.reasons for reason in _below(root)}


def check(settings: MerchantSettings) -> MerchantSettings:
    """The settings, when they can be used. Raises SettingsRefused."""
    if not settings.warehouses:
        raise SettingsRefused("warehouses", "A shop needs at least one warehouse.")
    _once("warehouses", [place.key for place in settings.warehouses])
    _once("reasons", [reason.key for root in settings.reasons for reason in _below(root)])
    if not settings.reasons:
        raise SettingsRefused("reasons", "A shopper needs at least one reason to choose from.")
    if not settings.languages:
        raise SettingsRefused("languages", "A shop needs at least one language.")
    if settings.support_email and not _ADDRESS.fullmatch(settings.support_email):
        raise SettingsRefused("support_email", f"{settings.support_email!r} is not an e-mail address.")
    if not re.fullmatch(r"#?[0-9a-fA-F]{6}", settings.brand.accent):
        raise SettingsRefused("brand.accent", f"{settings.brand.accent!r} is not a colour such as 2f5fd0.")
    _https("policy_url", settings.policy_url)
    _https("support_url", settings.support_url)
    _days(settings)
    _promises(settings)
    return settings


def read(document: bytes | str) -> MerchantSettings:
    """Settings from their stored JSON. Raises SettingsRefused with the path of what does not fit."""
    try:
        return msgspec.json.decode(document, type=MerchantSettings)
    except msgspec.ValidationError as error:
        sentence, _, path = str(error).partition(" - at `$.")
        raise SettingsRefused(path.rstrip("`") or "settings", sentence) from error


def _below(reason: Reason) -> list[Reason]:
    return [reason, *(deeper for child in reason.children for deeper in _below(child))]


def _once(field: str, keys: list[str]) -> None:
    for key in keys:
        if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,59}", key):
            raise SettingsRefused(field, f"{key!r} is not a key: small letters, digits and hyphens.")
        if keys.count(key) > 1:
            raise SettingsRefused(field, f"{key!r} is there twice.")


def _https(field: str, address: str) -> None:
    if address and not re.match(r"https?://[^\s/]+", address):
        raise SettingsRefused(field, f"{address!r} is not a web address.")


def _days(settings: MerchantSettings) -> None:
    for field in ("label_reminder_days", "send_back_days", "exchange_hold_days"):
        if not 1 <= getattr(settings, field) <= 365:
            raise SettingsRefused(field, "This must be between 1 and 365 days.")
    months = settings.credit_valid_months
    if months is not None and not 1 <= months <= 120:
        raise SettingsRefused("credit_valid_months", "This must be between 1 and 120 months.")


def _promises(settings: MerchantSettings) -> None:
    for question, honour in settings.promises.items():
        if question not in QUESTIONS:
            raise SettingsRefused("promises", f"{question!r} is not a question that a policy answers.")
        compared = QUESTIONS[question].generous.compared or question == "window"
        if honour == "better" and not compared:
            raise SettingsRefused("promises", f"No answer to {question!r} is better than another.")
