"""Choices among shown offers by their properties: the nearest, free ones, those open on a day, others, none of them. Pure.

Recognising the choice in a text is in `intent_readers.py`; which offers are shown is in `shown.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from bot.core.attributes import AGE, NEED, PLACE, SCHEDULE
from bot.core.case import CaseReason
from bot.core.matching import kilometres
from bot.core.replies import Action, Choice, Reply, Run, Verb
from bot.core.services import Offer
from bot.core.topics import IntentId
from bot.dialogue.about import Facts
from bot.dialogue.context import Context
from bot.dialogue.effects import StepResult
from bot.dialogue.intents import AboutShown, PickOfShown
from bot.dialogue.layout import button, person_button, rows_of
from bot.dialogue.session import Screen
from bot.dialogue.shown import Shown, shown_offers
from bot.language.entities.references import is_free

#: Offers that a pick names at most.
_MOST_OFFERS = 5
#: The fact beside each offer of a pick.
_FACT_OF = {
    IntentId.PICK_NEAREST: IntentId.ABOUT_PLACE,
    IntentId.PICK_CHEAPEST: IntentId.ABOUT_COST,
    IntentId.PICK_OPEN: IntentId.ABOUT_HOURS,
    IntentId.PICK_ORDINAL: IntentId.ABOUT_PLACE,
}
#: The faults that all offers may have, each with the question to ask again.
_WRONG = {"wrong_hours_button": SCHEDULE, "wrong_age_button": AGE, "wrong_need_button": NEED}


def pick(context: Context, asked: PickOfShown, front: Reply) -> StepResult:
    """Return the result of a choice among shown offers: a card, a short list, another page, or the question what is wrong."""
    shown = shown_offers(context, front)
    match asked.pick:
        case IntentId.PICK_NEAREST:
            return _nearest(context, shown)
        case IntentId.PICK_CHEAPEST:
            return _cheapest(shown)
        case IntentId.PICK_OPEN:
            return _open(context, shown, asked.week)
        case IntentId.MORE:
            return _more(context, front, shown)
        case IntentId.REFUSE:
            return _refused(context, shown, asked)
        case _:
            offers = [one for id in asked.offers if (one := context.world.dated.offers.get(id)) is not None]
            return _among(shown, offers, "pick_which", IntentId.PICK_ORDINAL)


def _refused(context: Context, shown: Shown, asked: PickOfShown) -> StepResult:
    """Return better offers after a complaint (nearer, cheaper, open at other hours), or the question what is wrong."""
    interview = context.session.interview
    if asked.complaint == "far":
        return _nearest(context, shown)
    if asked.complaint == "dear":
        return _cheapest(shown)
    if asked.complaint == "hours" and asked.week and context.position is not None and context.position.match.remaining:
        return _open(context, shown, asked.week)
    attribute = {"hours": SCHEDULE, "age": AGE}.get(asked.complaint)
    if attribute is None or interview is None or attribute not in {question.fills for question in context.flow.questions}:
        return StepResult(context.session, instead=what_is_wrong(context))
    return StepResult(replace(context.session, interview=interview.reopen(attribute), card="").show(Screen.INTERVIEW))


def _nearest(context: Context, shown: Shown) -> StepResult:
    vocabulary, here = context.world.content.vocabulary, context.position
    known = here.profile.get(PLACE) if here is not None else None
    home = vocabulary.place(str(known.values[0])) if known is not None and known.values else None
    interview = context.session.interview
    if home is None and interview is not None:
        session = replace(context.session, interview=interview.reopen(PLACE)).show(Screen.INTERVIEW)
        return StepResult(session, context.say("pick_needs_place"))
    placed = [
        (kilometres(home, there), number, offer)
        for number, offer in enumerate(shown.found)
        if home is not None and offer.location.place and (there := vocabulary.place(offer.location.place)) is not None
    ]
    if not placed:
        return StepResult(context.session, instead=what_is_wrong(context))
    least = min(placed)[0]
    nearest = [offer for distance, _, offer in sorted(placed) if distance == least]
    if not shown.is_list and shown.offers[0] in nearest:
        return StepResult(context.session, context.say("pick_is_nearest"))
    return _among(shown, nearest, "pick_nearest", IntentId.PICK_NEAREST)


def _cheapest(shown: Shown) -> StepResult:
    free = [one for one in shown.offers if shown.is_list and is_free(one.service.cost)]
    free = free or [one for one in shown.found if is_free(one.service.cost)]
    if not free:
        return _among(shown, shown.offers, "pick_none_free", IntentId.PICK_CHEAPEST, opens=False)
    return _among(shown, free, "pick_free", IntentId.PICK_CHEAPEST)


def _open(context: Context, shown: Shown, week: int) -> StepResult:
    interview = context.session.interview
    if not week and interview is not None:
        session = replace(context.session, interview=interview.reopen(SCHEDULE)).show(Screen.INTERVIEW)
        return StepResult(session, context.say("pick_needs_hours"))
    fitting = [one for one in shown.offers if (one.week or 0) & week]
    fitting = fitting or [one for one in shown.found if (one.week or 0) & week]
    if not fitting:
        return _among(shown, shown.offers, "pick_none_open", IntentId.PICK_OPEN, opens=False)
    return _among(shown, fitting, "pick_open", IntentId.PICK_OPEN, week=week)


def _more(context: Context, front: Reply, shown: Shown) -> StepResult:
    """Return the next page of results, or the list if a card is open; if there are no more offers, the question what is wrong."""
    if not shown.is_list and context.position is not None and context.session.screen is Screen.CARD:
        return StepResult(replace(context.session, card="").show(Screen.INTERVIEW))
    page = context.session.page
    pages = [int(one.action.target) for row in front.rows for one in row if one.action.verb is Verb.PAGE]
    if any(number > page for number in pages):
        return StepResult(replace(context.session, page=page + 1))
    wrong = what_is_wrong(context)
    return StepResult(context.session, instead=replace(wrong, text=(Run(context.say("pick_no_more")),)))


def what_is_wrong(context: Context) -> Reply:
    """Return the question what is wrong with all shown offers, with a button for each answer that would change the search."""
    asked = {question.fills for question in context.flow.questions}
    far = Choice(context.say("wrong_far_button"), Action(Verb.PICK, IntentId.PICK_NEAREST))
    dear = Choice(context.say("wrong_cost_button"), Action(Verb.PICK, IntentId.PICK_CHEAPEST))
    others = [[button(context, key, Verb.REOPEN, id)] for key, id in _WRONG.items() if id in asked]
    back = [button(context, "list_button", Verb.LIST)] if context.position is not None else []
    person = [button(context, "human_button", Verb.HUMAN, CaseReason.USELESS)]
    return Reply((Run(context.say("wrong_ask")),), rows_of([far], [dear], *others, back, person))


def _among(shown: Shown, offers: Sequence[Offer], key: str, pick: IntentId, *, week: int = 0, opens: bool = True) -> StepResult:
    """Return the card if one offer was chosen, else the chosen offers as a list, each with the fact they were chosen by."""
    context = shown.context
    if len(offers) == 1 and opens:
        return StepResult(replace(context.session, card=offers[0].id).show(Screen.CARD))
    named = offers[:_MOST_OFFERS]
    facts = Facts(context, AboutShown(_FACT_OF[pick], tuple(one.id for one in named), week=week))
    lines = [_line(shown, one, facts) for one in named]
    cards: Iterable[list[Choice]] = ([Choice(facts.title(one), Action(Verb.CARD, one.id))] for one in named)
    back = [button(context, "list_button", Verb.LIST)] if context.position is not None else []
    text = "\n".join((context.say(key), *lines))
    return StepResult(context.session, instead=Reply((Run(text),), rows_of(*cards, back, [person_button(context)])))


def _line(shown: Shown, offer: Offer, facts: Facts) -> str:
    number = shown.number(offer) if shown.is_list else None
    return f"{number}. {facts.line(offer)}" if number is not None else f"• {facts.line(offer)}"
