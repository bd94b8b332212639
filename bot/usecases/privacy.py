"""A citizen's rights over their data: a copy of everything kept, and its erasure, in the transaction of the update that asks.

The texts are in `dialogue/privacy.py` and `dialogue/data_page.py`. Old data is deleted by `retention.py`.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import replace

import structlog

from bot.core.case import Case
from bot.core.ledger import RowKind, pseudonym, quarter_of
from bot.core.replies import Document, Reply
from bot.core.stored_case import dump_case
from bot.dialogue.context import Context
from bot.dialogue.data_page import data_page
from bot.dialogue.incoming import News, NewsKind
from bot.dialogue.session import Session
from bot.dialogue.stored_session import dump_session
from bot.json_types import Json
from bot.usecases.case_posts import CasePosts, plain_reply
from bot.usecases.case_reminders import CaseReminders
from bot.usecases.ports import Unit

log = structlog.get_logger("bot")

#: The names of the two files of a copy.
PAGE_NAME, JSON_NAME = "i-miei-dati.html", "i-miei-dati.json"

#: Days that the ledger is looked through where its records are kept for ever.
_LEDGER_DAYS = 3650
#: Days of the longest quarter, and fewer than the shortest has.
_QUARTER_DAYS, _STEP_DAYS = 92, 80


class CitizenData:
    """Copies or erases all data about one citizen."""

    def __init__(self, posts: CasePosts, reminders: CaseReminders, secret: bytes) -> None:
        """Set up; `secret` is the key from which the ledger's pseudonyms are made."""
        self._secret = secret
        self._posts = posts
        self._reminders = reminders

    def copy(self, unit: Unit, chat: int, session: Session, now: float) -> Sequence[Reply]:
        """Return all data about a citizen as two files: an HTML page, and JSON."""
        context = Context(self._posts.world(now), session, self._posts.local(now))
        cases = unit.cases.list_of_chat(chat)
        page = data_page(context, cases, self._posts.local)
        names = self._pseudonyms(chat, now)
        record = {
            **_record(chat, session, cases, unit.personal_data.list_events(names), context.now.isoformat()),
            "not_understood": list(unit.unread.words_of(names)),
            "not_handled": [one for one in map(_json, unit.personal_data.list_set_aside(chat)) if _is_from(chat, one)],
        }
        text = json.dumps(record, ensure_ascii=False, indent=1)
        return [Reply((), attachment=Document(PAGE_NAME, page)), Reply((), attachment=Document(JSON_NAME, text))]

    def erase(self, unit: Unit, chat: int, session: Session, now: float) -> News:
        """Erase all data about a citizen except the session. Return the news about what has to be kept.

        Cases keep their day, reason and desk, without any link to the citizen; copies in a group are deleted by Telegram.
        """
        cases = unit.cases.list_of_chat(chat)
        copies = unit.personal_data.list_copies(chat)
        topics = {case.number: unit.message_refs.find(case.topic) for case in cases}
        for case in (one for one in cases if one.is_open):
            self._reminders.cancel(unit, case, now)
            unit.ledger.record(RowKind.CASE_RESOLVED, {"case": case.number, "how": "erased"}, now)
        names = self._pseudonyms(chat, now)
        unit.personal_data.erase(chat, names)
        unit.unread.erase(names)
        remains: list[str] = []
        for case in (one for one in cases if one.group):
            known = [message for group, message in copies if group == unit.outbox.current_id(case.group)]
            remains.append("erased_group" if known else "erased_group_later")
            for outgoing in self._posts.channel.delete_case(case, topics[case.number], known):
                unit.outbox.put(outgoing, now)
            if case.is_open or not known:
                key = "desk_erased" if known else "desk_erased_by_hand"
                text = self._posts.world(now).phrasing.say(key, number=case.number)
                unit.outbox.put(self._posts.channel.post_in_group(case.group, plain_reply(text)), now)
        log.info("citizen_erased", cases=len(cases))
        remains += ["erased_barred"] if session.is_barred else []
        return News(NewsKind.ERASED, remains=(*dict.fromkeys(remains), "erased_remains"))

    def _pseudonyms(self, chat: int, now: float) -> list[str]:
        """Return the pseudonyms of a chat in every quarter for which the ledger is kept."""
        days = self._posts.world(now).notice.retention.ledger_days or _LEDGER_DAYS
        today = self._posts.local(now).date()
        quarters = {quarter_of(today - dt.timedelta(days=back)) for back in range(0, days + _QUARTER_DAYS, _STEP_DAYS)}
        return [pseudonym(self._secret, chat, quarter) for quarter in sorted(quarters)]


def _json(text: str) -> Json:
    """Return a text parsed as JSON; None if it is not JSON."""
    try:
        return json.loads(text)
    except ValueError:
        return None


def _is_from(chat: int, update: Json) -> bool:
    """Return True if an update was written by the citizen; others of the same lane come from managers."""
    parts = update.values() if isinstance(update, dict) else ()
    senders = [part.get("from") for part in parts if isinstance(part, dict)]
    return any(isinstance(sender, dict) and sender.get("id") == chat for sender in senders)


def _record(chat: int, session: Session, cases: Sequence[Case], events: Sequence[str], copied_at: str) -> dict[str, Json]:
    return {
        "copied_at": copied_at,
        "telegram_chat": chat,
        "session": json.loads(dump_session(session)),
        "cases": [json.loads(dump_case(replace(case, albums=(), mirror=None))) for case in cases],
        "ledger": [json.loads(event) for event in events],
    }
