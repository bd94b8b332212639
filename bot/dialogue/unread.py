"""The sentences that the bot did not understand, in the form in which they may be stored: without personal data. Pure.

Sentences that may tell of danger or health are not stored at all.
"""

from __future__ import annotations

import re

from bot.core.attributes import PLACE
from bot.core.masking import Masked, mask
from bot.core.unread import UnreadSentence
from bot.dialogue.context import Context
from bot.dialogue.incoming import Incoming, Text
from bot.dialogue.intents import NewSearch, NotUnderstood
from bot.dialogue.session import Screen
from bot.dialogue.turn import Turn
from bot.language.text.normalise import normalise
from bot.language.text.spelling import is_real_word

#: Characters of a sentence that are kept.
_KEPT_CHARACTERS = 300
#: A word with a capital letter, and the mark or beginning before it.
_CAPITALISED = re.compile(r"(^|[.!?\n]\s*)?(?<![^\W_])([A-ZÀ-Ý][a-zà-ÿ'’]+)(?![^\W_])")
#: Numbers that may tell who somebody is: of a flat, a document, a practice.
_LONG_NUMBER = re.compile(r"\d{5,}")


def unread_sentence(before: Context, incoming: Incoming, result: Turn) -> UnreadSentence | None:
    """Return the sentence of a turn that was not understood; None if it was, or if it may tell of danger or health."""
    intent, words = result.intent, incoming.text if isinstance(incoming, Text) else ""
    if isinstance(intent, NewSearch):
        words, intent = intent.words, intent.intent
    is_agreed = result.session.screen is not Screen.CONSENT
    if not isinstance(intent, NotUnderstood) or not words.strip() or result.is_near_danger or not is_agreed:
        return None
    question = before.question.fills if before.question is not None else ""
    declared = before.world.content.vocabulary.attributes.get(question)
    if declared is not None and declared.sensitive:
        return None
    return UnreadSentence(_without_names(before, words[:_KEPT_CHARACTERS]), intent.language, question)


def _without_names(context: Context, words: str) -> str:
    """Return a sentence with personal data masked, capitalised words among them unless they are places or begin the sentence."""
    declared = context.world.content.vocabulary.attributes.get(PLACE)
    places = declared.terms.values() if declared is not None else ()
    known = {word for place in places for word in normalise(place.label).split()}

    def masked(found: re.Match[str]) -> str:
        begin, word = found[1], found[2]
        is_beginning = begin is not None and is_real_word(normalise(word))
        return found[0] if is_beginning or normalise(word) in known else f"{begin or ''}{Masked.NAME}"

    return _LONG_NUMBER.sub("[numero]", _CAPITALISED.sub(masked, mask(words))).strip()
