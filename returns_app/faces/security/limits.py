"""How often may be tried what someone could guess, fish for, or wear us out with."""

from __future__ import annotations

from datetime import timedelta

from returns_app.merchants.attempts import Limit

_QUARTER = timedelta(minutes=15)

LOOK_UP_PER_ORDER = Limit("look-up.order", 5, _QUARTER)
LOOK_UP_PER_ORDER_AND_DAY = Limit("look-up.order.day", 20, timedelta(days=1))
LOOK_UP_PER_EMAIL = Limit("look-up.email", 5, _QUARTER)
LOOK_UP_PER_ADDRESS = Limit("look-up.address", 30, _QUARTER)
CODE_PER_ADDRESS = Limit("code.address", 60, _QUARTER)
KEPT_FORMS_PER_ADDRESS = Limit("kept-form.address", 30, _QUARTER)
SIGN_IN_PER_EMAIL = Limit("sign-in.email", 10, _QUARTER)
SIGN_IN_PER_ADDRESS = Limit("sign-in.address", 50, _QUARTER)
PASSWORD_PER_PERSON = Limit("password.person", 10, _QUARTER)
API_PER_KEY = Limit("api.key", 600, timedelta(minutes=1))
API_STRANGERS_PER_ADDRESS = Limit("api.address", 60, timedelta(minutes=1))
