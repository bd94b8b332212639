"""The readers of texts about the offers that are shown: "quanto costa?", "il secondo", "e per mia figlia?".

They come after the readers of buttons and phrases, and before those of statements: where offers are shown, a text is taken to be
about them unless it clearly says something else.
"""

from __future__ import annotations

from collections.abc import Mapping

from bot.core.attributes import AGE, DISABILITY, PERIOD, PERSON, PLACE
from bot.core.case import CaseReason
from bot.core.conditions import Value
from bot.core.replies import Action, Verb
from bot.core.topics import IntentId
from bot.dialogue.another_thing import is_about_shown_alone, is_need_named, is_of_shown, means_another_thing, stems_of
from bot.dialogue.intents import (
    AboutShown,
    DoAction,
    ForAnother,
    PickOfShown,
)
from bot.dialogue.pick_readers import PICKS, phrase_on_shown, picked, wants_another_of_shown, wrong_with_shown
from bot.dialogue.session import Screen
from bot.dialogue.text_in_context import TextInContext
from bot.dialogue.text_readers import read_change
from bot.language.entities.references import (
    asked_week,
    asked_words,
    asks_age,
    asks_when,
    complaint_of,
    day_of,
    fact_named,
    is_about_another,
    is_about_now,
    is_ordinal,
    is_pointing,
    is_question,
    names_another,
    particular_words,
    parts_of,
    tells_what_one_has,
    wants_something,
    without_ordinal,
)
from bot.language.meaning.corrections import is_correction
from bot.language.meaning.phrases import asks_for_nothing
from bot.language.meaning.understand import MeaningKind
from bot.language.text.stems import stem
from bot.language.text.tokens import STOP

#: Likeness to an example from which a text is about what is shown although it seems to mean another thing.
SURELY_ALIKE = 0.78
#: Probability of a need from which a text of more than a few words tells of it, and those few words.
_SURE_NEED, _WORDS_OF_REMARK = 0.8, 5
#: The values that a question may state of somebody.
_STATED = (PERSON, AGE, PLACE, DISABILITY)
ABOUT = frozenset(intent for intent in IntentId if intent.startswith("about_"))
#: Facts that say nothing on a detail beside them: "c'è il pranzo?" is no question about hours.
_SILENT_ON_DETAILS = {IntentId.ABOUT_HOURS, IntentId.ABOUT_ROOM, IntentId.ABOUT_AGE}


def intent_of(text: TextInContext) -> IntentId | None:
    """Return the intent that a text expresses: a fact asked for ("quanto costa?"), a pick among offers, or words to the bot.

    It is taken from the short texts, the names of facts, the learnt meaning and the examples, in this order. Returns None if none
    of them fits; a fact that is named, or an example that is only roughly alike, is not taken if the text asks for another
    service or a person.
    """
    examples, said = text.context.world.intent_examples, text.utterance
    if (short := examples.short(said)) is not None:
        return short
    if (named := fact_named(said)) and text.shown.offers:
        # To telephone is no wish for a person of the network.
        is_contact = named == IntentId.ABOUT_CONTACT and text.meaning.kind is MeaningKind.HUMAN
        if is_contact or not means_another_thing(text):
            return IntentId(named)
    # A word alone is more likely an answer.
    if text.meaning.kind is MeaningKind.INTENT and len(said.words) > 1:
        return IntentId(text.meaning.intent)
    found = examples.alike(without_ordinal(said) if text.shown.is_list and not is_ordinal(said) else said)
    if found is None:
        return None
    intent, likeness = found
    if likeness >= SURELY_ALIKE or not means_another_thing(text):
        return intent
    return None


# --- About what is shown


def read_about_shown(text: TextInContext) -> AboutShown | PickOfShown | DoAction | None:
    """Return the question about the shown offers, or the choice among them, that a text contains, misspelt or not."""
    if not text.shown.offers:
        return None if _is_named_attribute(text) or is_courtesy(text) else _complaint_on_nothing(text)
    return _about_shown(text.spelt)


def _about_shown(text: TextInContext) -> AboutShown | PickOfShown | DoAction | None:
    if _is_named_attribute(text) or is_courtesy(text):
        return None
    if len(several := _several_facts(text)) > 1:
        return _question(text, several[0], {}, also=several[1:])
    if text.phrase is not None:
        return phrase_on_shown(text)
    at_once = wrong_with_shown(text) or _on_what_one_has(text)
    return at_once if at_once is not None else _meant_of_shown(text)


def _on_what_one_has(text: TextInContext) -> AboutShown | None:
    """Return a remark on a paper or an income, which the card may name: "ho la partita iva", "l'isee non ce l'ho"."""
    said = text.utterance
    if is_question(said) or wants_something(said) or not tells_what_one_has(said):
        return None
    is_told = any(text.shown.has_words(one.id, asked_words(said)) for one in text.shown.offers)
    return _question(text, None, {}, is_remark=not is_told)


