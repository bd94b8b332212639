"""The managers' commands about a desk: its lists and figures, who is there or away, whether it is closed."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from bot.core.attributes import MONTHS_PER_YEAR
from bot.core.case import Case, Manager
from bot.core.case_commands import command_named
from bot.core.case_figures import figures, wait_minutes
from bot.core.confirmation import Confirmation, Validity, services_to_ask_about
from bot.core.desk_state import DeskState
from bot.core.desks import Desk, desk_by_id
from bot.core.masking import mask
from bot.core.replies import Document, Reply
from bot.core.tally import first_day, month_number
from bot.dialogue.cases import desk_lists, manager_texts, staff_texts, validity
from bot.dialogue.cases.case_table import case_table, table_as_csv
from bot.language.entities.moments import moment_stated
from bot.usecases.case_posts import CasePosts, plain_reply
from bot.usecases.console_access import ConsoleRole, Visitor
from bot.usecases.inbound import SlowWork
from bot.usecases.ports import Unit
from bot.usecases.staff_ports import NeedsReport


@dataclass(frozen=True, slots=True)
class DeskAct:
    """A command about a desk given by a manager, with the transaction in which it is carried out."""

    unit: Unit
    desk: Desk
    manager: Manager
    argument: str
    now: float
    is_administrator: bool = False
    #: The result of slow work, if that was done (`inbound.SlowWork`).
    prepared: object = None


_DeskCommand = Callable[[CasePosts, DeskAct], Reply]
_COMMANDS: dict[str, _DeskCommand] = {}


def answer_at_desk(posts: CasePosts, name: str, act: DeskAct) -> Reply:
    """Carry out a command about a desk, and return the answer to the manager."""
    known = command_named(name)
    if known is not None and known.is_for_administrators and not act.is_administrator:
        return plain_reply(posts.world(act.now).phrasing.say("refused_administrators"))
    return _COMMANDS[name](posts, act)


def _about_desk(name: str) -> Callable[[_DeskCommand], _DeskCommand]:
    return lambda function: _COMMANDS.setdefault(name, function)


# --- Targets of cases that are passed on

#: Begin of a target that is a colleague; the number of their account follows.
_COLLEAGUE = "@"


def target_named(posts: CasePosts, unit: Unit, desk: str, words: str, now: float) -> tuple[str, str]:
    """Find the target to which a case is passed by its name: the queue, a desk or a colleague.

    Return the target and "", or "" and a sentence that says why nothing was found.
    """
    say, wanted = posts.world(now).phrasing.say, words.lower()
    if wanted in (manager_texts.QUEUE, "coda", desk):
        return manager_texts.QUEUE, ""
    if desk_by_id(posts.desks, wanted) is not None:
        return wanted, ""
    state = unit.desk_states.get(desk)
    found = staff_texts.members_named(state, words.removeprefix(_COLLEAGUE))
    if len(found) > 1:
        return "", say("desk_pass_which", names=", ".join(one.manager.label for one in found))
    if not found:
        names = [*(one.id for one in posts.desks), *(one.manager.label for one in state.staff)]
        return "", say("desk_pass_unknown", names=", ".join(names))
    (member,) = found
    if member.is_away:
        return "", say("desk_colleague_away", name=member.manager.label)
    return f"{_COLLEAGUE}{member.manager.id}", ""


def colleague_of(unit: Unit, desk: str, target: str) -> Manager | None:
    """Return the manager that a target stands for; None for the queue, a desk, or a manager who is away."""
    user = target.removeprefix(_COLLEAGUE)
    member = unit.desk_states.get(desk).member(int(user)) if target != user and user.isdecimal() else None
    return member.manager if member is not None and not member.is_away else None


# --- Lists and figures

#: The name of a canned reply, and characters of its text.
_REPLY_NAME, _MAX_REPLY_CHARACTERS = re.compile(r"[\w-]{1,32}"), 2000
#: A day as it is written in Italy; the days before today that are exported if none are named.
_MONTHS = re.compile(r"([12]\d{3})-(\d{1,2})(?:[ ,]+([12]\d{3})-(\d{1,2}))?")
_DAY, _EXPORTED = re.compile(r"(\d{1,2})/(\d{1,2})(?:/(\d{4}))?"), dt.timedelta(days=30)
#: The argument that asks for all desks, and for the manager alone.
_ALL_DESKS, _OWN = "tutti", "io"
#: The newest closed cases that a search reads; digits of the number of a case or a page.
_MAX_SEARCHED_CASES, _MAX_NUMBER_DIGITS = 1000, 10


@_about_desk("coda")
def _queue(posts: CasePosts, act: DeskAct) -> Reply:
    """Return the list of open cases: of the desk, of a desk named in the command, or of all ("tutti")."""
    page, argument = _page_of(act.argument)
    desk = desk_by_id(posts.desks, argument.lower()) or act.desk
    opened = act.unit.cases.list_open()
    cases = opened if argument.lower() == _ALL_DESKS else [case for case in opened if case.desk == desk.id]
    link = partial(posts.link, act.unit)
    return desk_lists.queue(posts.world(act.now), cases, act.now, posts.local, link, page=page, argument=argument)


@_about_desk("miei")
def _own_cases(posts: CasePosts, act: DeskAct) -> Reply:
    """Return the list of open cases that the manager has, at any desk."""
    page, _ = _page_of(act.argument)
    cases = [case for case in act.unit.cases.list_open() if case.manager is not None and case.manager.id == act.manager.id]
    link = partial(posts.link, act.unit)
    return desk_lists.queue(posts.world(act.now), cases, act.now, posts.local, link, command="miei", page=page)


@_about_desk("cerca")
def _search(posts: CasePosts, act: DeskAct) -> Reply:
    """Return the closed cases of the desk that match the command's words; a case number finds an open one too."""
    page, words = _page_of(act.argument)
    world = posts.world(act.now)
    if not words:
        return plain_reply(world.phrasing.say("desk_search_how"))
    numbered = act.unit.cases.get(int(words)) if words.isdecimal() and len(words) < _MAX_NUMBER_DIGITS else None
    if numbered is not None and numbered.desk == act.desk.id:
        found = [numbered]
    else:
        resolved = act.unit.cases.list_resolved(act.desk.id, _MAX_SEARCHED_CASES)
        found = [case for case in resolved if desk_lists.is_found_by(world, case, words)]
    return desk_lists.found_cases(world, found, words, posts.local, partial(posts.link, act.unit), page=page)


