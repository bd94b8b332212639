"""The card of an offer, its details, the other places of its service, its dates as a calendar file, its place on a map."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from bot.core.explanation import Verdict, explain
from bot.core.replies import Action, Choice, Document, Reply, Run, Venue, Verb
from bot.core.services import Offer
from bot.dialogue.alerts import alert_button
from bot.dialogue.bookmarks import bookmark_button, hide_button
from bot.dialogue.calendar import calendar, has_dates
from bot.dialogue.context import Context
from bot.dialogue.feedback import feedback_buttons
from bot.dialogue.layout import MOST_LINES, button, person_button, rows_of, with_notice
from bot.dialogue.screens.results import missing_activity, more_questions_row, next_steps, other_places
from bot.dialogue.service_cards import OfferTexts
from bot.dialogue.session import CardView


def card_screen(context: Context, offer: Offer) -> Reply:
    """Return the card of an opened offer: in short, in detail, or with the other places of its service."""
    back = [button(context, "list_button", Verb.LIST)] if context.position is not None else []
    return _card(context, offer, back)


def only_result_screen(context: Context, offer: Offer) -> Reply:
    """Return the card of the only service that was found."""
    people = context.position.people if context.position is not None else None
    key = "found_one" if people and explain(offer, people).verdict is Verdict.FITS else "to_check_one"
    found = missing_activity(context) or context.say(key)
    return with_notice(_card(context, offer, more_questions_row(context), MOST_LINES - 1), found)


def _card(context: Context, offer: Offer, first_row: Iterable[Choice], most_lines: int = MOST_LINES) -> Reply:
    texts, people = OfferTexts(context.world, context.phrasing), context.position.people if context.position is not None else None
    match context.session.card_view:
        case CardView.SHORT:
            views = [_view_button(context, offer, "details_button", CardView.DETAILS)]
            if others := other_places(context, offer):
                views.append(_view_button(context, offer, "places_button", CardView.PLACES, count=len(others)))
            onward = next_steps(context, _extras(context, offer))
            rows = rows_of(first_row, views, *onward, alert_button(context, offer), feedback_buttons(context))
            return Reply(texts.card(offer, people, most_lines), rows, links=texts.links(offer))
        case CardView.DETAILS:
            short = _view_button(context, offer, "short_card_button", CardView.SHORT)
            keeping = [bookmark_button(context, offer), hide_button(context, offer.service.id)]
            rows = rows_of(first_row, [short], keeping, [person_button(context)])
            return Reply(texts.details(offer, people), rows, links=texts.passing_on(offer))
        case CardView.PLACES:
            short = _view_button(context, offer, "short_card_button", CardView.SHORT)
            places = other_places(context, offer)
            choices = [[Choice(texts.near(one, people or ({},)), Action(Verb.CARD, one.id))] for one in places]
            text = context.say("places", name=offer.service.name)
            return Reply((Run(text),), rows_of(*choices, first_row, [short], [person_button(context)]))


def _view_button(context: Context, offer: Offer, key: str, view: CardView, **values: object) -> Choice:
    return Choice(context.say(key, **values), Action(Verb.CARD, offer.id, view))


def _extras(context: Context, offer: Offer) -> list[Choice]:
    """Return the buttons for the dates of an offer and its place on the map, if it has them."""
    extras = []
    if has_dates(offer, context.world.dated.date):
        extras.append(button(context, "calendar_button", Verb.CALENDAR, offer.id))
    if offer.location.position is not None:
        extras.append(button(context, "map_button", Verb.MAP, offer.id))
    return extras


def offer_attachment(context: Context, offer: Offer, verb: Verb, front: Reply) -> Reply | None:
    """Return an offer's dates as a file, or its place as a map, with the buttons of the reply in front; None if it has none."""
    texts = OfferTexts(context.world, context.phrasing)
    title, where = texts.title(offer), texts.where(offer)
    if verb is Verb.MAP and offer.location.position is not None:
        venue = Venue(offer.service.name, where, *offer.location.position)
        return replace(front, text=(Run(title),), attachment=venue)
    if verb is Verb.CALENDAR and has_dates(offer, context.now.date()):
        file = Document(f"{offer.service.id}.ics", calendar(offer, title, where, context.phrasing, context.now))
        return replace(front, text=(Run(context.say("calendar", name=title)),), attachment=file)
    return None
