"""Alerts: a citizen is told when applications for a service open that takes none now. Pure.

Alerts are kept in the session, and the time of the next look is a timer of its chat (`usecases/alerts.py`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from bot.core.replies import Action, Choice, Reply, Run, Verb
from bot.core.services import Offer, State
from bot.dialogue.context import Context
from bot.dialogue.effects import StepResult
from bot.dialogue.incoming import News
from bot.dialogue.layout import button, rows_of
from bot.dialogue.service_cards import OfferTexts
from bot.dialogue.session import OpeningAlert, Session
from bot.dialogue.world import World

#: Alerts of one chat, and days after which one that had no occasion is dropped.
MOST_ALERTS, ALERT_DAYS = 20, 365
#: The verbs of alerts.
ALERT_VERBS = frozenset({Verb.ALERT, Verb.STOP_ALERT, Verb.ALERTS})


def can_be_awaited(world: World, offer: Offer) -> bool:
    """Return True if an offer takes no applications now and may take some later."""
    return world.dated.standings[offer.id].state in (State.LATER, State.CLOSED, State.FULL)


def alert_button(context: Context, offer: Offer) -> list[Choice]:
    """Return the button that sets or stops an alert on an offer; none where there is nothing to await."""
    if any(alert.offer == offer.id for alert in context.session.alerts):
        return [button(context, "alert_stop_button", Verb.STOP_ALERT, offer.id)]
    return [button(context, "alert_button", Verb.ALERT, offer.id)] if can_be_awaited(context.world, offer) else []


def on_alert_action(context: Context, action: Action) -> StepResult:
    """Return the result of setting, stopping or listing alerts."""
    session, offer = context.session, context.world.dated.offers.get(action.target)
    others = tuple(alert for alert in session.alerts if alert.offer != action.target)
    match action.verb:
        case Verb.ALERT if offer is not None:
            alerts = (*others, OpeningAlert(offer.id, context.now.date()))[-MOST_ALERTS:]
            return _answered(context, replace(session, alerts=alerts), "alert_set", "alert_stop_button", offer.id)
        case Verb.ALERT:
            return StepResult(session, context.say("card_gone"))
        case Verb.STOP_ALERT:
            return _answered(context, replace(session, alerts=others if action.target else ()), "alert_stopped")
        case _:
            return StepResult(session, instead=alerts_reply(context))


def _answered(context: Context, session: Session, key: str, stop: str = "", offer: str = "") -> StepResult:
    """Return the session with a short answer, from which the citizen can go on; the card is not shown once more."""
    stops = [button(context, stop, Verb.STOP_ALERT, offer)] if stop else []
    return StepResult(
        session, instead=Reply((Run(context.say(key)),), rows_of(stops, [button(context, "continue_button", Verb.LIST)]))
    )


def alerts_reply(context: Context) -> Reply:
    """Return the alerts of a citizen, each with a button that stops it."""
    offers = _known(context, (alert.offer for alert in context.session.alerts))
    onward = [button(context, "continue_button", Verb.LIST)]
    text = context.say("alerts" if offers else "alerts_none")
    return Reply((Run(text),), rows_of(*(_stop_row(context, offer) for offer in offers), onward))


def _stop_row(context: Context, offer: Offer) -> tuple[Choice, ...]:
    title = OfferTexts(context.world, context.phrasing).title(offer)
    return (Choice(context.say("alert_stop_one_button", name=title), Action(Verb.STOP_ALERT, offer.id)),)


def _known(context: Context, ids: Iterable[str]) -> list[Offer]:
    offers = context.world.dated.offers
    return [offers[id] for id in ids if id in offers]


# --- The time has come


def opened_offers(context: Context) -> list[Offer]:
    """Return the awaited offers that take applications now."""
    standings = context.world.dated.standings
    found = _known(context, (alert.offer for alert in context.session.alerts))
    return [offer for offer in found if standings[offer.id].state in (State.OPEN, State.WAITING_LIST)]


def on_opening(context: Context, _: News) -> StepResult:
    """Return the one message about all offers that have opened, and the session without their alerts."""
    offers = opened_offers(context)
    texts = OfferTexts(context.world, context.phrasing)
    rows = tuple((Choice(texts.title(offer), Action(Verb.CARD, offer.id)),) for offer in offers)
    text = context.say("alert_one" if len(offers) == 1 else "alert_many")
    left = without_alerts(context.session, {offer.id for offer in offers})
    return StepResult(left, instead=Reply((Run(text),), rows))


def without_alerts(session: Session, offers: Iterable[str]) -> Session:
    """Return a session without the alerts on some offers."""
    gone = set(offers)
    return replace(session, alerts=tuple(alert for alert in session.alerts if alert.offer not in gone))
