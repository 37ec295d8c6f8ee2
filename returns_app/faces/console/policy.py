"""The policy that decides: readable aloud, to take away, and to replace by a new text."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.datastructures import UploadFile
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect

from returns_app import clock
from returns_app.faces.console import policy_words
from returns_app.faces.console.desk import OWNER_ONLY, AnyRequest, here, locale_of, page
from returns_app.faces.console.words import who
from returns_app.policy import Mismatch, PolicyError, Problem, Rule
from returns_app.rulebook.publish import CasesFail, publish
from returns_app.rulebook.queries import NoPolicyPublished, Published, current, text_of, versions

LONGEST_TEXT = 1024 * 1024


class RuleSeen(msgspec.Struct, frozen=True):
    """A rule as the table shows it. `conditions` and `answers` are words, `notes` the longer ones."""

    name: str
    line: int
    dates: str | None
    conditions: tuple[str, ...]
    answers: tuple[tuple[str, str], ...]


@get("/policy")
async def policy_page(request: AnyRequest) -> Response[str]:
    """The policy in force, rule by rule, and the versions before it."""
    shop, _ = await here(request)
    published = await _published(shop.id)
    locale = locale_of(request)
    return await page(
        request,
        "policy.html",
        published=published,
        rules=[rule_seen(rule, locale) for rule in published.policy.rules] if published else [],
        segments=[
            (each.name, [policy_words.condition(asked, locale) for asked in each.conditions])
            for each in (published.policy.segments if published else ())
        ],
        versions=await versions(shop.id),
        who=lambda actor: who(actor, locale),
    )


@get("/policy/{number:int}/text")
async def policy_text(request: AnyRequest, number: FromPath[int]) -> Response[str]:
    """A version's text, exactly as it was published."""
    shop, _ = await here(request)
    text = await text_of(shop.id, number) if 0 < number < 2**31 else None
    if text is None:
        raise NotFoundException
    name = f'attachment; filename="policy-{shop.slug}-{number}.toml"'
    headers = {"Content-Disposition": name}
    return Response(text, media_type="application/toml; charset=utf-8", headers=headers)


@get("/policy/new", guards=[OWNER_ONLY])
async def new_page(request: AnyRequest) -> Response[str]:
    """The text in force, to be changed here or replaced by a file."""
    shop, _ = await here(request)
    published = await _published(shop.id)
    text = await text_of(shop.id, published.number) if published else ""
    return await _form(request, text or "")


@post("/policy/new", guards=[OWNER_ONLY], status_code=303)
async def publish_now(request: AnyRequest) -> Response[Any]:
    """Publish a text that can be read and whose examples come out; else every fault, and the text kept."""
    shop, person = await here(request)
    text, file = await _given(await request.form())
    before = await _published(shop.id)
    try:
        number = await publish(text, file=file, merchant=shop.id, actor=person.actor(), at=clock.now())
    except PolicyError as error:
        return await _form(request, text, problems=error.problems)
    except CasesFail as error:
        return await _form(request, text, mismatches=error.mismatches)
    done = "unchanged" if before and before.number == number else "published"
    return Redirect(f"/console/policy?done={done}", status_code=303)


HANDLERS = [policy_page, policy_text, new_page, publish_now]


async def _published(merchant: Any) -> Published | None:
    try:
        return await current(merchant)
    except NoPolicyPublished:
        return None


async def _given(form: Any) -> tuple[str, str]:
    """The text and the name its faults are told under: a file when one was chosen, else what was typed."""
    upload = form.get("file")
    if isinstance(upload, UploadFile) and upload.filename:
        raw = await upload.read(LONGEST_TEXT + 1)
        return raw.decode("utf-8-sig", errors="replace")[:LONGEST_TEXT], upload.filename[-80:]
    text = form.get("text", "")
    return (text.replace("\r\n", "\n")[:LONGEST_TEXT] if isinstance(text, str) else ""), "policy.toml"


async def _form(
    request: AnyRequest,
    text: str,
    *,
    problems: list[Problem] | None = None,
    mismatches: tuple[Mismatch, ...] = (),
) -> Response[str]:
    locale = locale_of(request)
    return await page(
        request,
        "policy_new.html",
        status=422 if problems or mismatches else 200,
        text=text,
        problems=problems or [],
        mismatches=[
            (
                each,
                policy_words.question_name(each.question, locale),
                policy_words.answer(each.question, each.expected, locale),
                policy_words.answer(each.question, each.got, locale),
            )
            for each in mismatches
        ],
    )


def rule_seen(rule: Rule, locale: str) -> RuleSeen:
    return RuleSeen(
        rule.name,
        rule.line,
        policy_words.dates(rule, locale),
        tuple(policy_words.condition(asked, locale) for asked in rule.conditions),
        tuple(
            (policy_words.question_name(name, locale), policy_words.answer(name, value, locale))
            for name, value in rule.answers.items()
        ),
    )
