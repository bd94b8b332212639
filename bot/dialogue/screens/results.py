"""The results of a search: a page of services, or the nearest ones if nothing fits; with the buttons to go on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial

from bot.core.attributes import PLACE
from bot.core.case import CaseReason
from bot.core.interview import Pace, Position, PositionReason
from bot.core.replies import Action, Choice, Reply, Run, Verb
from bot.core.services import Offer, one_a_service
from bot.core.topics import IntentId
from bot.dialogue.alerts import search_alert_button
from bot.dialogue.context import Context
from bot.dialogue.layout import button, person_button, rows_of
from bot.dialogue.service_cards import OfferTexts

#: More services are not counted aloud: another question, or a kind of help, makes them fewer.
MANY_SERVICES = 20
#: Services that are named where none fits.
_NEAREST_SERVICES = 3


def results_screen(context: Context, here: Position) -> Reply:
    """Return one page of the services that fit or need a check, the best first."""
    index, size = context.index, context.flow.show
    count = index.service_count(here.match.remaining)
    page = min(context.session.page, (count - 1) // size)
    best = one_a_service(context.best, (page + 1) * size)[page * size :]
    paging = []
    if page > 0:
        paging.append(button(context, "previous_page_button", Verb.PAGE, str(page - 1)))
    if (page + 1) * size < count:
        paging.append(button(context, "next_page_button", Verb.PAGE, str(page + 1)))
    useless = [button(context, "useless_button", Verb.PICK, IntentId.REFUSE)]
    first = page * size + 1
    cards = _card_buttons(best)
    rows = rows_of(*cards, paging, more_questions_row(context), useless, *next_steps(context))
    text = Run(missing_activity(context, " ") + _found(context, here, count, first, len(best)))
    return Reply((text, *_entries(context, best, here, first)), rows, first_number=first)


def missing_activity(context: Context, end: str = "") -> str:
    """Return a sentence that no found service offers the activity wished for, followed by `end`; "" if one does."""
    if not context.missing or context.session.page:
        return ""
    here = context.position
    home = here.profile.get(PLACE) if here is not None else None
    words = ", ".join(context.missing)
    if home is None:
        return context.say("missing_activity", words=words) + end
    place = context.phrasing.values(context.world.content.vocabulary[PLACE], home.values)
    return context.say("missing_activity_at", words=words, place=place) + end


def _found(context: Context, here: Position, count: int, first: int, shown: int) -> str:
    """Return a sentence with the number of services found, and which of them are shown."""
    say, last = context.say, first + shown - 1
    if count > MANY_SERVICES:
        return say("found_very_many", count=MANY_SERVICES) if first == 1 else say("found_further", first=first, last=last)
    page = say("found_page", first=first, last=last, count=count) if count > context.flow.show else ""
    if first > 1:
        return page
    later = context.index.outside_period(here.match, here.people)
    within = context.index.service_count(here.match.remaining & ~later)
    if later and within < count:
        return (
            f"{say('found_in_period', count=within, open=count - within) if within else say('found_other_days')} {page}".rstrip()
        )
    fits = context.index.service_count(here.match.fits)
    if fits and fits < count:
        found = say("found_both", count=fits, open=count - fits)
    else:
        found = say("found_many" if fits else "to_check_many", count=count)
    return f"{found} {page}".rstrip()


def nothing_fits_screen(context: Context, here: Position) -> Reply:
    """Return the screen for a search that nothing fits: the services that nearly fit, and the button for a person."""
    near = one_a_service(partial(context.index.nearest, here.match, here.people), _NEAREST_SERVICES)
    text = [Run(context.say("nothing_fits"))]
    if near:
        text += [Run("\n"), Run(context.say("nearest_one" if len(near) == 1 else "nearest_many"))]
    text += [*_entries(context, near, here), Run("\n\n"), Run(context.say("nothing_offer_human"))]
    person = [button(context, "human_button", Verb.HUMAN, CaseReason.NOTHING_FITS)]
    rows = rows_of(*_card_buttons(near), person, next_steps(context)[0], search_alert_button(context))
    return Reply(tuple(text), rows)


def _entries(context: Context, offers: Sequence[Offer], here: Position, first: int = 1) -> Iterable[Run]:
    texts = OfferTexts(context.world, context.phrasing)
    for number, offer in enumerate(offers, first):
        yield Run("\n\n" if number == first else "\n")
        yield from texts.entry(number, offer, here.people, len(other_places(context, offer)))


def other_places(context: Context, offer: Offer) -> list[Offer]:
    """Return the other offers of the same service, from the open search or, without one, from the catalogue."""
    index, here = context.index, context.position
    if here is None:
        offers = context.world.dated.offers.values()
        return [one for one in offers if one.service.id == offer.service.id and one.id != offer.id]
    return [one for one in index.members(index.of_service(offer.service.id) & here.match.remaining) if one.id != offer.id]


def _card_buttons(offers: Iterable[Offer]) -> list[list[Choice]]:
    return [[Choice(offer.service.name, Action(Verb.CARD, offer.id))] for offer in offers]


def more_questions_row(context: Context) -> list[Choice]:
    """Return the button to further questions, if an answer to one could still change the results."""
    here, interview = context.position, context.session.interview
    if here is None or interview is None or here.reason not in (PositionReason.ENOUGH, PositionReason.STOPPED):
        return []
    onward = context.world.position(replace(interview, pace=Pace.THOROUGH))
    if onward.question is None:
        return []
    attributes = (context.world.content.vocabulary[id].label.lower() for id in onward.relevant)
    label = context.say("more_questions_button", attributes=", ".join(attributes))
    return [Choice(label, Action(Verb.MORE_QUESTIONS))]


def next_steps(context: Context, extras: Iterable[Choice] = ()) -> list[list[Choice]]:
    """Return the rows below every list and card: change answers or begin again, the extras of a card, a person."""
    change = [button(context, "change_button", Verb.CHANGE), button(context, "restart_button", Verb.RESTART)]
    return [change, list(extras), [person_button(context)]]
