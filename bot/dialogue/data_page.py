"""All data kept about a citizen as one readable HTML page that loads nothing from elsewhere. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from html import escape

from bot.core.case import Case
from bot.dialogue.bookmarks import bookmarked_offers
from bot.dialogue.context import Context
from bot.dialogue.saved_searches import search_text
from bot.dialogue.screens.answers import answer_text
from bot.dialogue.screens.privacy import retention_lines
from bot.dialogue.wishes import wish_text

_STYLE = "body{font:1.1rem/1.5 sans-serif;max-width:40rem;margin:2rem auto;padding:0 1rem}h2{margin-top:2rem}"


def data_page(context: Context, cases: Sequence[Case], local: Callable[[float], dt.datetime]) -> str:
    """Return the HTML page of a citizen's data; `local` turns seconds since 1970 into local time."""
    title = escape(context.say("data_title"))
    body = "\n".join(_body(context, cases, local))
    return (
        f'<!doctype html>\n<html lang="{context.session.language}">\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width">\n<title>{title}</title>\n<style>{_STYLE}</style>\n'
        f"<h1>{title}</h1>\n{body}\n</html>\n"
    )


def _body(context: Context, cases: Sequence[Case], local: Callable[[float], dt.datetime]) -> Iterator[str]:
    say, session = context.say, context.session
    answers = session.interview.answers if session.interview is not None else {}
    labels = {id: context.world.content.vocabulary[id].label for id in answers}
    yield from _section(say("data_answers"), [f"{labels[id]}: {answer_text(context, id, one)}" for id, one in answers.items()])
    yield from _section(say("data_wishes"), [wish_text(context, wish) for wish in session.wishes])
    yield from _section(say("data_texts"), session.recent_texts)
    offers = context.world.dated.offers
    awaited = [offers[alert.offer].service.name for alert in session.alerts if alert.offer in offers]
    awaited += [search_text(context, search) for search in session.saved_searches]
    yield from _section(say("data_alerts"), awaited)
    bookmarks = [offer.service.name for offer in bookmarked_offers(context)]
    yield from _section(say("data_bookmarks"), bookmarks)
    for case in cases:
        yield from _section(say("data_case", day=context.phrasing.moment(local(case.opened_at), context.now)), _case(case))
    if not (answers or session.recent_texts or awaited or bookmarks or cases):
        yield f"<p>{escape(say('data_nothing'))}</p>"
    yield from _section(say("data_kept"), list(retention_lines(context)))


def _section(title: str, lines: Sequence[str]) -> Iterator[str]:
    if lines:
        yield f"<h2>{escape(title)}</h2>\n<ul>"
        yield from (f"<li>{escape(line)}</li>" for line in lines)
        yield "</ul>"


def _case(case: Case) -> list[str]:
    """Return lines of HTML with the data of one case: place, facts, services shown and messages."""
    facts = [f"{fact.label}: {fact.value}" for fact in case.facts]
    said = [one.text or one.kind for one in (*case.transcript, *case.held_messages)]
    return [*([case.place] if case.place else []), *facts, *(offer.name for offer in case.offers_shown), *said]