@_about_desk("stat")
def _numbers(posts: CasePosts, act: DeskAct) -> Reply:
    """Return the figures of today and this week: of the desk, of every desk ("tutti"), or of the manager ("io")."""
    asked = act.argument.lower()
    world, local = posts.world(act.now), posts.local(act.now)
    midnight = act.now - (local - local.replace(hour=0, minute=0, second=0, microsecond=0)).total_seconds()
    monday = midnight - local.weekday() * 24 * 3600.0
    cases = act.unit.cases.list_changed(monday)
    desks = posts.desks if asked == _ALL_DESKS else [desk_by_id(posts.desks, asked) or act.desk]
    manager = act.manager.id if asked == _OWN else 0
    texts = []
    for desk in desks:
        its = [case for case in cases if manager or case.desk == desk.id]
        spans = [figures(its, begin, act.now, wait_minutes(posts.desks, posts.local), manager) for begin in (midnight, monday)]
        texts.append(desk_lists.numbers(world, act.manager.label if manager else desk.id, *spans))
    return plain_reply("\n\n".join(texts))


@_about_desk("r")
def _canned_replies(posts: CasePosts, act: DeskAct) -> Reply:
    own = act.unit.desk_states.get(act.desk.id).replies
    return plain_reply(manager_texts.canned_replies(posts.world(act.now), own))


@_about_desk("risposta")
def _keep_reply(posts: CasePosts, act: DeskAct) -> Reply:
    """Store a canned reply of the desk under a name; a name without text deletes it."""
    say, (name, _, text) = posts.world(act.now).phrasing.say, act.argument.partition(" ")
    name, text = name.lower(), text.strip()[:_MAX_REPLY_CHARACTERS]
    if not _REPLY_NAME.fullmatch(name):
        return plain_reply(say("desk_reply_how"))

    own = act.unit.desk_states.get(act.desk.id).replies
    if not text and name not in own:
        return plain_reply(say("desk_no_reply", names=", ".join(own)) if own else say("desk_reply_how"))

    def change(state: DeskState) -> DeskState:
        others = {other: words for other, words in state.replies.items() if other != name}
        return replace(state, replies={**others, **({name: text} if text else {})})

    act.unit.desk_states.change(act.desk.id, change)
    return plain_reply(say("desk_reply_kept" if text else "desk_reply_dropped", name=name))


@_about_desk("aiuto")
def _help(posts: CasePosts, act: DeskAct) -> Reply:
    return plain_reply(manager_texts.help_text(posts.world(act.now)))


def _page_of(argument: str) -> tuple[int, str]:
    """Return the page number at the begin of a button's argument ("p2 nido"), and the words after it."""
    first, _, rest = argument.partition(" ")
    is_page = first[:1] == "p" and first[1:].isdecimal() and len(first) < _MAX_NUMBER_DIGITS
    return (int(first[1:]), rest.strip()) if is_page else (0, argument.strip())


