"""Bookmarks: services that a citizen keeps to find again with /preferiti; and services hidden as they have them already. Pure."""

from __future__ import annotations

from dataclasses import replace

from bot.core.replies import Action, Choice, Reply, Run, Verb
from bot.core.services import Offer
from bot.dialogue.context import Context
from bot.dialogue.effects import StepResult
from bot.dialogue.layout import button, rows_of
from bot.dialogue.service_cards import OfferTexts

#: Bookmarks of one chat: with more, the oldest goes.
_MAX_BOOKMARKS = 20
#: Services that are hidden in one chat: with more, the oldest is found again.
_MAX_HIDDEN = 50
#: The verbs of bookmarks.
BOOKMARK_VERBS = frozenset({Verb.BOOKMARK, Verb.DROP_BOOKMARK, Verb.BOOKMARKS, Verb.HIDE, Verb.UNHIDE})


def bookmark_button(context: Context, offer: Offer) -> Choice:
    """Return the button that adds an offer to the bookmarks, or removes it."""
    if offer.id in context.session.bookmarks:
        return button(context, "drop_bookmark_button", Verb.DROP_BOOKMARK, offer.id)
    return button(context, "bookmark_button", Verb.BOOKMARK, offer.id)


def hide_button(context: Context, service: str) -> Choice:
    """Return the button "I have this service already", which hides it, or the one that shows it in searches again."""
    if service in context.session.hidden_services:
        return button(context, "unhide_button", Verb.UNHIDE, service)
    return button(context, "hide_button", Verb.HIDE, service)


def bookmarked_offers(context: Context) -> list[Offer]:
    """Return the bookmarked offers that still exist today, the newest bookmark first."""
    offers = context.world.dated.offers
    return [offers[id] for id in reversed(context.session.bookmarks) if id in offers]


def on_bookmark_action(context: Context, action: Action) -> StepResult:
    """Return the result of adding, removing or listing bookmarks, or of hiding a service."""
    session, target = context.session, action.target
    bookmarks = tuple(one for one in session.bookmarks if one != target)
    hidden = tuple(one for one in session.hidden_services if one != target)
    match action.verb:
        case Verb.BOOKMARK if target not in context.world.dated.offers:
            return StepResult(session, context.say("card_gone"))
        case Verb.BOOKMARK:
            return StepResult(replace(session, bookmarks=(*bookmarks, target)[-_MAX_BOOKMARKS:]), context.say("bookmark_set"))
        case Verb.DROP_BOOKMARK:
            return StepResult(replace(session, bookmarks=bookmarks), context.say("bookmark_dropped"))
        case Verb.HIDE:
            return StepResult(replace(session, hidden_services=(*hidden, target)[-_MAX_HIDDEN:]), context.say("hidden"))
        case Verb.UNHIDE:
            return StepResult(replace(session, hidden_services=hidden), context.say("unhidden"))
        case _:
            return StepResult(session, instead=_list(context, "bookmarks" if bookmarked_offers(context) else "bookmarks_none"))


def _list(context: Context, key: str) -> Reply:
    """Return a message with a given sentence and a button for each bookmarked service."""
    texts = OfferTexts(context.world, context.phrasing)
    cards = [[Choice(texts.title(offer), Action(Verb.CARD, offer.id))] for offer in bookmarked_offers(context)]
    return Reply((Run(context.say(key)),), rows_of(*cards, [button(context, "continue_button", Verb.LIST)]))
