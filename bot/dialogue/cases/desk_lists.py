"""The lists and figures of a desk: its queue, the cases that a search finds, the figures of today and of the week. Pure."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable, Sequence

from bot.core.case import Case, CaseReason, CaseState, Outcome, awaited_cases
from bot.core.case_figures import CaseFigures
from bot.core.replies import Action, Choice, Reply, Run, Verb
from bot.dialogue.cases.manager_texts import LocalTime, need_terms, outcome_in_words, topic_name
from bot.dialogue.world import World
from bot.language.text.normalise import words as words_of

#: Cases on a page of a list.
CASES_ON_PAGE = 20
#: Characters of the argument of a button: longer ones are cut by the channel, so there is none.
_MAX_ARGUMENT_CHARACTERS = 30
#: Words from this length on are found without their last letter too: "nidi" finds "nido".
_INFLECTED_WORD_LENGTH = 4

#: From a case to the address of its place; empty where it has none.
CaseLink = Callable[[Case], str]
#: Lines of a list, and a heading among them.
_Line = tuple[Run, ...]


def queue(
    world: World,
    cases: Iterable[Case],
    now: float,
    local: LocalTime,
    link: CaseLink,
    *,
    command: str = "coda",
    page: int = 0,
    argument: str = "",
) -> Reply:
    """Return a page of open cases: first those whose citizens wait, in the order of answering, then the others.

    `command` and `argument` are what the manager typed; the buttons for other pages repeat them.
    """
    say, cases = world.phrasing.say, list(cases)
    awaited = awaited_cases(cases)
    others = sorted((case for case in cases if not case.is_awaited), key=lambda case: (case.answered_at, case.number))
    if not cases:
        return Reply((Run(say("desk_queue_empty" if command == "coda" else "desk_no_own_cases")),))
    lines = [_awaited_line(world, case, now, link) for case in awaited]
    lines += [_underway_line(world, case, local, now, link) for case in others]
    headings = {0: say("desk_queue", count=len(awaited)) if awaited else say("desk_queue_empty")}
    if others:
        headings[len(awaited)] = "\n".join([*([headings[0]] if not awaited else []), say("desk_underway", count=len(others))])
    return _paged(world, headings, lines, page, Action(Verb.MANAGE, command, argument))


def found_cases(world: World, cases: Sequence[Case], text: str, local: LocalTime, link: CaseLink, *, page: int = 0) -> Reply:
    """Return a page of the cases found by a search, the newest first."""
    say = world.phrasing.say
    if not cases:
        return Reply((Run(say("desk_found_no_case", words=text)),))
    lines = [_found_line(world, case, local, link) for case in cases]
    headings = {0: say("desk_found_cases", count=len(cases), words=text)}
    return _paged(world, headings, lines, page, Action(Verb.MANAGE, "cerca", text))


def is_found_by(world: World, case: Case, text: str) -> bool:
    """Return True if each word of a search occurs in a case's number, need, place, outcome, reason, manager or block."""
    terms = need_terms(world.content.vocabulary, case)
    known = [f"{case.number:04}", str(case.number), case.place, outcome_in_words(world, case), case.desk]
    known += [world.phrasing.say(f"reason_{case.reason.value}"), case.manager.label if case.manager is not None else ""]
    known += [name for term in terms for name in (term.label, *term.also)]
    known += [world.phrasing.say("step_barred", who="")] if case.has_barred_citizen else []
    found = {word for one in known for word in words_of(one)}
    return all(any(_is_form_of(word, one) for one in found) for word in words_of(text))


def _is_form_of(word: str, other: str) -> bool:
    if word.isdigit() or len(word) < _INFLECTED_WORD_LENGTH:
        return word == other
    return other.startswith(word[:-1])


# --- Figures


