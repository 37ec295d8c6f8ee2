"""What the band says while a box is counted."""

from __future__ import annotations

from returns_app.core.lifecycle import RETURN_REOPENS
from returns_app.faces.security.typed import typed
from returns_app.faces.warehouse.bench import LONGEST_CODE, Band, Bench
from returns_app.faces.warehouse.counts import Counting
from returns_app.returns.bench import last_counted
from returns_app.returns.queries import ReturnLineSeen, ReturnSeen


async def band_of(bench: Bench, seen: ReturnSeen, counting: Counting) -> Band:
    """The answer to the last scan or press, else what the person should know before opening the box."""
    _, query = bench.say, bench.request.query_params
    index = query.get("line", "")
    line = counting.lines[int(index)] if index.isdecimal() and int(index) < len(counting.lines) else None
    match query.get("said"):
        case "ticked" if line is not None:
            return _ticked(bench, counting, line, int(index))
        case "too-many" if line is not None:
            return Band(
                _("Too many"),
                _("“%(title)s” was counted in full already. If there is one more, add it as an extra item.")
                % {"title": line.title},
                "danger",
            )
        case "other":
            return Band(
                _("Not in this return"),
                _("Confirm this box first, or add the code below as an extra item."),
                "danger",
                typed(query, "code", most=LONGEST_CODE),
            )
        case "extra":
            return Band(_("Extra item kept"), _("Go on counting, or confirm this box."), "success")
        case "matched":
            return Band(
                _("Matched"), _("This box belongs to this return now. Count what is in it."), "success"
            )
    return _so_far(bench, counting) if counting.begun else await _opened(bench, seen, counting)


def _so_far(bench: Bench, counting: Counting) -> Band:
    _ = bench.say
    said = sum(count.units for count in counting.counts)
    words = {"said": said, "all": sum(line.expected for line in counting.lines)}
    if said == words["all"]:
        return Band(_("All counted"), _("%(said)s of %(all)s. Confirm this box.") % words, "success")
    return Band(_("Counting"), _("%(said)s of %(all)s so far.") % words)


def _ticked(bench: Bench, counting: Counting, line: ReturnLineSeen, index: int) -> Band:
    _ = bench.say
    words = {
        "here": counting.counts[index].received + line.received,
        "all": line.quantity,
        "title": line.title,
    }
    if not any(counting.left(each) for each in range(len(counting.lines))):
        return Band(_("All here"), _("%(here)s of %(all)s: %(title)s. Confirm this box.") % words, "success")
    return Band(_("Counted one"), _("%(here)s of %(all)s: %(title)s") % words, "success")


async def _opened(bench: Bench, seen: ReturnSeen, counting: Counting) -> Band:
    """What the person should know before opening the box."""
    _ = bench.say
    left = sum(line.expected for line in counting.lines)
    counted = await last_counted(bench.shop.id, seen.id)
    if counted and left == 0:
        text = _("It was counted %(when)s by %(who)s. Nothing more is expected.")
        words = {"when": bench.when(counted.at), "who": counted.by.name}
        return Band(_("Counted already"), text % words, "notice")
    if seen.status in RETURN_REOPENS:
        return Band(_("Open it again"), _reopened_words(bench, seen), "notice")
    if seen.status == "rejected":
        text = _("This return was not accepted. Count it all the same; it goes back to the shopper.")
        return Band(_("Not accepted"), text, "danger")
    found = bench.ngettext("%(num)s item should be in the box.", "%(num)s items should be in the box.", left)
    if counted:
        text = _("A box of it was counted %(when)s by %(who)s.")
        found += " " + text % {"when": bench.when(counted.at), "who": counted.by.name}
    return Band(_("Return found"), found, "success")


def _reopened_words(bench: Bench, seen: ReturnSeen) -> str:
    _ = bench.say
    if seen.status == "expired":
        return _("This return had expired. Counting the box opens it again.")
    return _("This return was cancelled. Counting the box opens it again.")
