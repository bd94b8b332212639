"""The ledger's view of a turn: the record of the search in it, from the session before and after. Pure; see `core/ledger.py`.

Nothing typed gets into a record, only ids that content declares and that are not sensitive.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from bot.core.attributes import AGE, CATEGORY, NEED, PERSON, PLACE, SCHEDULE, encode
from bot.core.conditions import Span
from bot.core.explanation import RequirementKind, explain
from bot.core.flow import Purpose
from bot.core.interview import Position
from bot.core.ledger import NO_NEED, OTHER_OFFICE, NeedEnd, SearchRecord, Way, quarter_of
from bot.core.replies import Action, Verb
from bot.core.services import Offer, State
from bot.core.topics import IntentId
from bot.dialogue.context import Context
from bot.dialogue.incoming import Incoming, Press, Text
from bot.dialogue.intents import DoAction, FollowLink, Intent, NewSearch, NotUnderstood, OutOfScope, PickOfShown
from bot.dialogue.session import Screen
from bot.dialogue.turn import Turn

#: The end that a failing requirement is the cause of. Access to a building would tell of a disability: it counts as eligibility.
_CAUSES = {
    RequirementKind.PLACE: NeedEnd.OTHER_PLACE,
    RequirementKind.HOURS: NeedEnd.HOURS,
    RequirementKind.ELIGIBILITY: NeedEnd.NOT_ELIGIBLE,
    RequirementKind.ACCESS: NeedEnd.NOT_ELIGIBLE,
}
_CLOSED = {State.FULL: NeedEnd.FULL, State.WAITING_LIST: NeedEnd.FULL}
#: The ends that a citizen who wants none of the services changes.
_SHOWN = frozenset({NeedEnd.MET, NeedEnd.TO_CHECK})
#: A bit set of all offers.
_ALL = -1
_SAVING = frozenset({Verb.CALENDAR, Verb.MAP})


def observe(before: Context, incoming: Incoming, result: Turn) -> SearchRecord | None:
    """Return the record of the open search after a turn; None if no search is open."""
    after, intent = before.with_session(result.session), result.intent
    here, interview = after.position, after.session.interview
    if here is None or interview is None or after.flow.purpose is not Purpose.MATCH:
        return None
    old = before.session.search
    if old is None or old.number != interview.number:
        old = SearchRecord(interview.number, quarter_of(before.now.date()), interview.flow)
    if interview == before.session.interview and old is before.session.search:
        record = old
    else:
        record = _described(replace(old, flow=interview.flow), after, here)
    record = _with_events(record, after, incoming, result, here)
    return replace(record, way=_way(incoming, intent)) if record.needs and not old.needs else record


def _way(incoming: Incoming, intent: Intent | None) -> Way:
    """Return the way in which a need was expressed."""
    match intent:
        case FollowLink():
            return Way.LINK
        case NewSearch():
            return Way.SEARCH
        case _:
            return Way.SENTENCE if isinstance(incoming, Text) else Way.BUTTON


# --- The person and the needs


def _described(record: SearchRecord, after: Context, here: Position) -> SearchRecord:
    """Return the record with the answers that count now, and with the end of each need (met, or why not)."""
    needs = dict(record.needs)
    for need, public in _needs(after, here):
        needs[public] = NeedEnd.ABANDONED if here.question is not None else _end(after, here, need)
    if here.question is None and not needs:
        needs[NO_NEED] = _end(after, here, NO_NEED)
    elif len(needs) > 1:
        needs.pop(NO_NEED, None)
    return replace(
        record,
        question=here.question.fills if here.question is not None else "",
        place=_value(after, here, PLACE) or record.place,
        age=_age(after, here) or record.age,
        person=_value(after, here, PERSON) or record.person,
        hours=_hours(after, here) or record.hours,
        needs=needs,
    )


def _needs(after: Context, here: Position) -> Iterator[tuple[str, str]]:
    """Yield the needs of the open search, each with the name under which it is recorded: a sensitive need as its category."""
    vocabulary, known, interview = after.world.content.vocabulary, here.profile.get(NEED), after.session.interview
    category = interview.category_draft(NEED) if interview is not None else None
    if category is not None:
        yield CATEGORY + category, CATEGORY + category
    for value in known.values if known is not None else ():
        need = str(value)
        term = vocabulary.needs.get(need)
        yield need, CATEGORY + term.category if term is not None and term.sensitive else need


def _value(after: Context, here: Position, attribute: str) -> str:
    """Return the id of an attribute's first known value; "" if there is none or it is sensitive."""
    declared, known = after.world.content.vocabulary.attributes.get(attribute), here.people[0].get(attribute)
    if declared is None or declared.sensitive or known is None or not known.values:
        return ""
    return str(known.values[0])


def _age(after: Context, here: Position) -> str:
    """Return the age band of the first known age, in stored form."""
    declared, known = after.world.content.vocabulary.attributes.get(AGE), here.people[0].get(AGE)
    value = known.values[0] if declared is not None and not declared.sensitive and known is not None and known.values else None
    if declared is None or not isinstance(value, Span):
        return ""
    overlaps = ((min(band.high, value.high) - max(band.low, value.low), band) for band in declared.bands)
    overlap, band = max(overlaps, default=(0.0, value), key=lambda one: one[0])
    return encode(band) if overlap > 0 else ""


