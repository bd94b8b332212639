"""The sentences that were not understood; see `ports.UnreadSentences`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import sqlalchemy as sa

from bot.core.privacy import DAY_SECONDS
from bot.core.unread import UnreadSentence
from bot.storage.tables import unread

_ROWS = (
    sa.select(unread.c.words, unread.c.language, unread.c.question, unread.c.person)
    .where(unread.c.at >= sa.bindparam("since"), unread.c.at < sa.bindparam("until"))
    .order_by(unread.c.id)
)
_WORDS_OF = sa.select(unread.c.words).where(unread.c.person.in_(sa.bindparam("names", expanding=True))).order_by(unread.c.id)
_ERASE = unread.delete().where(unread.c.person.in_(sa.bindparam("names", expanding=True)))
_OLD = sa.select(unread.c.id).where(unread.c.at < sa.bindparam("before")).limit(sa.bindparam("most", type_=sa.Integer))


class SqlUnreadSentences:
    """The sentences that were not understood in SQL; see `ports.UnreadSentences`."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def add(self, sentence: UnreadSentence, now: float) -> None:
        """Store a sentence with the day, but not the time, at which it was written."""
        row = {"words": sentence.words, "language": sentence.language, "question": sentence.question, "person": sentence.person}
        self._connection.execute(unread.insert(), {**row, "at": now - now % DAY_SECONDS})

    def rows(self, since: float, until: float) -> Iterator[UnreadSentence]:
        """Yield the sentences between two times, the oldest first."""
        values = {"since": since, "until": until}
        for row in self._connection.execute(_ROWS, values, execution_options={"yield_per": 1000}):
            yield UnreadSentence(*row)

    def words_of(self, pseudonyms: Sequence[str]) -> Sequence[str]:
        """Return the sentences of one citizen, found by their pseudonyms in the ledger."""
        return list(self._connection.execute(_WORDS_OF, {"names": list(pseudonyms)}).scalars())

    def erase(self, pseudonyms: Sequence[str]) -> None:
        """Delete the sentences of one citizen."""
        self._connection.execute(_ERASE, {"names": list(pseudonyms)})

    def purge(self, before: float, most: int) -> int:
        """Delete sentences from before a time, at most so many. Return how many."""
        return self._connection.execute(unread.delete().where(unread.c.id.in_(_OLD)), {"before": before, "most": most}).rowcount
