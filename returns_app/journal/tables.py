"""What happened, in order, and what came in from outside."""

from piccolo.columns import JSONB, UUID, BigSerial, Boolean, Bytea, Integer, Text, Timestamptz, Varchar
from piccolo.constraints import Unique
from piccolo.table import Table


class Event(Table, tablename="journal_events"):
    """One thing that happened. Rows are only ever added."""

    id = BigSerial(primary_key=True)
    merchant = UUID(null=False, index=True)
    kind = Varchar(60, null=False)
    return_id = UUID(null=True, index=True, default=None)
    at = Timestamptz(null=False)
    actor = JSONB(null=False)
    data = JSONB(null=False)


class JobStart(Table, tablename="journal_job_starts"):
    """Starts of a job that have not ended: a job that kills its worker is held at the third."""

    id = UUID(primary_key=True)
    job = Varchar(200, null=False, unique=True)
    unfinished = Integer(null=False, default=0)


class Inbound(Table, tablename="journal_inbound"):
    """A webhook as it arrived, stored before it is believed to be new and worked by a job."""

    id = UUID(primary_key=True)
    source = Varchar(40, null=False)
    external_id = Varchar(200, null=False)
    payload = Bytea(null=False)
    headers = JSONB(null=False)
    received_at = Timestamptz(null=False)
    worked_at = Timestamptz(null=True, default=None)
    journal_inbound_once = Unique([source, external_id])


class Task(Table, tablename="journal_tasks"):
    """Something that needs a person: what happened, what was tried, what is safe to do."""

    id = UUID(primary_key=True)
    merchant = UUID(null=False, index=True)
    kind = Varchar(60, null=False)
    subject = Varchar(200, null=False)
    return_id = UUID(null=True, default=None)
    sentence = Text(null=False)
    data = JSONB(null=False)
    created_at = Timestamptz(null=False)
    done_at = Timestamptz(null=True, default=None)
    done_by = JSONB(null=True, default=None)
    open = Boolean(null=False, default=True)
    journal_tasks_once = Unique([kind, subject])
