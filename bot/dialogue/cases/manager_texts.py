"""What Social Managers read: the card of a case, the queue, a history, the numbers of a day. Pure."""

from __future__ import annotations

import datetime as dt
import statistics
from collections.abc import Callable, Iterator, Sequence

from bot.core.case import Case, CaseReason, CaseState
from bot.core.desks import Desk
from bot.core.replies import Action, Choice, Reply, Run, Verb
from bot.dialogue.world import World

#: Services that are proposed at a time, and cases that a list names.
_MOST_OFFERS, _MOST_LISTED = 6, 20
#: Characters of a message that a card shows: it is carried over whole when somebody takes the case.
_LONGEST_SAID = 300
#: Telegram's limit for the name of a topic is 128 characters.
_LONGEST_TOPIC = 100
#: Similarity (0-100) from which a service is like the words of a search.
_LIKE = 60.0
#: Icons of topics, among those that every bot may use, by state.
ICONS = {CaseState.WAITING: "❗", CaseState.ASSIGNED: "💬", CaseState.RESOLVED: "✅"}
URGENT_ICON = "🔥"

#: A moment (seconds since 1970) on the network's clocks.
Local = Callable[[float], dt.datetime]


def title(world: World, case: Case) -> str:
    """The pseudonym of a citizen."""
    return world.phrasing.say("case_title", number=f"{case.number:04}")


def topic_name(world: World, case: Case) -> str:
    """What a topic is called: the pseudonym and the municipality."""
    return " · ".join(part for part in (title(world, case), case.place) if part)[:_LONGEST_TOPIC]


def icon(case: Case) -> str:
    """The icon of a topic, by state."""
    return URGENT_ICON if case.urgent and case.state is CaseState.WAITING else ICONS[case.state]


def card(world: World, case: Case, local: Local) -> Reply:
    """The card of a case, with what can be done now."""
    lines = [Run(f"\n{line}") for line in _card_lines(world, case, local)]
    return Reply((Run(title(world, case), bold=True), *lines), _card_rows(world, case))


def _card_lines(world: World, case: Case, local: Local) -> Iterator[str]:
    say = world.phrasing.say
    if case.urgent:
        yield say("desk_urgent")
    yield say("case_reason", reason=say(f"reason_{case.reason.value}"))
    yield _standing(world, case, local)
    if case.place and not any(fact.value == case.place for fact in case.facts):
        yield say("desk_place", place=case.place)
    if case.facts:
        yield from ("", *(say("answer_line", attribute=fact.label, answer=fact.value) for fact in case.facts))
    if case.offers_shown:
        yield from ("", say("desk_seen"))
        yield from (f"• {shown.name}" + (f" ({shown.reason})" if shown.reason else "") for shown in case.offers_shown)
    said = [*case.transcript, *case.held_messages]
    if said:
        yield from ("", say("desk_said"))
        yield from (f"«{_begun(one.text) or say('desk_attached', kind=_kind(world, one.kind))}»" for one in said[-_MOST_LISTED:])


def _begun(text: str) -> str:
    """The beginning of a message: the card has room for many."""
    return text if len(text) <= _LONGEST_SAID else f"{text[: _LONGEST_SAID - 1]}…"


def _kind(world: World, kind: str) -> str:
    return world.phrasing.say(
        "desk_kind_photo" if kind == "photo" else "desk_kind_voice" if kind == "voice" else "desk_kind_other"
    )


def _standing(world: World, case: Case, local: Local) -> str:
    say, words = world.phrasing.say, world.phrasing
    match case.state:
        case CaseState.WAITING:
            return say("desk_waiting", since=words.clock(local(case.waiting_since)))
        case CaseState.ASSIGNED:
            return say("desk_assigned", name=case.manager.name if case.manager else "")
        case CaseState.RESOLVED:
            helped = f" {say(f'desk_helped_{case.helped}')}" if case.helped else ""
            return say("desk_resolved", when=words.clock(local(case.resolved_at))) + helped


def _card_rows(world: World, case: Case) -> tuple[tuple[Choice, ...], ...]:
    def button(key: str, verb: Verb, target: str = "") -> Choice:
        return Choice(world.phrasing.say(key), Action(verb, target))

    passing = button("pass_button", Verb.PASS)
    match case.state:
        case CaseState.WAITING:
            return ((button("take_button", Verb.TAKE),), (passing,))
        case CaseState.ASSIGNED:
            return ((button("suggest_button", Verb.SUGGEST),), (passing, button("close_button", Verb.CLOSE)))
        case CaseState.RESOLVED:
            return ()


def passing(world: World, case: Case, desks: Sequence[Desk]) -> Reply:
    """Whom a case may be passed on to: the queue, or another desk."""
    say = world.phrasing.say
    rows = [[Choice(say("pass_queue_button"), Action(Verb.PASS, QUEUE))]] if case.state is CaseState.ASSIGNED else []
    rows += [[Choice(desk.id, Action(Verb.PASS, desk.id))] for desk in desks if desk.id != case.desk]
    key = "desk_pass" if rows else "desk_pass_nowhere"
    return Reply((Run(say(key)),), tuple(tuple(row) for row in rows))


#: Stands for the queue of the case's own desk.
QUEUE = "-"


def queue(world: World, cases: Sequence[Case], now: float) -> str:
    """The cases that wait, the most pressing first."""
    say = world.phrasing.say
    if not cases:
        return say("desk_queue_empty")
    lines = [say("desk_queue", count=len(cases))]
    for case in cases[:_MOST_LISTED]:
        waited = world.phrasing.lasting(now - case.waiting_since)
        reason = say(f"reason_{case.reason.value}")
        key = "desk_queue_urgent" if case.urgent else "desk_queue_line"
        lines.append(say(key, name=topic_name(world, case), reason=reason, waited=waited))
    return "\n".join(lines)


def history(world: World, case: Case, earlier: Sequence[Case], local: Local) -> str:
    """What happened to a case, and the earlier cases of the same citizen."""
    say, words = world.phrasing.say, world.phrasing
    lines = [topic_name(world, case)]
    lines += [f"{words.clock(local(entry.at))}: {say(f'step_{entry.event}', who=entry.detail)}" for entry in case.history]
    for one in earlier:
        reason = say(f"reason_{one.reason.value}")
        lines.append(say("desk_earlier", name=title(world, one), date=words.date(local(one.opened_at).date()), reason=reason))
    return "\n".join(lines)


def numbers(world: World, cases: Sequence[Case]) -> str:
    """The numbers of a day."""
    say = world.phrasing.say
    taken = [case for case in cases if case.taken_at]
    waits = [case.taken_at - case.opened_at for case in taken]
    lines = [
        say("stat_opened", count=len(cases)),
        say("stat_taken", count=len(taken)),
        say("stat_resolved", count=sum(case.state is CaseState.RESOLVED for case in cases)),
        say("stat_helped", yes=sum(case.helped == "yes" for case in cases), no=sum(case.helped == "no" for case in cases)),
    ]
    if waits:
        lines.insert(2, say("stat_wait", waited=world.phrasing.lasting(statistics.median(waits))))
    by_reason = [(reason, sum(case.reason is reason for case in cases)) for reason in CaseReason]
    lines += [say("stat_reason", reason=say(f"reason_{reason.value}"), count=count) for reason, count in by_reason if count]
    return "\n".join(lines)


def canned(world: World) -> str:
    """The canned replies by name."""
    say = world.phrasing.say
    names = [say("desk_reply_line", name=name, text=text) for name, text in world.content.replies.items()]
    return "\n".join([say("desk_replies"), *names])
