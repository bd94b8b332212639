"""Where the open interview of a session stands: its flow, and its position in it."""

from __future__ import annotations

from bot.core.flow import Flow
from bot.core.interview import Position, position
from bot.dialogue.session import Session
from bot.dialogue.world import World

#: Positions that a world remembers.
MOST_REMEMBERED = 2000


def flow_of(session: Session, world: World) -> Flow:
    """The flow of the open interview; the first one if there is none, or if it is gone."""
    interview = session.interview
    return world.content.flows.get(interview.flow if interview else "", world.first_flow)


def position_of(session: Session, world: World) -> Position | None:
    """Where the open interview stands. Many people stand at the same place, so it is worth remembering."""
    interview = session.interview
    if interview is None:
        return None
    key = (interview.flow, interview.focus, interview.pace, *interview.answers.items())
    found = world.positions.get(key)
    if found is None:
        flow = flow_of(session, world)
        found = position(interview, flow, world.dated.index(flow))
        if len(world.positions) >= MOST_REMEMBERED:
            world.positions.clear()
        world.positions[key] = found
    return found