@_about_desk("esporta")
def _export(posts: CasePosts, act: DeskAct) -> Reply:
    """Return a table of the cases of all desks opened in the last month, or between two given days ("1/9 30/9")."""
    world, local = posts.world(act.now), posts.local(act.now)
    days = _days_of(act.argument, local.date()) if act.argument else (local.date() - _EXPORTED, local.date())
    if days is None:
        return plain_reply(world.phrasing.say("desk_export_how"))
    first, last = (dt.datetime.combine(day, dt.time()) for day in days)
    begin = act.now + (first - local).total_seconds()
    end = act.now + (last + dt.timedelta(days=1) - local).total_seconds()
    cases = [case for case in act.unit.cases.list_changed(begin) if begin <= case.opened_at < end]
    rows = case_table(world.phrasing, world.content.vocabulary, cases, posts.local, wait_minutes(posts.desks, posts.local))
    text = world.phrasing.say("desk_export", count=len(cases), first=f"{first:%d/%m/%Y}", last=f"{last:%d/%m/%Y}")
    return replace(plain_reply(text), attachment=Document(f"casi-{first:%Y%m%d}-{last:%Y%m%d}.csv", table_as_csv(rows)))


@_about_desk("report")
def _report(posts: CasePosts, act: DeskAct) -> Reply:
    """Return the report on needs for the last twelve complete months, or for the months given ("2026-03 2026-05")."""
    months = _months_of(act.argument, posts.local(act.now).date())
    if months is None:
        return plain_reply(posts.world(act.now).phrasing.say("desk_report_how"))
    if not isinstance(act.prepared, NeedsReport):
        raise SlowWork(partial(posts.report, months, act.now))
    reply = plain_reply(act.prepared.sentences)
    name = f"bisogni-{first_day(months.start):%Y-%m}-{first_day(months.stop - 1):%Y-%m}.html"
    return replace(reply, attachment=Document(name, act.prepared.page)) if act.prepared.page else reply


def _months_of(written: str, today: dt.date) -> range | None:
    """Return the months of "2026-03" or "2026-03 2026-05", as months since the year 0.

    Without words the last twelve complete ones. None for a text that names no months.
    """
    if not written:
        return range(month_number(today) - MONTHS_PER_YEAR, month_number(today))
    found = _MONTHS.fullmatch(written.strip())
    numbers = [int(one or 0) for one in found.groups()] if found is not None else []
    if not numbers or not 1 <= numbers[1] <= MONTHS_PER_YEAR or numbers[3] > MONTHS_PER_YEAR:
        return None
    first = numbers[0] * MONTHS_PER_YEAR + numbers[1] - 1
    last = numbers[2] * MONTHS_PER_YEAR + numbers[3] - 1 if numbers[3] else first
    return range(first, last + 1) if first <= last else None


@_about_desk(validity.VALIDITY_COMMAND)
def _validity(posts: CasePosts, act: DeskAct) -> Reply:
    """Record the desk's answer on whether a service is still valid ("si nido-comunale"), and ask about the next service."""
    world, today = posts.world(act.now), posts.local(act.now).date()
    say = world.phrasing.say
    word, _, rest = act.argument.partition(" ")
    id, _, words = rest.strip().partition(" ")
    service = validity.service_named(world, id)
    if word and service is None:
        return plain_reply(say("valid_unknown", id=id or word))
    noted = ""
    if service is not None and word.lower() in list(Validity):
        answer = Validity(word.lower())
        if answer is Validity.CHANGED and not words.strip():
            return plain_reply(say("valid_change_how", id=service.id))
        change = mask(words.strip())[:_MAX_REPLY_CHARACTERS]
        act.unit.confirmations.put(Confirmation(service.id, answer, today, change))
        act.unit.audit.record(f"telegram:{act.manager.id}", "confirm", f"service:{service.id}", act.now)
        noted = say("valid_noted", name=service.name, answer=(change or say(f"valid_{answer.value}")).lower())
    found = services_to_ask_about(world.content.services, act.unit.confirmations.list_all(), today)
    if word.lower() == validity.LATER and service in found:
        at = found.index(service) + 1
        found = [*found[at:], *found[:at]]
    asked = validity.validity_question(world, found[0], len(found)) if found else plain_reply(say("valid_none"))
    return replace(asked, text=(*plain_reply(f"{noted}\n\n").text, *asked.text)) if noted else asked


@_about_desk("console")
def _console(posts: CasePosts, act: DeskAct) -> Reply:
    """Send the manager a link to the console in private: administrators can edit the content, others can read it."""
    say = posts.world(act.now).phrasing.say
    if not posts.console.url:
        return plain_reply(say("desk_console_none"))
    role = ConsoleRole.EDITOR if act.is_administrator else ConsoleRole.READER
    link = posts.console.link(Visitor(f"telegram:{act.manager.id}", act.manager.label, role), act.now)
    act.unit.outbox.put(posts.channel.write_to_manager(act.manager, plain_reply(say("desk_console_link", link=link))), act.now)
    return plain_reply(say("desk_console_sent"))


