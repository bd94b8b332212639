"""References to shown offers: a position ("il secondo", "l'ultimo"), a day that is asked about; and signs of a question.

Which offers are shown is not known here. The words are in `questions.yaml`.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence

from rapidfuzz.distance import Levenshtein

from bot.core import hours
from bot.language.data import ITALIAN, word_groups, word_set, word_table
from bot.language.entities import clock, times
from bot.language.templates import Templates
from bot.language.text.normalise import normalise
from bot.language.text.tokens import STOP, Tokenizer
from bot.language.text.utterance import Utterance

_FILE = "questions"
_ORDINALS = {normalise(word): int(place) for place, words in word_groups(ITALIAN, _FILE, "ordinals").items() for word in words}
_BEFORE_NUMBER, _AROUND = word_set(ITALIAN, _FILE, "before_number"), word_set(ITALIAN, _FILE, "around_ordinal")
_UNCLEAR, _POINTING = word_set(ITALIAN, _FILE, "unclear"), word_set(ITALIAN, _FILE, "pointing")
_OPENERS, _CLOSERS = word_set(ITALIAN, _FILE, "openers"), word_set(ITALIAN, _FILE, "closers")
_ANOTHER, _ANOTHER_ONE = word_set(ITALIAN, _FILE, "another"), word_set(ITALIAN, _FILE, "another_one")
_WANTING, _NEEDED = word_set(ITALIAN, _FILE, "wanting"), frozenset({"serve", "servono"})
_TODAY, _TOMORROW, _NOW = (word_set(ITALIAN, _FILE, name) for name in ("today", "tomorrow", "now"))
_FREE = word_set(ITALIAN, _FILE, "free")
_PARTICULAR = [frozenset(map(normalise, group)) for group in word_groups(ITALIAN, _FILE, "particular").values()]
#: "I miei" are parents, where a question has it.
_DETAILS = frozenset[str]().union(*_PARTICULAR)
_PHONE = word_set(ITALIAN, _FILE, "phone")
_COMPLAINTS = {name: Templates(_FILE, f"complaints/{name}") for name in ("far", "dear", "hours", "age", "full", "none")}
_ASKING_WHEN, _ASKING = word_set(ITALIAN, _FILE, "asking_when"), word_set(ITALIAN, _FILE, "asking")
_REFUSING, _MODAL = word_set(ITALIAN, _FILE, "refusing"), word_set(ITALIAN, _FILE, "modal")
_MORE, _REFUSALS, _HAD = word_set(ITALIAN, _FILE, "more"), word_set(ITALIAN, _FILE, "refusals"), Templates(_FILE, "had")
_FACTS = {fact: frozenset(map(normalise, phrases)) for fact, phrases in word_groups(ITALIAN, _FILE, "facts").items()}
_ASKING_AGE = word_set(ITALIAN, _FILE, "asking_age")
_OF_SERVICE_IF_ASKED = word_set(ITALIAN, _FILE, "of_service_if_asked")
_OF_SERVICE, _OF_SERVICE_AT_END = word_set(ITALIAN, _FILE, "of_service"), word_set(ITALIAN, _FILE, "of_service_at_end")
#: The signs and the word between the parts of a question.
_BETWEEN_PARTS = re.compile(r"\s+(?:ed?|o)\s+|[,;?!/+&.\n]")
_WITHOUT_APOSTROPHE = word_table(ITALIAN, _FILE, "without_apostrophe")
#: A word as it is typed.
_TYPED_WORD = re.compile(r"[^\W\d_]+")
#: All words of this file, which a misspelt word may be.
REFERENCE_WORDS = frozenset(
    word
    for phrase in (
        *_ORDINALS, *_BEFORE_NUMBER, *_AROUND, *_POINTING, *_OPENERS, *_CLOSERS, *_ANOTHER, *_ANOTHER_ONE, *_WANTING, *_TODAY,
        *_TOMORROW, *_NOW, *_FREE, *_PHONE, *_ASKING_WHEN, *_ASKING, *clock.DAYS, *clock.PARTS,
    )
    for word in (*phrase.split(), *normalise(phrase).split())
)  # fmt: skip
#: Letters of an ordinal that is known when misspelt, at least.
_SHORTEST_MISSPELT = 5
#: Digits of a place in a list, and a place as it is written in short: "3°", "2a".
_PLACE_DIGITS = 3
_SHORT_PLACE = re.compile(r"(\d{1,2})[oa]")
#: The end of a sentence before another one.
_SENTENCE_END = re.compile(r"[.!?;\n]+\s*")
#: The hours that stand for a day that is named without any (`clock.WHOLE_DAY`), and all hours of it.
_DAYTIME, _ALL_DAY = "08:00-20:00", "00:00-24:00"


def ordinal_of(said: Utterance) -> int | None:
    """Return the first position in a list that a text names ("il secondo" → 2); None if it names none."""
    return next(iter(ordinals_of(said)), None)


def ordinals_of(said: Utterance) -> tuple[int, ...]:
    """Return all positions in a list that a text names: 1 is the first, -1 the last.

    Words that may mean something else count only after an article or a noun: "il secondo", "numero due", "il 3".
    """
    before, found = "", []
    for word in said.words:
        is_led = before in _BEFORE_NUMBER
        if (meant := _as_ordinal(said, word, is_led=is_led)) in _ORDINALS and (is_led or meant not in _UNCLEAR):
            found.append(_ORDINALS[meant])
        elif is_led and (written := _SHORT_PLACE.fullmatch(word)) is not None:
            found.append(int(written[1]))
        elif word.isdecimal() and len(word) <= _PLACE_DIGITS and is_led:
            found.append(int(word))
        before = word
    return tuple(dict.fromkeys(found))


def is_ordinal(said: Utterance) -> bool:
    """Return True if a text is nothing but a position in a list: "il secondo", "mi apri l'ultimo?"."""
    words = _words_of_place(said)
    if len(words) != 1:
        return False
    is_number = words[0].isdecimal() or _SHORT_PLACE.fullmatch(words[0]) is not None
    is_place = is_number or _as_ordinal(said, words[0], is_led=True) in _ORDINALS
    return is_place and ordinal_of(said) is not None


def _words_of_place(said: Utterance) -> list[str]:
    return [word for word in said.words if word not in _AROUND]


def _as_ordinal(said: Utterance, word: str, *, is_led: bool) -> str:
    """Return the ordinal that a misspelt word stands for, if the text says nothing else ("il terso"); otherwise the word."""
    if word in _ORDINALS or not is_led or len(word) < _SHORTEST_MISSPELT or _words_of_place(said) != [word]:
        return word
    close = (one for one in _ORDINALS if len(one) >= _SHORTEST_MISSPELT and Levenshtein.distance(one, word) == 1)
    return next(close, word)


def without_ordinal(said: Utterance) -> Utterance:
    """Return a text without the position that it names: "quanto costa il secondo?" → "quanto costa il"."""
    if ordinal_of(said) is None:
        return said
    kept = [word for word in said.words if word not in _ORDINALS and not word.isdecimal()]
    return Utterance(" ".join(kept), said.language)


def spelt(said: Utterance, known: Tokenizer) -> Utterance:
    """Return a text with misspelt words corrected by known words: "ke orrari fa?" → "che orari fa?".

    The same object if none is misspelt.
    """
    first, _, rest = said.text.lstrip().partition(" ")
    # "Ce n'è uno" lacks none.
    is_bare = rest and not normalise(rest).startswith("n ")
    written = f"{_WITHOUT_APOSTROPHE.get(normalise(first), first)} {rest}" if is_bare else said.text

    def as_meant(typed: re.Match[str]) -> str:
        word = normalise(typed[0])
        meant = known.spelt(word)
        return typed[0] if meant == word else meant

    written = _TYPED_WORD.sub(as_meant, written)
    return said if normalise(written) == said.normalised else Utterance(written, said.language)


def is_pointing(said: Utterance) -> bool:
    """Return True if a text begins by pointing at a shown offer: "quello a Melegnano", "e quella del comune?"."""
    return not _POINTING.isdisjoint(said.words[:2])


def points_at_it(said: Utterance) -> bool:
    """Return True if a text does nothing but point at something that is shown: "questo", "fammi vedere lo stesso quella"."""
    return not _POINTING.isdisjoint(said.words) and not words_of_choice(said)


def is_question(said: Utterance) -> bool:
    """Return True if a text is a question: by its question mark, or by words of asking at its beginning or end."""
    text = f"{said.normalised} "
    is_ended = said.text.rstrip().endswith("?") or (len(said.words) > 1 and said.words[-1] in _CLOSERS)
    return is_ended or any(text.startswith(f"{opener} ") for opener in _OPENERS)


def is_of_service(said: Utterance) -> bool:
    """Return True if a text asks about a part or a rule of a shown service: "con la mensa?", "si paga il pulmino", "posso?"."""
    text, is_ended = f"{said.normalised} ", said.text.rstrip().endswith("?")
    is_asked = any(text.startswith(f"{one} ") for one in _OF_SERVICE_IF_ASKED)
    is_asked = is_asked or any(f" {text}".endswith(f" {one} ") for one in _OF_SERVICE_AT_END)
    return any(text.startswith(f"{one} ") for one in _OF_SERVICE) or (is_ended and is_asked)


def parts_of(said: Utterance) -> tuple[Utterance, ...]:
    """Return the parts of a text between commas, question marks and "e": "orari e telefono" → "orari", "telefono"."""
    parts = (part.strip() for part in _BETWEEN_PARTS.split(said.text))
    return tuple(Utterance(part, said.language) for part in parts if normalise(part))


def is_about_another(said: Utterance) -> bool:
    """Return True if a text asks the same for another person: "e per mia figlia di 12?", "invece il piccolo?"."""
    text = f"{said.normalised} "
    return any(text.startswith(f"{opener} ") for opener in _ANOTHER)


def wants_something(said: Utterance) -> bool:
    """Return True if a text contains a word of wanting: "e per mio marito che cerca lavoro?"."""
    before = ("", *said.words)
    # "Non vuole andarci" and "serve il medico?" want nothing.
    asks = said.text.rstrip().endswith("?") and said.words[:1] != () and said.words[0] in _NEEDED
    return any(word in _WANTING and before[place] != "non" and not (asks and place == 0) for place, word in enumerate(said.words))


def names_another(said: Utterance) -> bool:
    """Return True if a text ends with a word for another person without describing them: "e per la più grande?"."""
    return bool(said.words) and said.words[-1] in _ANOTHER_ONE


def complaint_of(said: Utterance) -> str | None:
    """Return the name in `complaints` of a text's complaint about the offers shown, such as "far"; None if there is none."""
    return next((name for name, templates in _COMPLAINTS.items() if templates.occur_in(said.spaced)), None)


