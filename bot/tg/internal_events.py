"""Events that the bot sets for itself. They are handled as updates that did not come from Telegram (`updates.py`)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class InternalEventKind(StrEnum):
    """The kinds of events that the bot sets for itself."""

    #: A reminder for a case.
    TIME = "time"
    #: The assignee of a case has left the group.
    ASSIGNEE_GONE = "assignee_gone"
    #: The time at which the manager of a case writes again.
    FOLLOW_UP = "follow_up"
    #: The assignee of a case passes all their cases on.
    HANDED_OVER = "handed_over"
    #: The time to look for services and canned replies that suit a case.
    SUGGEST = "suggest"
    #: The begin of a desk's shift.
    SHIFT = "shift"
    #: The group of a case has another id.
    MOVED = "moved"
    #: The topic or the card of a case is not there any more.
    GONE = "gone"
    #: The message of the group to which words were joined is not there any more.
    LOST = "lost"
    #: A desk asked for all that is kept of a citizen to be erased.
    ERASE = "erase"
    #: A citizen has been silent for so long that sensitive answers go; and for so long that only their alerts stay.
    SILENCE = "silence"
    DORMANT = "dormant"
    #: A resolved case is so old that its words go.
    AGE = "age"
    #: The time of a look at a citizen's alerts.
    ALERT = "alert"
    #: Telegram refused a message.
    REFUSED = "refused"
    #: The citizen has blocked the bot, or it was put out of the group.
    UNREACHABLE = "unreachable"
    #: The effects of a citizen's turn that had to be shown at once.
    EFFECTS = "effects"


@dataclass(frozen=True, slots=True)
class InternalEvent:
    """An event that the bot set for itself: a timer is due, or a call had a result that matters to a case."""

    kind: InternalEventKind
    case: int = 0
    #: The group, for events of no case.
    group: int = 0
    #: The topic or message that is not there any more.
    lost_message: int = 0
    #: The assignee who passes the case on; where to is the key.
    user: int = 0
    #: The original of the message that did not arrive, as "chat:message", and the reason.
    key: str = ""
    error: str = ""
    #: The reference of the message that could not be changed.
    merge_key: str = ""
    #: The effects of a turn (`dialogue/stored_effects.py`), and the update that it answered.
    effects: str = ""
    update: str = ""
