"""The bench judges what came: condition, where the goods go, and what the policy says to that."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from uuid import UUID, uuid4

import msgspec

from returns_app import database
from returns_app.core.dispositions import Disposition, Grade
from returns_app.core.events import Event
from returns_app.core.lifecycle import LineDecision
from returns_app.journal.actors import Actor
from returns_app.journal.append import append
from returns_app.journal.tasks import close_task, open_task
from returns_app.money import Money
from returns_app.policy import ENGINE_VERSION, GRADES, Decision, Honour, Promise, Value, decide
from returns_app.returns.facts_kept import read_explanation, read_facts
from returns_app.returns.locked import LockedLine, LockedReturn, lock_return, move_line, release_units
from returns_app.returns.receive import take_step
from returns_app.returns.refusals import GradeUnknown, NotHereYet
from returns_app.rulebook.law import law_packs
from returns_app.rulebook.queries import by_hash


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """What the bench saw of one line. None where a question was not asked."""

    grade: str
    disposition: str
    complete: bool | None = None
    sealed: bool | None = None
    serial_match: bool | None = None
    locked: bool | None = None

    def facts(self) -> dict[str, Value]:
        seen = {name: getattr(self, name) for name in ("complete", "sealed", "serial_match", "locked")}
        return {"grade": self.grade, **{name: value for name, value in seen.items() if value is not None}}


async def grade(
    return_id: UUID,
    judged: Mapping[UUID, Judged],
    *,
    step: str,
    merchant: UUID,
    actor: Actor,
    at: datetime,
) -> bool:
    """Grade lines that are here. The same `step` again changes nothing and gives False.

    The policy's inspection answers are decided on the facts of the request and those of the bench.
    A deduction is only proposed: a task asks a person. Raises NotHereYet, GradeUnknown.
    """
    for seen in judged.values():
        if seen.grade not in GRADES or seen.disposition not in list(Disposition):
            raise GradeUnknown
    async with database.transaction():
        locked = await lock_return(merchant, return_id)
        if not await take_step(step, merchant=merchant, at=at):
            return False
        for line in locked.lines:
            if line.id in judged:
                await _judge(locked, line, judged[line.id], actor, at)
        await append(
            Event.RETURN_GRADED,
            merchant=merchant,
            actor=actor,
            at=at,
            return_id=return_id,
            grades={str(line): seen.grade for line, seen in judged.items()},
        )
        return True


async def _judge(locked: LockedReturn, line: LockedLine, seen: Judged, actor: Actor, at: datetime) -> None:
    if line.received == 0:
        raise NotHereYet
    published = await by_hash(locked.merchant, locked.policy_hash)
    facts = {**await read_facts(line.id), **seen.facts()}
    promise = await _promise(locked, line)
    decision = decide(published.engine, facts, stage="inspection", law=law_packs(), promise=promise)
    verdict = await _verdict(locked, line, decision, facts, actor, at)
    if verdict != "deduct":  # A judgement put right takes its proposal back.
        await close_task("deduction.proposed", str(line.id), by=actor, at=at)
    await database.connection().execute(
        "UPDATE return_lines SET grade = $2, disposition = $3, verdict = $4 WHERE id = $1",
        line.id,
        Grade(seen.grade),
        Disposition(seen.disposition),
        verdict,
    )
    await _keep(line, facts, decision, published.hash, at)


async def _promise(locked: LockedReturn, line: LockedLine) -> Promise | None:
    """The policy of the order as it was promised at the request, if it took part there."""
    told = await read_explanation(line.id)
    side = next((side for side in told.sides if side.name == "promise"), None) if told else None
    if told is None or side is None:
        return None
    published = await by_hash(locked.merchant, side.hash)
    honour = msgspec.convert(told.promises, dict[str, Honour])
    return Promise(published.engine, frozenset(side.segments), honour)


async def _verdict(
    locked: LockedReturn,
    line: LockedLine,
    decision: Decision,
    facts: Mapping[str, Value],
    actor: Actor,
    at: datetime,
) -> str:
    """Pay, deduct or refuse. Nothing is deducted from a claim (BW 7:21)."""
    if await _all_settled(line):
        return "pay"  # Inspection answers act only on money not yet moved.
    if decision.verdict == "refused" and line.decision == LineDecision.ACCEPTED:
        note = decision.note.in_(locked.locale) if decision.note else ""
        await move_line(line, "refuse", because=note)
        await release_units(line)
        await append(
            Event.LINE_REFUSED,
            merchant=locked.merchant,
            actor=actor,
            at=at,
            return_id=locked.id,
            line=str(line.id),
            note=dict(decision.note.each) if decision.note else {},
        )
        return "refuse"
    if _is_lifted(decision) or (decision.deduction and facts.get("ground") != "claim"):
        await _propose(locked, line, decision, at)
        return "deduct"
    return "pay"


def _is_lifted(decision: Decision) -> bool:
    """The policy would refuse, and the law allows a deduction at most: a person decides how much."""
    return any(reason.code == "refusal-not-allowed" for reason in decision.reasons)


async def _all_settled(line: LockedLine) -> bool:
    """Everything of the line that came is given already."""
    row = await database.fetch_one(
        "SELECT count(*) AS settled FROM unit_claims WHERE return_line = $1 AND settled_as IS NOT NULL",
        line.id,
    )
    return row is not None and row["settled"] >= line.received


async def _propose(locked: LockedReturn, line: LockedLine, decision: Decision, at: datetime) -> None:
    points = decision.deduction or Decimal(0)
    paid = await _paid(line, locked.currency)
    proposal = paid.percent(points)
    await open_task(
        "deduction.proposed",
        str(line.id),
        merchant=locked.merchant,
        return_id=locked.id,
        sentence=_proposed(line, decision, f"{points:f} % ({proposal})")
        + " Confirm it, change it or drop it; nothing is paid for this item until then.",
        at=at,
        line=str(line.id),
        amount=proposal.minor,
        currency=proposal.currency,
    )


def _proposed(line: LockedLine, decision: Decision, amount: str) -> str:
    if _is_lifted(decision):
        return (
            f"The policy would refuse “{line.title}”, but the law allows a deduction for its use at most:"
            f" {amount} by its condition."
        )
    return f"The policy proposes to deduct {amount} for “{line.title}”."


async def _paid(line: LockedLine, currency: str) -> Money:
    row = await database.fetch_one("SELECT paid, quantity FROM order_lines WHERE id = $1", line.order_line)
    assert row is not None  # a return line always has its order line
    return Money(row["paid"] * line.received // row["quantity"], currency)


_KEEP = """
INSERT INTO decisions
  (id, return_line, stage, at, facts, answers, explanation, verdict, policy_hash, engine)
VALUES ($1, $2, 'inspection', $3, $4, $5, $6, $7, $8, $9)
"""


async def _keep(
    line: LockedLine, facts: dict[str, Value], decision: Decision, policy_hash: str, at: datetime
) -> None:
    await database.connection().execute(
        _KEEP,
        uuid4(),
        line.id,
        at,
        msgspec.json.encode(facts, order="sorted").decode(),
        msgspec.json.encode(decision.answers).decode(),
        msgspec.json.encode(decision.explanation).decode(),
        decision.verdict,
        policy_hash,
        ENGINE_VERSION,
    )