def refuses(said: Utterance) -> bool:
    """Return True if a text contains a word of refusal: "non", "nessuno", "troppo"."""
    return not _REFUSING.isdisjoint(said.words) or complaint_of(said) is not None


def asks_more(said: Utterance) -> bool:
    """Return True if a text has a word without which no other offers are asked for: "altri", "avanti"."""
    return not _MORE.isdisjoint(said.words)


def tells_what_one_has(said: Utterance) -> bool:
    """Return True if a text tells of a paper or an income that the writer has or lacks: "ho la partita iva"."""
    return _HAD.occur_in(said.spaced)


def begins_refusal(said: Utterance) -> bool:
    """Return True if a text begins by taking back what was understood: "no, cercavo una tata fissa"."""
    return said.words[:1] != () and said.words[0] in _REFUSALS


def asks_leave(said: Utterance) -> bool:
    """Return True if a text asks what is allowed or required: "posso accompagnarla io?", "bisogna essere soci?"."""
    return any(f"{said.normalised} ".startswith(f"{one} ") for one in _MODAL)


def fact_named(said: Utterance) -> str:
    """Return the fact that a question clearly asks for by its words ("dove sta di preciso quello?"); "" for none."""
    text = f" {said.normalised} "
    return next((fact for fact, phrases in _FACTS.items() if _has(text, phrases)), "")


