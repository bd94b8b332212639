"""The readers of words addressed to the bot itself, on any screen: "grazie", "chi sei?", "cancella tutto"."""

from __future__ import annotations

from bot.core.topics import IntentId
from bot.dialogue.another_thing import means_another_thing
from bot.dialogue.intent_readers import ABOUT, SURELY_ALIKE, is_courtesy
from bot.dialogue.intents import TypedAnswer, WordsToBot
from bot.dialogue.privacy import PRIVACY_WORDS
from bot.dialogue.text_in_context import TextInContext
from bot.language.entities.references import is_question
from bot.language.meaning.intent_examples import IntentExamples
from bot.language.meaning.phrases import Phrase, is_about_others, names_data, right_of
from bot.language.meaning.understand import MeaningKind
from bot.language.text.utterance import Utterance

#: Probability of an intent from which a text means it below a question, too.
_SURELY_MEANT = 0.8


def is_greeting(said: Utterance, examples: IntentExamples) -> bool:
    """Return True if a whole text is a greeting."""
    return examples.short(said) is IntentId.GREETING


def read_words_about_data(text: TextInContext) -> WordsToBot | None:
    """Return the intent of a text that is only about the citizen's own data ("cancella tutto")."""
    intent = _of_oneself(text, text.context.world.intent_examples.short(text.utterance) or right_of(text.utterance))
    return WordsToBot(intent) if intent is not None and intent in PRIVACY_WORDS else None


def read_words_to_bot(text: TextInContext) -> WordsToBot | None:
    """Return the intent of words addressed to the bot; while a question is open, only of words that are clearly no answer to it.

    Returns None also for an intent without a sentence in the content.
    """
    intent = _of_oneself(text, _intent_of_words(text.spelt if text.shown.offers else text))
    entry = text.context.world.content.intents.get(intent) if intent is not None else None
    if intent is None or intent is IntentId.PERSON or entry is None or not entry.say:
        return None
    return WordsToBot(intent)


def _of_oneself(text: TextInContext, intent: IntentId | None) -> IntentId | None:
    """Return an intent about data as it is, or WHO_READS if the text asks for other people's data: "dammi i dati degli altri".

    None for a copy or erasure below shown offers if the text has no word for data.
    """
    if intent in (IntentId.EXPORT_DATA, IntentId.DELETE_DATA) and text.shown.offers and not names_data(text.utterance):
        # "Me lo ricordi domani?" below a list wants no copy.
        return None
    is_own = intent not in (IntentId.EXPORT_DATA, IntentId.DELETE_DATA) or not is_about_others(text.utterance)
    return intent if is_own else IntentId.WHO_READS


def _intent_of_words(text: TextInContext) -> IntentId | None:
    """Return the intent of words typed where no question is open: by their form, as an example, or by likeness to one."""
    if text.phrase is Phrase.NEVER_MIND:
        return IntentId.GOODBYE
    if text.phrase is Phrase.YES and text.shown.offers:
        # Nothing was asked: it is a goodbye.
        return IntentId.THANKS
    intent, meaning = text.context.world.intent_examples.short(text.utterance), text.meaning
    if intent is None and is_courtesy(text):
        return IntentId.THANKS
    # "I moduli" alone asks for nothing where nothing is shown.
    is_asked = text.shown.offers or meaning.intent not in ABOUT or is_question(text.utterance)
    least = 0 if text.shown.offers else _SURELY_MEANT
    is_meant = meaning.kind is MeaningKind.INTENT and meaning.probability >= least and not isinstance(text.answer, TypedAnswer)
    if intent is None and is_meant and is_asked and len(text.utterance.words) > 1:
        intent = IntentId(meaning.intent)
    if intent is None:
        found = text.context.world.intent_examples.alike(text.utterance)
        is_sure = found is not None and found[1] >= SURELY_ALIKE
        intent = found[0] if found is not None and is_sure and not means_another_thing(text) else None
    # That a fact depends on the service is no answer where services are shown.
    return None if text.shown.offers and intent in ABOUT else intent