def _meant_of_shown(text: TextInContext) -> AboutShown | PickOfShown | DoAction | None:
    """Return the question or pick that a text means by an intent that was learnt, or that it may mean as a remark."""
    shown = text.shown
    intent = intent_of(text)
    if is_of_shown(text) and _is_unlikely_of_service(text, intent):
        intent = None
    found = _asked_fact(text, intent) or picked(text, intent)
    if isinstance(found, AboutShown) and found.numbers and found.week:
        # None of those in front is open then: others of the search may be.
        is_any_open = any(shown.week(id) & found.week for id in found.offers)
        return found if is_any_open else PickOfShown(IntentId.PICK_OPEN, week=found.week)
    if found is None and wants_another_of_shown(text):
        return PickOfShown(IntentId.REFUSE)
    if found is None and text.meaning.kind in (MeaningKind.NEED, MeaningKind.CHOOSE):
        return _question(text, None, {}) if is_about_shown_alone(text) else _remark_on_need(text)
    return found


def _is_unlikely_of_service(text: TextInContext, intent: IntentId | None) -> bool:
    """Return True if an intent is unlikely for a question about a part of a service: "fanno anche inglese?", "fanno gite?".

    "Inglese" there is no wish to change the chat's language; hours or the place are meant only if the text is like an example
    of those.
    """
    if intent not in ABOUT | PICKS | {IntentId.WAIT}:
        return True
    said, examples = text.utterance, text.context.world.intent_examples
    alike = examples.alike(said)
    is_alike = alike is not None and alike[0] is intent
    return intent in _SILENT_ON_DETAILS | {IntentId.ABOUT_PLACE} and not (is_alike or examples.short(said) or fact_named(said))


def _several_facts(text: TextInContext) -> tuple[IntentId, ...]:
    """Return the facts that a question with several parts asks for: "orari e telefono?", "quanto costa e dove si trova?"."""
    parts, examples = parts_of(text.utterance), text.context.world.intent_examples
    if len(parts) < 2:
        return ()
    alike = (examples.alike(part) for part in parts if examples.short(part) is None)
    found = [examples.short(part) for part in parts]
    found += [one[0] for one in alike if one is not None and one[1] >= SURELY_ALIKE]
    return tuple(dict.fromkeys(one for one in found if one in ABOUT))


def _remark_on_need(text: TextInContext) -> AboutShown | None:
    """Return a short text that names no need and no wish as a remark on the shown offers: "è celiaco", "mi vergogno un po'".

    The reply has a button that searches for the need that the remark may point to.
    """
    said, likeliest = text.utterance, text.meaning.needs[0]
    is_long = len(said.words) > _WORDS_OF_REMARK and likeliest.probability >= _SURE_NEED
    is_short = len(said.words) < 2 or {PLACE, AGE} & text.meaning.slots.keys()
    shown = {need for offer in text.shown.offers for need in offer.service.needs}
    if is_long or is_short or is_correction(said) or likeliest.need in shown or wants_something(said) or is_need_named(text):
        return None
    return _question(text, None, {}, is_remark=not is_question(said))


def read_remark(text: TextInContext) -> AboutShown | None:
    """Return a text of several words that no other reader understands as a remark on shown offers: "mio figlio non vuole"."""
    said = text.utterance
    if not text.shown.offers or text.phrase is not None or len(said.words) < 2 or STOP.isdisjoint(said.words):
        return None
    if text.meaning.slots and is_correction(said):
        return None
    return _question(text, None, {}, is_remark=not is_question(said))


def _complaint_on_nothing(text: TextInContext) -> DoAction | None:
    """Return the offer of a person if a citizen complains below a search that found nothing."""
    here, said = text.context.position, text.utterance
    is_empty = here is not None and here.question is None and not here.match.remaining
    if not is_empty or text.context.session.screen is not Screen.INTERVIEW or is_question(said) or complaint_of(said) is None:
        return None
    return DoAction(Action(Verb.OFFER_HUMAN, CaseReason.USELESS), is_typed=True)


def read_for_another(text: TextInContext) -> ForAnother | None:
    """Return the wish to repeat the shown search for another person; None if the text names a need of its own.

    A disability alone may be that of the same person, who is asked about: "e se non si alza dalla carrozzina?".
    """
    said, shown = text.utterance, text.shown
    if not shown.offers or not is_about_another(said) or _names_another_need(text):
        return None
    stated = _stated_of_somebody(text)
    is_described = not stated.keys().isdisjoint((AGE, PERSON))
    if not is_described and not names_another(said):
        return None
    return ForAnother(stated if is_described else {}, "" if shown.is_list else shown.offers[0].id)


def _names_another_need(text: TextInContext) -> bool:
    """Return True if a text asks for a need that no shown offer answers, surely or in words of wanting."""
    if text.meaning.kind is MeaningKind.CHOOSE:
        return wants_something(text.utterance)
    return text.meaning.kind is MeaningKind.NEED and means_another_thing(text)