def asks_when(said: Utterance) -> bool:
    """Return True if a text asks at what hours ("a che ora apre la mattina"), rather than whether open at certain hours."""
    return _has(f" {said.normalised} ", _ASKING_WHEN)


def asks_age(said: Utterance) -> bool:
    """Return True if a text asks which ages are accepted ("quanti anni deve avere il bimbo"), rather than about a person."""
    return _has(f" {said.normalised} ", _ASKING_AGE)


def asked_words(said: Utterance) -> tuple[str, ...]:
    """Return the words of a question that carry its subject: "danno da mangiare?" → "mangiare"."""
    told = (word for word in said.words if not word.isdecimal() and word not in _ORDINALS)
    return tuple(word for word in told if word in _DETAILS or (word not in STOP and word not in _ASKING))


def particular_words(words: Sequence[str]) -> frozenset[str]:
    """Return all words for the details that some words ask about: "impegnativa" also gives "ricetta"."""
    return frozenset[str]().union(*(group for group in _PARTICULAR if not group.isdisjoint(words)))


def wants_phone(words: Sequence[str]) -> bool:
    """Return True if some words ask for a telephone number: "mi date un numero?"."""
    return not _PHONE.isdisjoint(words)


def words_of_choice(said: Utterance) -> tuple[str, ...]:
    """Return the words of a text that say what is chosen: "no, volevo il comunale" → "comunale"."""
    return tuple(word for word in said.words if word not in STOP and word not in _AROUND)


def day_of(said: Utterance, today: dt.date) -> dt.date | None:
    """Return the date that "oggi" or "domani" means in a text; None if it has neither."""
    text = f" {said.normalised} "
    if _has(text, _TODAY) or _has(text, _NOW):
        return today
    return today + dt.timedelta(days=1) if _has(text, _TOMORROW) else None


def is_about_now(said: Utterance) -> bool:
    """Return True if a text asks about the present moment: "è aperto adesso?"."""
    return _has(f" {said.normalised} ", _NOW)


def asked_week(said: Utterance) -> int:
    """Return the slots of the week that a text names; a day without hours counts whole; 0 if it names none."""
    parts = [part for part in _SENTENCE_END.split(said.text) if part]
    is_asked_last = len(parts) > 1 and said.text.rstrip().endswith("?")
    found = [one.expression for one in times.hours(Utterance(parts[-1], said.language))] if is_asked_last else []
    # "Lavoro la mattina. La sera c'è?" asks for the evening.
    found = found or [one.expression for one in times.hours(said)]
    whole = (f"{one.removesuffix(_DAYTIME)}{_ALL_DAY}" if one.endswith(_DAYTIME) else one for one in found)
    return hours.union(map(hours.week, whole))


def is_free(cost: str) -> bool:
    """Return True if the text of a cost begins by saying that nothing is paid: "Gratis.", "Il servizio è gratuito"."""
    text = f"{normalise(cost)} "
    return any(text.startswith(f"{phrase} ") for phrase in _FREE)


def _has(text: str, phrases: frozenset[str]) -> bool:
    return any(f" {phrase} " in text for phrase in phrases)
