"""Make a policy text the one that decides from now on."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

import msgspec

from returns_app import database
from returns_app.journal.actors import Actor
from returns_app.policy import Mismatch, compile_policy, parse, run_cases


class CasesFail(ValueError):
    """The policy's own examples do not come out as they say; it cannot be published."""

    status = 409
    code = "policy-cases-fail"

    def __init__(self, mismatches: tuple[Mismatch, ...]) -> None:
        said = [
            f"“{each.case}” (line {each.line}) expects {each.question} {each.expected},"
            f" the rules say {each.got}"
            for each in mismatches
        ]
        super().__init__("These examples in the policy do not come out as written: " + "; ".join(said))
        self.mismatches = mismatches


_INSERT = """
INSERT INTO policy_versions (id, merchant, number, hash, title, text, published_at, published_by)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
"""


async def publish(text: str, *, file: str, merchant: UUID, actor: Actor, at: datetime) -> int:
    """Check a policy and publish it; returns its version number.

    Raises PolicyError (the text cannot be read) or CasesFail. Publishing what stands already
    makes no new version.
    """
    policy = parse(text, file=file)
    failing = run_cases(compile_policy(policy))
    if failing:
        raise CasesFail(failing)
    async with database.transaction():
        here = database.connection()
        await here.execute("SELECT 1 FROM merchants WHERE id = $1 FOR NO KEY UPDATE", merchant)
        newest = await here.fetchrow(
            "SELECT number, hash FROM policy_versions WHERE merchant = $1 ORDER BY number DESC LIMIT 1",
            merchant,
        )
        if newest is not None and newest["hash"] == policy.hash:
            return newest["number"]
        number = (newest["number"] if newest else 0) + 1
        by = msgspec.json.encode(actor).decode()
        await here.execute(_INSERT, uuid4(), merchant, number, policy.hash, policy.title, text, at, by)
    return number
