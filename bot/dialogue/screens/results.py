"""The results of a search: a page of offers, or the nearest ones where nothing fits; and the ways on from there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from bot.core.case import CaseReason
from bot.core.interview import Pace, Position, PositionReason
from bot.core.replies import Action, Choice, Reply, Run, Verb
from bot.core.services import Offer
from bot.dialogue.context import Context
from bot.dialogue.layout import button, person_button, rows_of
from bot.dialogue.service_cards import OfferTexts

#: Offers that are named where none fits.
_NEAREST_OFFERS = 3


def results_screen(context: Context, here: Position) -> Reply:
    """Return one page of the offers that fit or are to check, the best first."""
    say, size = context.say, context.flow.show
    count, fits = here.match.remaining.bit_count(), here.match.fits.bit_count()
    page = min(context.session.page, (count - 1) // size)
    best = context.index.best(here.match, here.people, (page + 1) * size)[page * size :]
    if fits and fits < count:
        text = [Run(say("found_both", count=fits, open=count - fits))]
    else:
        text = [Run(say("found_many" if fits else "to_check_many", count=count))]
    if count > size:
        shown = say("found_page", first=page * size + 1, last=page * size + len(best), count=count)
        text += [Run("\n"), Run(shown)]
    paging = []
    if page > 0:
        paging.append(button(context, "previous_page_button", Verb.PAGE, str(page - 1)))
    if (page + 1) * size < count:
        paging.append(button(context, "next_page_button", Verb.PAGE, str(page + 1)))
    useless = [button(context, "useless_button", Verb.OFFER_HUMAN, CaseReason.USELESS)]
    rows = rows_of(*_card_buttons(context, best), paging, more_questions_row(context), useless, *next_steps(context))
    return Reply((*text, *_entries(context, best, here)), rows)


def nothing_fits_screen(context: Context, here: Position) -> Reply:
    """Return the offers that fit almost, and the way to a person."""
    near = context.index.nearest(here.match, here.people, _NEAREST_OFFERS)
    text = [Run(context.say("nothing_fits"))]
    if near:
        text += [Run("\n"), Run(context.say("nearest_one" if len(near) == 1 else "nearest_many"))]
    text += [*_entries(context, near, here), Run("\n\n"), Run(context.say("nothing_offer_human"))]
    person = [button(context, "human_button", Verb.HUMAN, CaseReason.NOTHING_FITS)]
    return Reply(tuple(text), rows_of(*_card_buttons(context, near), person, next_steps(context)[0]))


def _entries(context: Context, offers: Sequence[Offer], here: Position) -> Iterable[Run]:
    texts = OfferTexts(context.world, context.phrasing)
    for number, offer in enumerate(offers, 1):
        yield Run("\n\n")
        yield from texts.entry(number, offer, here.people)


def _card_buttons(context: Context, offers: Iterable[Offer]) -> list[list[Choice]]:
    texts = OfferTexts(context.world, context.phrasing)
    return [[Choice(texts.title(offer), Action(Verb.CARD, offer.id))] for offer in offers]


def more_questions_row(context: Context) -> list[Choice]:
    """Return the button to the questions that were not asked, if one of them matters."""
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
    """Return the rows that end every list and card: change or begin again, the extras of a card, a person."""
    change = [button(context, "change_button", Verb.CHANGE), button(context, "restart_button", Verb.RESTART)]
    return [change, list(extras), [person_button(context)]]
