"""Short phrases that people type at any moment of a conversation, whatever the open question is: `language/it/phrases.yaml`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from rapidfuzz import fuzz, process

from bot.core.topics import IntentId
from bot.language.data import ITALIAN, languages, phrases, word_set
from bot.language.meaning.evidence import Evidence, EvidenceKind
from bot.language.text.normalise import normalise
from bot.language.text.tokens import write_out
from bot.language.text.utterance import Utterance

#: Similarity (0-100) from which a misspelt phrase is still that phrase.
_CLOSE = 88.0
#: Shorter phrases must be spelt exactly: "no" and "so" are one letter apart.
_SHORTEST_FUZZY = 5
#: A part of a text, between signs.
_PART = re.compile(r"[^.,;:!?\n()]+")
#: Words that leave a doubt beside those of thanks and goodbye.
_FEW_OTHER_WORDS = 2
#: The lists of `rights_words.yaml`.
_RIGHTS = ("erase", "erase_whole", "objects", "know", "about", "ask", "mine", "links", "others")


class Phrase(StrEnum):
    """The meaning of a short text; each is a list of `phrases.yaml`."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"
    DECLINE = "decline"
    NEVER_MIND = "never_mind"
    SKIP = "skip"
    BACK = "back"
    CHANGE = "change"
    RESTART = "restart"
    SHOW = "show"
    DONE = "done"
    HELP = "help"
    HUMAN = "human"
    ALERT = "alert"
    ALERTS = "alerts"


class Courtesy(StrEnum):
    """A politeness that asks for nothing; each is a list of `phrases.yaml`."""

    THANKS = "thanks"
    GREETING = "greeting"


def phrase_of(said: Utterance) -> Phrase | None:
    """Return the standard phrase that a short text is, allowing for misspelling and added courtesies; None if it is none."""
    known = _phrases(said.language)
    whole, short = _keys(said.normalised, known.courtesy)
    exact = known.meanings.get(whole or said.raw.strip()[:1]) or known.meanings.get(short)
    if exact is not None:
        return exact
    if (led := _led_phrase(said)) is not None or len(short) < _SHORTEST_FUZZY:
        return led
    # "Non ci sente" has two letters more than "no niente": it is something else.
    alike = [one for one in known.by_first_letter.get(short[0], ()) if abs(len(one) - len(short)) <= 1]
    best = process.extractOne(short, alike, scorer=fuzz.ratio, score_cutoff=_CLOSE)
    if best is None and said.language == ITALIAN and _stops_alerts(said):
        return Phrase.ALERTS
    return known.meanings[best[0]] if best else None


def _led_phrase(said: Utterance) -> Phrase | None:
    """Return the phrase after a word of assent or doubt: "ok avvisami"; None for a yes or no, which may take it back."""
    known = _phrases(said.language)
    first, *others = said.words or ("",)
    if first not in word_set(ITALIAN, "stop_words", "leads") or not others:
        return None
    meant = known.meanings.get(_keys(" ".join(others), known.courtesy)[0])
    return meant if meant not in (Phrase.YES, Phrase.NO) else None


def _stops_alerts(said: Utterance) -> bool:
    """Return True if a text says only that the writer wants no more alerts: "non voglio più ricevere avvisi"."""
    stopping, messages, around = (word_set(ITALIAN, "alert_words", name) for name in ("stopping", "messages", "around"))
    words = set(said.normalised.split())
    return words <= stopping | messages | around and bool(words & stopping and words & messages)


def courtesy_of(said: Utterance) -> Courtesy | None:
    """Return the courtesy that a whole text is ("grazie mille"); None if it says anything else."""
    return _phrases(said.language).courtesies.get(said.normalised)


def without_courtesies(said: Utterance) -> Utterance:
    """Return a text without courtesies at its begin and end: "buongiorno, cerco un nido, grazie" → "cerco un nido"."""
    parts = list(_PART.finditer(said.text))
    first, end = 0, len(parts)
    while first < end and courtesy_of(Utterance(parts[first][0], said.language)) is not None:
        first += 1
    while end > first and courtesy_of(Utterance(parts[end - 1][0], said.language)) is not None:
        end -= 1
    is_cut = 0 < end - first < len(parts)
    return Utterance(said.text[parts[first].start() : parts[end - 1].end()], said.language) if is_cut else said


def subject_of_alert(said: Utterance) -> Utterance | None:
    """Return what a wish for an alert is about: "avvisami quando aprono le iscrizioni al nido" → "al nido".

    None for other texts.
    """
    asking, when, news = (word_set(ITALIAN, "alert_words", name) for name in ("asking", "when", "news"))
    text = f" {said.normalised} ".replace(" non appena ", " appena ")
    way = max((one for one in asking if f" {one} " in text), key=len, default="")
    words = text.replace(f" {way} ", " ", 1).split()
    if not way or "non" in words or when.isdisjoint(words) or news.isdisjoint(words):
        return None
    return Utterance(" ".join(word for word in words if word not in when | news), said.language)


