"""Alerts: a citizen is told when applications open or are about to close, and what is new in a saved search. Pure.

Alerts are kept in the session; the time at which they are next looked at is a timer of the chat (`usecases/alerts.py`). All news
found then is told in one message. Finding what is new in a search is in `saved_searches.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.core.replies import Action, Choice, Reply, Run, Verb
from bot.core.services import Offer, State
from bot.dialogue.context import Context
from bot.dialogue.effects import StepResult
from bot.dialogue.incoming import News
from bot.dialogue.layout import button, rows_of
from bot.dialogue.saved_searches import (
    can_be_saved,
    news_of,
    saved_search,
    search_text,
    stage_of,
    with_search,
    without_past,
    without_search,
)
from bot.dialogue.service_cards import OfferTexts
from bot.dialogue.session import AlertStage, OfferAlert, SavedSearch, Session
from bot.dialogue.world import World

#: Alerts of one chat.
MOST_ALERTS = 20
#: Services of one message: of more, the citizen hears on the next days.
_TOLD_OFFERS = 8
#: The verbs of alerts.
ALERT_VERBS = frozenset({Verb.ALERT, Verb.STOP_ALERT, Verb.ALERTS})


def can_be_awaited(world: World, offer: Offer) -> bool:
    """Return True if an alert on an offer makes sense.

    It does if the offer takes no applications now but may later, or if they close on a day that is not near.
    """
    if world.dated.standings[offer.id].state in (State.LATER, State.CLOSED, State.FULL):
        return True
    return stage_of(world, offer) is AlertStage.OPEN and offer.last_day_to_apply(world.dated.date) is not None


def alert_button(context: Context, offer: Offer) -> list[Choice]:
    """Return the button that sets or stops an alert on an offer; empty if there is nothing to wait for."""
    if any(alert.offer == offer.id for alert in context.session.alerts):
        return [button(context, "alert_stop_button", Verb.STOP_ALERT, offer.id)]
    if not can_be_awaited(context.world, offer):
        return []
    key = "alert_deadline_button" if stage_of(context.world, offer) is AlertStage.OPEN else "alert_button"
    return [button(context, key, Verb.ALERT, offer.id)]


def search_alert_button(context: Context) -> list[Choice]:
    """Return the button that saves the open search or stops its alerts; empty if the search cannot be saved."""
    interview = context.session.interview
    if interview is None or not can_be_saved(context):
        return []
    if any(search.number == interview.number for search in context.session.saved_searches):
        return [button(context, "alert_stop_button", Verb.STOP_ALERT, str(interview.number))]
    return [button(context, "alert_search_button", Verb.ALERT, str(interview.number))]


def alert_action(context: Context) -> Action:
    """Return the action that the word "avvisami" stands for: an alert on the open card, or else on the open search."""
    session = context.session
    offer = context.world.dated.offers.get(session.card)
    if offer is not None and can_be_awaited(context.world, offer):
        return Action(Verb.ALERT, offer.id)
    return Action(Verb.ALERT, str(session.interview.number if session.interview is not None else 0))


def on_alert_action(context: Context, action: Action) -> StepResult:
    """Return the result of setting, stopping or listing alerts."""
    session, target = context.session, action.target
    offer = context.world.dated.offers.get(target)
    others = tuple(alert for alert in session.alerts if alert.offer != target)
    match action.verb:
        case Verb.ALERT if offer is not None:
            stage = stage_of(context.world, offer)
            alerts = (*others, OfferAlert(offer.id, context.now.date(), stage))[-MOST_ALERTS:]
            key = "alert_deadline_set" if stage is AlertStage.OPEN else "alert_set"
            return _answered(context, replace(session, alerts=alerts), context.say(key), target)
        case Verb.ALERT if target.isdecimal():
            return _save(context, target)
        case Verb.ALERT:
            return StepResult(session, context.say("card_gone"))
        case Verb.STOP_ALERT if target.isdecimal():
            return _answered(context, without_search(session, int(target)), context.say("alert_stopped"))
        case Verb.STOP_ALERT:
            left = replace(session, alerts=others) if target else replace(session, alerts=(), saved_searches=())
            return _answered(context, left, context.say("alert_stopped" if target else "alert_all_stopped"))
        case _:
            return StepResult(session, instead=alerts_reply(context))


def _save(context: Context, number: str) -> StepResult:
    """Return the result of saving the open search for alerts, or the reason why it cannot be saved."""
    interview = context.session.interview
    if interview is None or str(interview.number) != number or not can_be_saved(context):
        return _answered(context, context.session, context.say("alert_search_none"))
    search = saved_search(context)
    if search is None:
        return _answered(context, context.session, context.say("alert_search_wide"))
    text = context.say("alert_search_set", search=search_text(context, search))
    return _answered(context, with_search(context.session, search), text, number)


def _answered(context: Context, session: Session, text: str, stop: str = "") -> StepResult:
    """Return the session with a short confirmation and a button to go on, instead of showing the card again."""
    stops = [button(context, "alert_stop_button", Verb.STOP_ALERT, stop)] if stop else []
    return StepResult(session, instead=Reply((Run(text),), rows_of(stops, [button(context, "continue_button", Verb.LIST)])))


def alerts_reply(context: Context) -> Reply:
    """Return the list of a citizen's alerts, each with a button that stops it, and a button that saves the open search."""
    offers, searches = _known(context, (alert.offer for alert in context.session.alerts)), context.session.saved_searches
    onward = [button(context, "continue_button", Verb.LIST)]
    key = "alerts" if offers else "alerts_none"
    text = context.say("alerts_all" if searches else key)
    stops = [*(_stop_offer(context, offer) for offer in offers), *(_stop_search(context, one) for one in searches)]
    saving = [one for one in search_alert_button(context) if one.action.verb is Verb.ALERT]
    return Reply((Run(text),), rows_of(*([one] for one in stops), saving, onward))


