"""Shortcuts in the preview: a new citizen who repeats another's steps, or answers until a chosen question is asked.

Both send messages to the bot one by one, as a citizen would.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from bot.console.preview import Preview
from bot.core.flow import Question
from bot.dialogue.position import position_of
from bot.dialogue.session import Session
from bot.dialogue.world import World
from bot.errors import UsageError
from bot.fake_telegram import Person
from bot.kinds.registry import kind_of
from bot.staff_language import translate

#: Seconds that a citizen waits for an answer before the next message, between two looks, and until an answer is whole.
_ANSWER_SECONDS, _LOOK_SECONDS, _QUIET_SECONDS = 15.0, 0.01, 0.05
#: Questions on the way to the chosen one, at most.
_MOST_QUESTIONS = 30
_UNKNOWN = "non lo so"


async def repeated(preview: Preview, citizen: int, count: int) -> Person:
    """Return a new citizen who has repeated the first `count` messages of another one. Raises UsageError."""
    words = preview.words.get(citizen)
    if words is None:
        raise UsageError(translate("Questa persona non c'è nella prova."))
    person = await _newcomer(preview)
    for said in words[:count]:
        await _say(preview, person, said)
    return person


def questions_of(world: World) -> list[dict[str, Any]]:
    """Return the attributes that the first flow asks for, each with its questions and the answers that buttons give."""
    vocabulary = world.content.vocabulary
    found: dict[str, dict[str, Any]] = {}
    for question in world.first_flow.questions:
        attribute = vocabulary[question.fills]
        one = found.setdefault(
            attribute.id, {"attribute": attribute.id, "label": attribute.label, "questions": [], "answers": []}
        )
        one["questions"].append({"key": question.key, "ask": question.ask})
        offered = kind_of(attribute).choices(question, attribute, vocabulary, {})
        answers = [*one["answers"], *(world.phrasing.value(attribute, value) for value in offered)]
        one["answers"] = list(dict.fromkeys(answers))
    return list(found.values())


async def standing_at(preview: Preview, key: str, answers: Mapping[str, str]) -> tuple[Person, Question | None]:
    """Return a new citizen who answers from a profile until a question is asked, and the question then open.

    `answers` are by attribute, in the words of a button or as somebody types them; any other question is answered "I do not
    know".
    Raises UsageError for a question that the first flow does not have.
    """
    if all(one.key != key for one in preview.world.first_flow.questions):
        raise UsageError(translate("Questa domanda non c'è più."))
    person = await _newcomer(preview)
    for _ in range(_MOST_QUESTIONS):
        asked = await _open_question(preview, person)
        if asked is None or asked.key == key:
            break
        # Typed, since a button of several choices waits for another one that confirms it.
        await _type(preview, person, answers.get(asked.fills, "").strip() or _UNKNOWN)
        if await _open_question(preview, person) == asked:
            # Asked again and again: the answer is not understood, or the bot needs it.
            break
    return person, await _open_question(preview, person)


async def _open_question(preview: Preview, person: Person) -> Question | None:
    here = position_of(await preview.session_of(person.id), preview.world)
    return here.question if here is not None else None


async def _newcomer(preview: Preview) -> Person:
    person = preview.add_citizen()
    await _answered(preview, person, Session(), (0, 0))
    return person


async def _say(preview: Preview, person: Person, words: str) -> None:
    """Let a citizen press the newest button with these words, or type them, and wait for the answer."""
    buttons = [(message, button) for message in person.chat.from_bot for row in message.keyboard for button in row]
    found = next(((message, button) for message, button in reversed(buttons) if button.text == words and button.data), None)
    if found is None:
        await _type(preview, person, words)
        return
    session, seen = await preview.session_of(person.id), _seen(person)
    preview.press(person.id, found[0].id, found[1].data)
    await _answered(preview, person, session, seen)


async def _type(preview: Preview, person: Person, words: str) -> None:
    session, seen = await preview.session_of(person.id), _seen(person)
    preview.say(person.id, words)
    await _answered(preview, person, session, seen)


async def _answered(preview: Preview, person: Person, session: Session, seen: tuple[int, int]) -> None:
    """Wait until the bot has taken its turn, and its messages and edits have arrived."""
    with suppress(TimeoutError):
        async with asyncio.timeout(_ANSWER_SECONDS):
            while await preview.session_of(person.id) == session or _seen(person) == seen:  # noqa: ASYNC110 - nothing rings
                await asyncio.sleep(_LOOK_SECONDS)
            while seen != (seen := _seen(person)):  # noqa: ASYNC110 - nothing rings
                await asyncio.sleep(_QUIET_SECONDS)


def _seen(person: Person) -> tuple[int, int]:
    """Return how many messages the bot has sent to a citizen, and how many edits it made."""
    messages = person.chat.from_bot
    return len(messages), sum(len(one.edits) for one in messages)