def _days_of(written: str, today: dt.date) -> tuple[dt.date, dt.date] | None:
    """Return the first and last day of "1/9 30/9" or "1/9/2026 30/9/2026"; without a year the most recent such days."""
    found = []
    for day, month, year in _DAY.findall(written):
        try:
            date = dt.date(int(year) if year else today.year, int(month), int(day))
        except ValueError:
            return None
        found.append(date if year or date <= today else date.replace(year=date.year - 1, day=min(date.day, 28)))
    return (found[0], found[1]) if len(found) == 2 and found[0] <= found[1] else None


# --- People


@_about_desk("passa")
def _pass_all(posts: CasePosts, act: DeskAct) -> Reply:
    """Pass on all open cases of the manager ("tutti coda", "tutti Gina"), each in an update of its own lane."""
    say, words = posts.world(act.now).phrasing.say, act.argument.partition(" ")[2].strip()
    if not words:
        return plain_reply(say("desk_pass_all_how"))
    target, fault = target_named(posts, act.unit, act.desk.id, words, act.now)
    if fault:
        return plain_reply(fault)
    colleague = colleague_of(act.unit, act.desk.id, target)
    if colleague is not None and colleague.id == act.manager.id:
        return plain_reply(say("refused_yours"))
    count = _pass_cases(posts, act, target, lambda _: True)
    name = colleague.label if colleague is not None else say("desk_to_queue") if target == manager_texts.QUEUE else target
    return plain_reply(say("desk_pass_all", count=count, name=name) if count else say("desk_no_own_cases"))


def _pass_cases(posts: CasePosts, act: DeskAct, target: str, is_meant: Callable[[Case], bool]) -> int:
    """Schedule the passing on of a manager's open cases to a target, and return how many there are."""
    own = [case for case in act.unit.cases.list_open() if case.manager is not None and case.manager.id == act.manager.id]
    meant = [case for case in own if is_meant(case)]
    for case in meant:
        act.unit.timers.set(posts.channel.hand_over_timer(case, target, act.now))
    return len(meant)


@_about_desk("pausa")
def _pause(posts: CasePosts, act: DeskAct) -> Reply:
    """Record that a manager is away; their cases with waiting citizens go back to the queue."""
    act.unit.desk_states.change(act.desk.id, lambda state: state.with_member(act.manager, is_away=True))
    count = _pass_cases(posts, act, manager_texts.QUEUE, lambda case: case.is_awaited)
    say = posts.world(act.now).phrasing.say
    lines = [say("desk_paused", name=act.manager.label)]
    if count:
        lines.append(say("desk_paused_cases", count=count))
    if (now := desk_by_id(posts.desks_at(act.unit, act.now), act.desk.id)) is not None and now.is_shut:
        lines.append(say("desk_nobody_here"))
    return plain_reply("\n".join(lines))


@_about_desk("presente")
def _return(posts: CasePosts, act: DeskAct) -> Reply:
    """Record that a manager is back, and return the queue."""
    act.unit.desk_states.change(act.desk.id, lambda state: state.with_member(act.manager, is_away=False))
    queue = _queue(posts, replace(act, argument=""))
    welcome = plain_reply(posts.world(act.now).phrasing.say("desk_present", name=act.manager.label) + "\n")
    return replace(queue, text=(*welcome.text, *queue.text))


@_about_desk("sportello")
def _desk(posts: CasePosts, act: DeskAct) -> Reply:
    """Return who is at the desk and how many cases each desk has; or close the desk ("chiuso sciopero"), or reopen it."""
    unit, now = act.unit, act.now
    world, local = posts.world(now), posts.local(now)
    word, _, rest = act.argument.partition(" ")
    if word.lower() in staff_texts.CLOSE_WORDS:
        reason, _, until = rest.partition(staff_texts.UNTIL)
        stated = moment_stated(until, local) if until else None
        if not reason.strip() or (until and stated is None):
            return plain_reply(world.phrasing.say("desk_shut_how"))
        moment = staff_texts.opening(stated) if stated is not None else None
        closed_until = now + (moment - local).total_seconds() if moment is not None else 0.0

        def close(state: DeskState) -> DeskState:
            return replace(state, is_closed=True, closed_because=reason.strip(), closed_until=closed_until)

        unit.desk_states.change(act.desk.id, close)
    elif word.lower() in staff_texts.OPEN_WORDS:
        unit.desk_states.change(act.desk.id, lambda state: replace(state, is_closed=False, closed_because="", closed_until=0.0))
    elif word:
        return plain_reply(world.phrasing.say("desk_shut_how"))
    return plain_reply(staff_texts.desks(world, posts.staffing(unit, now), act.desk.id))
