"""The card of an offer: all that is known of it, its dates as a calendar file, its place on a map."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from bot.core.matching import Verdict, explain
from bot.core.replies import Choice, Document, Reply, Run, Venue, Verb
from bot.core.services import Offer
from bot.dialogue.alerts import alert_button
from bot.dialogue.calendar import calendar, has_dates
from bot.dialogue.context import Context
from bot.dialogue.layout import button, rows_of
from bot.dialogue.screens.results import more_questions_row, next_steps
from bot.dialogue.service_cards import OfferTexts


def card_screen(context: Context, offer: Offer) -> Reply:
    """Return the card of an offer that was opened."""
    back = [button(context, "list_button", Verb.LIST)] if context.position is not None else []
    return _card(context, offer, back)


def only_result_screen(context: Context, offer: Offer) -> Reply:
    """Return the card of the only offer that was found."""
    people = context.position.people if context.position is not None else None
    found = "found_one" if people and explain(offer, people).verdict is Verdict.FITS else "to_check_one"
    card = _card(context, offer, more_questions_row(context))
    return replace(card, text=(Run(context.say(found)), Run("\n\n"), *card.text))


def _card(context: Context, offer: Offer, first_row: Iterable[Choice]) -> Reply:
    texts = OfferTexts(context.world, context.phrasing)
    text = texts.card(offer, context.position.people if context.position is not None else None)
    rows = rows_of(first_row, *next_steps(context, _extras(context, offer)), alert_button(context, offer))
    return Reply(text, rows, links=texts.links(offer))


def _extras(context: Context, offer: Offer) -> list[Choice]:
    """Return the buttons for the dates of an offer and its place on the map, if it has them."""
    extras = []
    if has_dates(offer, context.world.dated.date):
        extras.append(button(context, "calendar_button", Verb.CALENDAR, offer.id))
    if offer.location.position is not None:
        extras.append(button(context, "map_button", Verb.MAP, offer.id))
    return extras


def offer_attachment(context: Context, offer: Offer, verb: Verb, front: Reply) -> Reply | None:
    """Return an offer's dates as a file, or its place, with the buttons of the reply in front; None if it has none any more."""
    texts = OfferTexts(context.world, context.phrasing)
    title, where = texts.title(offer), texts.where(offer)
    if verb is Verb.MAP and offer.location.position is not None:
        venue = Venue(offer.service.name, where, *offer.location.position)
        return replace(front, text=(Run(title),), attachment=venue)
    if verb is Verb.CALENDAR and has_dates(offer, context.now.date()):
        file = Document(f"{offer.service.id}.ics", calendar(offer, title, where, context.phrasing, context.now))
        return replace(front, text=(Run(context.say("calendar", name=title)),), attachment=file)
    return None