def numbers(world: World, title: str, today: CaseFigures, week: CaseFigures) -> str:
    """Return the figures of a desk or a manager for today, with those of the week in brackets."""
    say, lasting = world.phrasing.say, world.phrasing.lasting
    counts = [("opened", "opened"), ("taken", "taken"), ("reopened", "reopened"), ("resolved", "closed")]
    lines = [say("stat_title", name=title)]
    lines += [say(f"stat_{key}", today=getattr(today, name), week=getattr(week, name)) for key, name in counts]
    for key, now, since in (("first", today.first_waits, week.first_waits), ("answer", today.waits, week.waits)):
        if since:
            usual = [lasting(60 * statistics.median(waits)) if waits else say("stat_none") for waits in (now, since)]
            lines.append(say(f"stat_{key}", today=usual[0], week=usual[1]))
    if week.promised:
        shares = [say("stat_share", count=one.in_time, total=one.promised) for one in (today, week)]
        lines.append(say("stat_in_time", today=shares[0], week=shares[1]))
    if week.helped or week.unhelped:
        answers = [say("stat_answers", yes=one.helped, no=one.unhelped) for one in (today, week)]
        lines.append(say("stat_helped", today=answers[0], week=answers[1]))
    counted = [(f"reason_{one.value}", today.reasons.get(one, 0), week.reasons.get(one, 0)) for one in CaseReason]
    counted += [(f"outcome_{one.value}", today.outcomes.get(one, 0), week.outcomes.get(one, 0)) for one in Outcome]
    lines += [say("stat_line", name=say(key), today=now, week=since) for key, now, since in counted if since]
    return "\n".join(lines)


# --- Lines


def _awaited_line(world: World, case: Case, now: float, link: CaseLink) -> _Line:
    say, waited = world.phrasing.say, world.phrasing.lasting(now - case.waiting_since)
    key = "desk_queue_urgent" if case.urgent else "desk_queue_line"
    name, who = topic_name(world, case), case.manager.label if case.manager is not None else ""
    line = say(key, name=name, reason=say(f"reason_{case.reason.value}"), waited=waited)
    return _linked(line if case.state is CaseState.WAITING else f"{line}. {say('desk_assigned', name=who)}", name, link(case))


def _underway_line(world: World, case: Case, local: LocalTime, now: float, link: CaseLink) -> _Line:
    name, who = topic_name(world, case), case.manager.label if case.manager is not None else ""
    if case.follow_up_at:
        when = world.phrasing.moment(local(case.follow_up_at), local(now))
        return _linked(world.phrasing.say("desk_sleeping_line", name=name, who=who, when=when), name, link(case))
    return _linked(world.phrasing.say("desk_underway_line", name=name, who=who), name, link(case))


def _found_line(world: World, case: Case, local: LocalTime, link: CaseLink) -> _Line:
    say, name = world.phrasing.say, topic_name(world, case)
    needs = ", ".join(term.label for term in need_terms(world.content.vocabulary, case))
    how = outcome_in_words(world, case) or say("desk_no_outcome" if not case.is_open else "desk_still_open")
    date = world.phrasing.date(local(case.opened_at).date())
    parts = [how, needs, case.manager.label if case.manager is not None else ""]
    line = say("desk_found_case", name=name, date=date, about=" · ".join(part for part in parts if part))
    return _linked(line, name, link(case))


def _linked(line: str, name: str, url: str) -> _Line:
    """Return a line in which a name links to a web address."""
    before, _, after = line.partition(name)
    return (Run(before), Run(name, url=url), Run(after))


def _paged(world: World, headings: dict[int, str], lines: Sequence[_Line], page: int, action: Action) -> Reply:
    """Return a page of lines with their headings, and buttons to the previous and next page."""
    page = max(0, min(page, (len(lines) - 1) // CASES_ON_PAGE))
    first, end = page * CASES_ON_PAGE, min(len(lines), (page + 1) * CASES_ON_PAGE)
    runs = []
    for place in range(first, end):
        if place in headings:
            runs.append(Run(f"{headings[place]}\n"))
        runs += [*lines[place], Run("\n")]
    say, can_turn = world.phrasing.say, len(action.value) <= _MAX_ARGUMENT_CHARACTERS
    pages = [(page - 1, "desk_previous_button")] if page else []
    pages += [(page + 1, "desk_next_button")] if end < len(lines) else []
    buttons = [Choice(say(key), Action(action.verb, action.target, f"p{to} {action.value}".strip())) for to, key in pages]
    if len(lines) > CASES_ON_PAGE:
        runs.append(Run(say("desk_page", first=first + 1, last=end, count=len(lines))))
    runs[-1] = Run(runs[-1].text.rstrip("\n"), url=runs[-1].url)
    return Reply(tuple(run for run in runs if run.text), (tuple(buttons),) if buttons and can_turn else ())
