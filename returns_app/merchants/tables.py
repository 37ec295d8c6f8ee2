"""The shop, the people who work for it, and their way in."""

from piccolo.columns import JSONB, UUID, Boolean, Bytea, ForeignKey, Integer, OnDelete, Timestamptz, Varchar
from piccolo.constraints import Unique
from piccolo.table import Table


class Merchant(Table, tablename="merchants"):
    """A shop. Its settings are one JSON document, read into `merchants.settings.MerchantSettings`."""

    id = UUID(primary_key=True)
    slug = Varchar(60, null=False, unique=True)
    name = Varchar(120, null=False)
    currency = Varchar(3, null=False)
    country = Varchar(2, null=False)
    locale = Varchar(10, null=False)
    timezone = Varchar(60, null=False)
    settings = JSONB(null=False)
    created_at = Timestamptz(null=False)


class Staff(Table, tablename="staff"):
    """A person who signs in, with one role: owner, agent or warehouse."""

    id = UUID(primary_key=True)
    merchant = ForeignKey(Merchant, null=False, on_delete=OnDelete.restrict)
    email = Varchar(254, null=False, unique=True)
    name = Varchar(120, null=False)
    role = Varchar(20, null=False)
    password_hash = Varchar(200, null=False)
    locale = Varchar(10, null=False, default="en")
    active = Boolean(null=False, default=True)
    created_at = Timestamptz(null=False)


class ApiKey(Table, tablename="api_keys"):
    """A key for the shop's own systems; only its hash is kept."""

    id = UUID(primary_key=True)
    merchant = ForeignKey(Merchant, null=False, on_delete=OnDelete.restrict)
    name = Varchar(120, null=False)
    prefix = Varchar(12, null=False)
    key_hash = Varchar(64, null=False, unique=True)
    created_at = Timestamptz(null=False)
    revoked_at = Timestamptz(null=True, default=None)


class Kept(Table, tablename="kept_values"):
    """Sessions and other short-lived values, shared by all processes; the key is a hash."""

    id = UUID(primary_key=True)
    namespace = Varchar(40, null=False)
    key_hash = Varchar(64, null=False)
    value = Bytea(null=False)
    expires_at = Timestamptz(null=True, default=None)
    kept_values_once = Unique([namespace, key_hash])


class Attempts(Table, tablename="attempt_counts"):
    """How often something limited was tried in a window, counted in one atomic statement."""

    id = UUID(primary_key=True)
    bucket = Varchar(120, null=False)
    window_start = Timestamptz(null=False)
    tries = Integer(null=False)
    attempt_counts_once = Unique([bucket, window_start])
