"""Suggestions on the card of a case: services and canned replies that suit the citizen. The search runs outside transactions."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from bot.core.case import Case
from bot.dialogue.cases.sharing import session_on_card
from bot.dialogue.cases.suggestions import Suggestions, find_suggestions
from bot.dialogue.session import Session
from bot.usecases.case_posts import CasePosts
from bot.usecases.inbound import SlowWork
from bot.usecases.ports import Unit

#: Seconds from new words or answers of a citizen to the search: those that come within them are searched for together.
_SEARCH_DELAY = 1.0


class CaseSuggestions:
    """Searches services and canned replies that suit a case, and shows them as buttons of its card; it never sends any."""

    def __init__(self, posts: CasePosts) -> None:
        self._posts = posts

    def schedule(self, unit: Unit, case: Case, now: float) -> None:
        """Set the timer that starts the search for suggestions, for a case that has a card."""
        if case.group:
            unit.timers.set(self._posts.channel.suggestion_timer(case, now + _SEARCH_DELAY))

    def renew(self, unit: Unit, case: Case, session: Session, prepared: object, now: float) -> None:
        """Show the found suggestions on the card of an open case; `prepared` is the result of the search.

        Raises SlowWork while there is no result, so that the search is done outside the transaction.
        """
        if not case.is_open or not case.group:
            return
        if not isinstance(prepared, Suggestions):
            world = self._posts.world(now)
            replies = {**world.content.replies, **unit.desk_states.get(case.desk).replies}
            known = session_on_card(world, case, session)
            raise SlowWork(partial(find_suggestions, world, known, case.typed_texts, replies))
        suggested = replace(case, suggested_offers=prepared.offers or case.suggested_offers, suggested_replies=prepared.replies)
        if suggested != case:
            self._posts.save_and_show(unit, suggested, now, icon=False)