def _is_named_attribute(text: TextInContext) -> bool:
    """Return True if a text is the name of an attribute that the flow asks for ("età"), and so a wish to change its answer."""
    return read_change(text) is not None


def _asked_fact(text: TextInContext, intent: IntentId | None) -> AboutShown | None:
    """Return the question about a fact of the shown offers (price, place …) in a text; None if there is none."""
    said, meaning, stated = text.utterance, text.meaning, _stated_of_somebody(text)
    if intent in ABOUT:
        is_of_ages = intent is IntentId.ABOUT_AGE and AGE not in stated and asks_age(said)
        return _question(text, intent, {} if is_of_ages else stated)
    day = day_of(said, text.context.now.date())
    is_of_period = is_question(said) and PERIOD in meaning.slots and not asked_week(said) and day is None
    # "Quello aperto il sabato" below a card of a list is another of the list.
    is_of_card = not text.shown.is_list and not (is_pointing(said) and len(text.shown.found) > 1)
    if intent is IntentId.PICK_OPEN and (is_of_period or is_of_card):
        return _question(text, IntentId.ABOUT_HOURS, {})
    if not (is_question(said) or is_of_shown(text)) or is_correction(said) or means_another_thing(text):
        return None
    if intent is IntentId.WAIT:
        return _question(text, None, {})
    is_need_meant = meaning.kind is MeaningKind.NEED and not is_about_another(said)
    if stated and (is_need_meant or _names_another_need(text)):
        return None
    if stated:
        fact = IntentId.ABOUT_PRECEDENCE if stated.keys() == {PLACE} else IntentId.ABOUT_AGE
        return _question(text, fact, stated)
    if intent is None and _is_about_hours(text):
        return _question(text, IntentId.ABOUT_HOURS, {})
    is_unknown = meaning.kind not in (MeaningKind.VALUES, MeaningKind.HUMAN, MeaningKind.URGENT)
    if intent is not None or not (is_unknown or is_of_shown(text)):
        return None
    question = _question(text, None, {})
    # A need that is named is a question about a card only if the card has its words.
    is_told = any(text.shown.has_words(id, question.words) for id in question.offers)
    return question if is_told or meaning.kind is not MeaningKind.CHOOSE or is_about_shown_alone(text) else None


def _is_about_hours(text: TextInContext) -> bool:
    """Return True if a text asks about a day or hours, and not about a thing that happens then: "c'è il pranzo?"."""
    said = text.utterance
    is_time = asked_week(said) or day_of(said, text.context.now.date()) or asks_when(said)
    return bool(is_time) and not particular_words(asked_words(said))


def _question(
    text: TextInContext,
    fact: IntentId | None,
    stated: Mapping[str, tuple[Value, ...]],
    *,
    also: tuple[IntentId, ...] = (),
    is_remark: bool = False,
) -> AboutShown:
    """Return a question about one shown offer if it is the only one or is named, otherwise about each offer of the list."""
    shown, said = text.shown, text.utterance
    if fact in _SILENT_ON_DETAILS and not stated and not also and particular_words(asked_words(said)):
        fact = None
    day = day_of(said, text.context.now.date())
    is_weekday = (asked_week(said) or day is not None) and not any(word.isdecimal() for word in said.words)
    if fact in (IntentId.ABOUT_HOURS, IntentId.ABOUT_PERIOD) and PERIOD in text.meaning.slots and not is_weekday:
        fact, stated = IntentId.ABOUT_PERIOD, {PERIOD: text.meaning.slots[PERIOD]}
    # "Agosto in città" is not meant by "è aperto ad agosto?".
    is_reference = PLACE not in stated and PERIOD not in stated
    # "Aperto" names no service, whoever is called "Porte aperte".
    asking = stems_of(name for intent in text.context.world.content.intents.values() for name in intent.also)
    naming = tuple(word for word in asked_words(said) if is_pointing(said) or stem(word) not in asking)
    called = shown.called(naming, is_whole=False) if is_reference else ()
    offers = (shown.named(said, by_name=is_pointing(said)) if is_reference else ()) or called or shown.offers
    is_list = shown.is_list and len(offers) > 1
    return AboutShown(
        fact,
        tuple(offer.id for offer in offers),
        tuple(shown.number(offer) or place for place, offer in enumerate(offers, 1)) if is_list else (),
        0 if asks_when(said) else asked_week(said),
        day,
        is_about_now(said),
        stated,
        () if is_remark else asked_words(said),
        also,
        is_remark,
    )


def _stated_of_somebody(text: TextInContext) -> Mapping[str, tuple[Value, ...]]:
    slots = text.meaning.slots
    return {attribute: slots[attribute] for attribute in _STATED if attribute in slots}


def is_courtesy(text: TextInContext) -> bool:
    """Return True if a text below shown offers only thanks, agrees or says goodbye: "grazie mille, a presto"."""
    return text.phrase is None and text.context.question is None and asks_for_nothing(text.utterance)