def _hours(after: Context, here: Position) -> str:
    """Return the id of the declared window of hours that covers most of the wanted hours."""
    declared, known = after.world.content.vocabulary.attributes.get(SCHEDULE), here.people[0].get(SCHEDULE)
    if declared is None or declared.sensitive or known is None or not isinstance(known.comparable, int):
        return ""
    covered = [((term.slots & known.comparable).bit_count(), term.id) for term in declared.terms.values()]
    slots, best = max(covered, key=lambda one: one[0], default=(0, ""))
    return best if slots else ""


# --- The end of a need


def _end(after: Context, here: Position, need: str) -> NeedEnd:
    """Return how a need ended, judged by the results shown: met, or the cause why not."""
    index = after.index
    answering = _ALL if need == NO_NEED else index.answering(need)
    for bits, best in ((here.match.fits & answering, NeedEnd.MET), (here.match.to_check & answering, NeedEnd.TO_CHECK)):
        if bits & index.in_state(State.OPEN):
            return best
        if bits:
            is_full = bits & (index.in_state(State.FULL) | index.in_state(State.WAITING_LIST))
            return NeedEnd.FULL if is_full else NeedEnd.OUT_OF_SEASON
    return _cause(here, index.members(answering) if need != NO_NEED else index.offers)


def _cause(here: Position, offers: Iterable[Offer]) -> NeedEnd:
    """Return why no offer fits a need: the failed requirement of the offer that fails fewest."""
    failing = ([finding.requirement for finding in explain(offer, here.people).findings] for offer in offers)
    causes = min(failing, key=len, default=None)
    if causes is None:
        return NeedEnd.MISSING
    return next((_CAUSES[kind] for kind in _CAUSES if kind in causes), NeedEnd.NOT_ELIGIBLE)


# --- Events


def _with_events(record: SearchRecord, after: Context, incoming: Incoming, result: Turn, here: Position) -> SearchRecord:
    """Return the record with the events of this turn besides answers, such as asking for a person."""
    intent = result.intent.intent if isinstance(result.intent, NewSearch) else result.intent
    match intent:
        case NotUnderstood(language):
            needs = record.needs or {NO_NEED: NeedEnd.NOT_UNDERSTOOD}
            return replace(record, unclear=record.unclear + 1, needs=needs, language=language or record.language)
        case OutOfScope():
            return replace(record, needs={**record.needs, OTHER_OFFICE: NeedEnd.OTHER_OFFICE})
        case DoAction(Action(Verb.USEFUL, answer)):
            return replace(record, useful=answer)
        case PickOfShown(IntentId.REFUSE) | DoAction(Action(Verb.PICK, IntentId.REFUSE)):
            refused = {need: NeedEnd.REFUSED if end in _SHOWN else end for need, end in record.needs.items()}
            return replace(record, needs=refused)
        case _:
            return _with_services(record, after, incoming, result, here)


def _with_services(record: SearchRecord, after: Context, incoming: Incoming, result: Turn, here: Position) -> SearchRecord:
    """Return the record with the services that this turn listed, opened or bookmarked, except those for a sensitive need."""
    offers, session = after.world.dated.offers, after.session
    actions = [choice.action for reply in result.replies for row in reply.rows for choice in row]
    listed = [offers[one.target] for one in actions if one.verb is Verb.CARD and one.target in offers]
    opened, saved = [], []
    if session.screen is Screen.CARD and session.card in offers:
        opened.append(offers[session.card])
    elif session.screen is Screen.INTERVIEW and here.question is None and here.match.remaining.bit_count() == 1:
        opened += after.index.members(here.match.remaining)
    if isinstance(incoming, Press) and incoming.action.verb in _SAVING and incoming.action.target in offers:
        saved.append(offers[incoming.action.target])
    if isinstance(result.intent, FollowLink) and opened and not record.needs:
        record = replace(record, needs=_linked_needs(after, opened[0]), question="")
    return replace(
        record,
        listed=_joined(record.listed, (*listed, *opened)),
        opened=_joined(record.opened, opened),
        saved=_joined(record.saved, saved),
    )


def _linked_needs(after: Context, offer: Offer) -> Mapping[str, NeedEnd]:
    """Return the need to record, with its end, when a link opened the card of a service without a search."""
    if offer.sensitive or not offer.service.needs:
        return {CATEGORY + offer.service.category: NeedEnd.MET}
    state = after.index.standings[offer.id].state if offer.id in after.index.standings else State.OPEN
    end = NeedEnd.MET if state is State.OPEN else _CLOSED.get(state, NeedEnd.OUT_OF_SEASON)
    return {offer.service.needs[0]: end}


def _joined(known: tuple[str, ...], offers: Iterable[Offer]) -> tuple[str, ...]:
    new = [offer.service.id for offer in offers if not offer.sensitive and offer.service.id not in known]
    return (*known, *dict.fromkeys(new)) if new else known
