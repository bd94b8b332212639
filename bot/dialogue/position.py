"""The flow and position of a session's open interview, for callers that have no `Context`."""

from __future__ import annotations

from bot.core.flow import Flow
from bot.core.interview import Position
from bot.dialogue.session import Session
from bot.dialogue.world import World


def flow_of(session: Session, world: World) -> Flow:
    """Return the flow of the open interview; the first flow if no interview is open, or its flow no longer exists."""
    return world.flow(session.interview)


def position_of(session: Session, world: World) -> Position | None:
    """Return the position of the open interview; None if there is none."""
    return world.position(session.interview) if session.interview is not None else None