def _stop_offer(context: Context, offer: Offer) -> Choice:
    title = OfferTexts(context.world, context.phrasing).title(offer)
    return Choice(context.say("alert_stop_one_button", name=title), Action(Verb.STOP_ALERT, offer.id))


def _stop_search(context: Context, search: SavedSearch) -> Choice:
    label = context.say("alert_stop_one_button", name=search_text(context, search))
    return Choice(label, Action(Verb.STOP_ALERT, str(search.number)))


def _known(context: Context, ids: Iterable[str]) -> list[Offer]:
    offers = context.world.dated.offers
    return [offers[id] for id in ids if id in offers]


# --- The time has come


@dataclass(frozen=True)
class AlertNews:
    """The news of one day: awaited offers, and offers of each saved search, by id, each with the stage of its applications."""

    awaited: Mapping[str, AlertStage]
    searches: Sequence[tuple[SavedSearch, Mapping[str, AlertStage]]]

    @property
    def offers(self) -> list[str]:
        """Return the ids of the offers, each once."""
        return list(dict.fromkeys([*self.awaited, *(id for _, found in self.searches for id in found)]))


def alert_news(context: Context) -> AlertNews:
    """Return the news about a citizen's alerts today."""
    world, room = context.world, _TOLD_OFFERS
    stages = {alert.offer: _stage_now(world, alert) for alert in context.session.alerts}
    awaited = {alert.offer: stages[alert.offer] for alert in context.session.alerts if stages[alert.offer] > alert.stage}
    searches = []
    for search in context.session.saved_searches:
        found = dict(list(news_of(context, search).items())[:room])
        room -= len(found)
        if found:
            searches.append((search, found))
    return AlertNews(awaited, searches)


def drop_past(context: Context) -> Session:
    """Return the session without alerts that are too old; the others go back to the current stage of their offers.

    So an offer whose applications close is told again when they reopen.
    """
    session, world = context.session, context.world
    alerts = [replace(one, stage=min(one.stage, _stage_now(world, one))) for one in session.alerts if _is_young(context, one)]
    searches = [without_past(context, one) for one in session.saved_searches if _is_young(context, one)]
    return replace(session, alerts=tuple(alerts), saved_searches=tuple(searches))


def _is_young(context: Context, alert: OfferAlert | SavedSearch) -> bool:
    days = context.world.notice.retention.alert_days
    return not days or (context.now.date() - alert.since).days <= days


def _stage_now(world: World, alert: OfferAlert) -> AlertStage:
    offer = world.dated.offers.get(alert.offer)
    return stage_of(world, offer) if offer is not None else alert.stage


def after_news(session: Session, news: AlertNews) -> Session:
    """Return a session after its citizen was told some news: these alerts on offers end, saved searches continue."""
    session = replace(session, alerts=tuple(alert for alert in session.alerts if alert.offer not in news.awaited))
    heard = {search.number: found for search, found in news.searches}
    searches = (replace(one, stages={**one.stages, **heard.get(one.number, {})}) for one in session.saved_searches)
    return replace(session, saved_searches=tuple(searches))


def on_opening(context: Context, _: News) -> StepResult:
    """Return the one message with today's news, each search with a button to stop it, and the session after it."""
    news = alert_news(context)
    texts = OfferTexts(context.world, context.phrasing)
    cards = [[Choice(texts.title(offer), Action(Verb.CARD, offer.id))] for offer in _known(context, news.offers)]
    stops = [[_stop_search(context, search)] for search, _ in news.searches]
    return StepResult(
        after_news(context.session, news), instead=Reply((Run(_news_text(context, news)),), rows_of(*cards, *stops))
    )


def _news_text(context: Context, news: AlertNews) -> str:
    if not news.searches and AlertStage.CLOSING not in news.awaited.values():
        return context.say("alert_one" if len(news.awaited) == 1 else "alert_many")
    lines = [context.say("alert_news")]
    lines += [_line(context, id, stage, is_new=False) for id, stage in news.awaited.items()]
    for search, found in news.searches:
        lines += ["", context.say("alert_news_search", search=search_text(context, search))]
        lines += [_line(context, id, stage, is_new=id not in search.stages) for id, stage in found.items()]
    return "\n".join(lines)


def _line(context: Context, id: str, stage: AlertStage, *, is_new: bool) -> str:
    """Return a line of a message about one offer: that it is new, takes applications now, or is about to close."""
    offer = context.world.dated.offers[id]
    name = OfferTexts(context.world, context.phrasing).title(offer)
    last = offer.last_day_to_apply(context.world.dated.date)
    if stage is AlertStage.CLOSING and last is not None:
        return context.say("alert_line_closing", name=name, day=context.phrasing.day(last))
    if stage is AlertStage.KNOWN:
        return context.say("alert_line_new", name=name)
    return context.say("alert_line_new_open" if is_new else "alert_line_open", name=name)
