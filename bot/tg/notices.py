"""Messages to managers' groups about the bot itself: updates that were set aside, rights that it lacks."""

from __future__ import annotations

from collections.abc import Sequence

from bot.core.desks import Desk
from bot.core.replies import Reply, Run
from bot.dialogue.world import World
from bot.tg.groups import RIGHT_NAMES, Groups
from bot.tg.messages import new_message
from bot.usecases.calls import Outgoing
from bot.usecases.ports import Unit

#: Seconds between two remarks in a group about rights that the bot lacks.
_RIGHTS_INTERVAL = 86400.0


def alert_desk(desks: Sequence[Desk], world: World, key: str) -> Outgoing | None:
    """Return the call that posts a warning, given by its text key, in the first desk's group; None if there is no desk."""
    if not desks:
        return None
    return new_message(desks[0].chat_id, Reply((Run(world.phrasing.say(key)),)), None)


def greet_group(unit: Unit, desk: Desk, groups: Groups, world: World, now: float) -> None:
    """Release the messages held back for a group that has let the bot in again, and name the rights it lacks, once a day."""
    unit.outbox.unblock(desk.chat_id)
    group, say = groups[desk.chat_id], world.phrasing.say
    if group.missing and unit.cooldowns.start(f"rights {desk.id}", now, _RIGHTS_INTERVAL):
        names = ", ".join(say(RIGHT_NAMES[right]) for right in group.missing)
        lines = [say("desk_rights", rights=names), *([] if group.is_administered else [say("desk_not_administered")])]
        unit.outbox.put(new_message(desk.chat_id, Reply((Run("\n".join(lines)),)), None), now)
