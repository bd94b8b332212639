"""A citizen's location as the answer to the question for their municipality. Pure.

Coordinates are used once, to find the nearest municipality, and are stored nowhere.
"""

from __future__ import annotations

from bot.core.attributes import PLACE, Place
from bot.core.matching import kilometres
from bot.core.replies import Action, Reply, Run, Verb
from bot.dialogue.context import Context
from bot.dialogue.effects import StepResult
from bot.dialogue.layout import button

#: Kilometres from the middle of a municipality in which somebody who is there may live in it.
_MAX_KM = 12.0


def ask_location(context: Context, _: Action) -> StepResult:
    """Return the request for the citizen's location, with a key below the input field that sends it."""
    onward = ((button(context, "continue_button", Verb.LIST),),)
    request = Reply((Run(context.say("locate")),), onward, location_key=context.say("locate_button"))
    return StepResult(context.session, instead=request)


def asks_place(context: Context) -> bool:
    """Return True if the open flow has a question for the municipality."""
    return any(question.fills == PLACE for question in context.flow.questions)


def nearest_place(context: Context, position: tuple[float, float]) -> str:
    """Return the id of the municipality nearest to a latitude and longitude in degrees; "" if every one is too far away."""
    here = Place("", "", latitude=position[0], longitude=position[1])
    places = [term for term in context.world.content.vocabulary[PLACE].terms.values() if isinstance(term, Place)]
    distances = [(kilometres(here, place), place.id) for place in places]
    return min(((km, id) for km, id in distances if km <= _MAX_KM), default=(0.0, ""))[1]