def right_of(said: Utterance) -> IntentId | None:
    """Return the intent of a text that is only about the writer's own data: "cancellate tutto", "cosa sapete di me"."""
    words, text = set(said.normalised.split()), f" {said.normalised} "
    erase, whole, objects, know, about, ask, mine, links, others = (word_set(ITALIAN, "rights_words", name) for name in _RIGHTS)
    if words <= erase | whole | objects | others and (words & whole or (words & erase and words & objects)):
        return IntentId.DELETE_DATA
    if words <= know | others and words & know and any(f" {one} " in text for one in about):
        return IntentId.EXPORT_DATA
    if words <= know | ask | links | others and words & ask and any(f" {one} " in text for one in mine):
        return IntentId.PRIVACY
    return None


def names_data(said: Utterance) -> bool:
    """Return True if a text has a word for data or erasing; also True for texts in other languages."""
    lists = ("erase", "erase_whole", "objects", "data")
    known = frozenset[str]().union(*(word_set(ITALIAN, "rights_words", name) for name in lists))
    return said.language != ITALIAN or not known.isdisjoint(said.normalised.split())


def is_about_others(said: Utterance) -> bool:
    """Return True if a text mentions other people: "i dati degli altri utenti"."""
    return not word_set(ITALIAN, "rights_words", "other_people").isdisjoint(said.normalised.split())


def asks_for_nothing(said: Utterance) -> bool:
    """Return True if a text only thanks, agrees or says goodbye ("ok grazie, a presto"), or has no words."""
    return "?" not in said.raw and not _other_words(said) and (_has_goodbye(said) or not said.normalised)


def may_ask_for_nothing(said: Utterance) -> bool:
    """Return True if a short text has words of thanks, agreement or goodbye beside a few others ("va bene, provo")."""
    others = _other_words(said)
    is_asking = "?" in said.raw or not _known_words(said, "asking_words").isdisjoint(said.normalised.split())
    return not is_asking and _has_goodbye(said) and len(others) <= _FEW_OTHER_WORDS


def _has_goodbye(said: Utterance) -> bool:
    """Return True if a text contains a word of thanks, agreement or goodbye."""
    return not _known_words(said, "goodbye_words").isdisjoint(said.normalised.split())


def _other_words(said: Utterance) -> list[str]:
    """Return the words of a text that neither express thanks, agreement or goodbye nor usually stand beside such words."""
    known = _known_words(said, "goodbye_words") | _known_words(said, "around_goodbye")
    return [word for word in said.normalised.split() if word not in known]


def _known_words(said: Utterance, section: str) -> frozenset[str]:
    """Return the words of a list in `after_closing.yaml`, in the language of a text or else in Italian."""
    file = "after_closing"
    return word_set(said.language if said.language in languages(file) else ITALIAN, file, section)


def phrase_evidence(said: Utterance) -> Evidence | None:
    """Return the entry of `phrases.yaml` that a short text matches; None if it matches none."""
    meaning = phrase_of(said) or courtesy_of(said)
    if meaning is None:
        return None
    known = _phrases(said.language)
    keys = set(_keys(said.normalised, known.courtesy))

    def likeness(entry: str) -> float:
        return max(fuzz.ratio(key, other) for key in keys for other in _keys(normalise(entry), known.courtesy))

    entry = max(phrases(known.language, "phrases", meaning.value), key=likeness)
    return Evidence(EvidenceKind.WORDS, f"{known.language}/phrases.yaml", entry)


@dataclass(frozen=True, slots=True)
class _Phrases:
    """The phrases of a language in letters only, without spaces, which people often leave out."""

    language: str
    meanings: Mapping[str, Phrase]
    courtesies: Mapping[str, Courtesy]
    #: The phrases that may be misspelt.
    by_first_letter: Mapping[str, Sequence[str]]
    courtesy: frozenset[str]


@cache
def _phrases(language: str) -> _Phrases:
    """Return the phrases of a language; Italian ones where it has no file yet."""
    language = language if language in languages("phrases") else ITALIAN
    courtesy = word_set(language, "stop_words", "courtesy")
    meanings: dict[str, Phrase] = {}
    for meaning in Phrase:
        for written in phrases(language, "phrases", meaning.value):
            # Signs that are no letters stand for themselves: "?", "👍".
            meanings.update((key or written, meaning) for key in _keys(normalise(written), courtesy))
    by_first_letter: dict[str, list[str]] = {}
    for key in meanings:
        if len(key) >= _SHORTEST_FUZZY:
            by_first_letter.setdefault(key[0], []).append(key)
    courtesies = {said: one for one in Courtesy for said in word_set(language, "phrases", one.value)}
    return _Phrases(language, meanings, courtesies, by_first_letter, courtesy)


def _keys(normalised: str, courtesy: frozenset[str]) -> tuple[str, str]:
    """Return a text's words joined without spaces, once all of them and once without courtesies."""
    words = write_out(normalised.split())
    whole = "".join(words)
    return whole, "".join(word for word in words if word not in courtesy) or whole
