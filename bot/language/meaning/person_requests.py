"""Requests for a person instead of the bot, in any language that has a file `ask_for_person.yaml`.

In other languages a few words are recognised; in Italian most ways to ask are known, also misspelt.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from bot.language.data import ITALIAN, languages, phrases, word_set
from bot.language.meaning.evidence import Evidence, EvidenceKind
from bot.language.meaning.phrases import Phrase, phrase_of
from bot.language.templates import Templates
from bot.language.text.normalise import WITHOUT_SPACES, normalise
from bot.language.text.spelling import Speller, sound
from bot.language.text.stems import stem
from bot.language.text.tokens import STOP
from bot.language.text.utterance import Utterance

_FILE = "ask_for_person"
#: Shorter words must be spelt right.
_SHORTEST_FUZZY = 5
#: In words from this length on a letter may be wrong.
_SHORTEST_SLIP = 6
#: A request in another language says little else; in so few words one word is enough.
_MOST_FOREIGN_WORDS, _FEW_FOREIGN_WORDS = 12, 7
#: A longer text tells of something, and a person is one of the things that would help.
_MOST_WORDS_OF_CLAUSES = 18
#: More other words than this, and the sentence is about something …
_MOST_OTHER_WORDS = 2
#: … unless the whole begins with "call me", or somebody says that the machine is too much.
_MOST_AFTER_CALL_ME, _MOST_OF_LOST = 4, 6


def _stems(*names: str) -> frozenset[str]:
    return frozenset(map(stem, word_set(ITALIAN, _FILE, *names)))


_SPEAK, _PERSON, _ANYONE = _stems("speak"), _stems("person"), _stems("anyone")
#: Words of which one is enough, and those that are enough beside a person.
_ALONE, _GIVE = _stems("alone"), _stems("give")
#: A real person, "in carne e ossa", or no machine.
_REAL = _stems("real", "machine")
#: All words of such a request.
_WORDS = word_set(ITALIAN, _FILE, "speak", "person", "alone", "anyone", "give", "real", "machine", "around")
_OURS = frozenset(map(stem, _WORDS))
#: Their stems by how they sound: they are understood misspelt too.
_STEM_BY_SOUND = {sound(word): stem(word) for word in sorted(_WORDS) if len(word) >= _SHORTEST_FUZZY}
_SPELLER = Speller(_STEM_BY_SOUND)

_ARE_YOU, _WHOM, _AS_A_JOB = Templates(_FILE, "are_you"), Templates(_FILE, "whom"), Templates(_FILE, "as_a_job")
_ONLY_SPEAK, _HANDED = Templates(_FILE, "only_speak"), Templates(_FILE, "handed", "wanted")
_CALL_ME_FIRST, _LOST = Templates(_FILE, "call_me_first"), Templates(_FILE, "lost")
_BY_VOICE, _NUMBER = Templates(_FILE, "is_there", "be_called", "by_voice"), Templates(_FILE, "number")
#: The words that begin another clause, and the ends of clauses.
_CONJUNCTIONS = (*phrases(ITALIAN, _FILE, "another_clause"), *word_set(ITALIAN, _FILE, "another_clause"))
_CLAUSES = re.compile(rf"[.,;:!?\n()]+|\s-\s| (?:{'|'.join(_CONJUNCTIONS)}) ")
_QUESTIONS = re.compile(r"[?!.,;]\s*(?=\w)")
#: As people write on a phone: "kiamare", "kontatto".
_K, _HARD_C = re.compile(r"k(?=[ei])"), re.compile(r"k")


def asks_for_person(said: Utterance, most: int = _MOST_OTHER_WORDS) -> bool:
    """Return True if a text asks for a person, and for nothing else that the bot could help with.

    `most` is how many words it may have that do not belong to such a request.
    """
    if phrase_of(said) is Phrase.HUMAN or _other_language_asking(said.normalised):
        return True
    if _ARE_YOU.occur_in(_template_text(said)):
        # "Sto parlando con un computer? Io vorrei un impiegato": what comes after the question counts.
        rest = _QUESTIONS.split(said.text, 1)[1:]
        return bool(rest) and asks_for_person(Utterance(rest[0], said.language))
    text = _template_text(said)
    if _AS_A_JOB.occur_in(text):
        return False
    stems = [_stem_of(word) for word in said.standard_words]
    pairs = zip(stems, said.standard_words, strict=True)
    others = len({one for one, word in pairs if one not in _OURS and word not in STOP and len(word) > 1})
    if (most and _WHOM.occur_in(text)) or (others <= 1 and _ONLY_SPEAK.occur_in(text)):
        return True
    if others <= (_MOST_OF_LOST if most else 1) and _HANDED.occur_in(text):
        return True
    if most and others <= _MOST_AFTER_CALL_ME and _CALL_ME_FIRST.occur_in(text):
        return True
    if most and others <= _MOST_OF_LOST and _LOST.occur_in(text):
        others = 0
    return others <= most and _asks(text, frozenset(stems), others)


def mentions_person(said: Utterance) -> bool:
    """Return True if at least one clause of a text asks for a person, whatever the other clauses say."""
    if len(said.raw.split()) > _MOST_WORDS_OF_CLAUSES:
        return False
    clauses = [clause for clause in _CLAUSES.split(said.text) if clause.strip()]
    return len(clauses) > 1 and any(
        len(clause.split()) > 1 and asks_for_person(Utterance(clause, said.language), 0) for clause in clauses
    )


def request_evidence(said: Utterance) -> tuple[Evidence, ...]:
    """Return the entries of language data by which a text is recognised as asking for a person: templates, or else words."""
    text = _template_text(said)
    templates = (_BY_VOICE, _NUMBER, _HANDED, _ONLY_SPEAK, _WHOM, _CALL_ME_FIRST, _LOST)
    found = [match.template for each in templates for match in each.find_all(text)]
    if found:
        return _evidence(ITALIAN, found)
    if foreign := _other_language_asking(said.normalised):
        padded = f" {said.normalised} "
        return _evidence(foreign, (entry for entry in _entries(foreign) if _padded_word(entry) in padded))
    entries = {stem(normalise(entry)): entry for entry in reversed(_entries(ITALIAN))}
    return _evidence(ITALIAN, (entries[meant] for word in said.standard_words if (meant := _stem_of(word)) in entries))


def _evidence(language: str, entries: Iterable[str]) -> tuple[Evidence, ...]:
    owner = f"{language}/{_FILE}.yaml"
    return tuple(Evidence(EvidenceKind.WORDS, owner, entry) for entry in dict.fromkeys(entries))


def _entries(language: str) -> Sequence[str]:
    """Return a language's words of a request, and those that suffice alone."""
    return [entry for name in ("alone", "speak", "person") for entry in phrases(language, _FILE, name)]


def _template_text(said: Utterance) -> str:
    """Return the text in the form that templates expect, with "k" written as in Italian ("ki" → "chi")."""
    return f". {_HARD_C.sub('c', _K.sub('ch', said.normalised))} ."


def _asks(text: str, stems: frozenset[str], others: int) -> bool:
    """Return True if some words ask for a person; `others` counts further words, which may ask for something else."""
    if stems & _REAL and stems & (_PERSON | _SPEAK):
        return True
    if _BY_VOICE.occur_in(text):
        return others <= 1
    if _NUMBER.occur_in(text):
        return not others
    if stems & _SPEAK and stems & _PERSON:
        return others <= (0 if stems & _PERSON <= _ANYONE else 1)
    return not others and bool(stems & _ALONE or (stems & _PERSON and stems & _GIVE))


def _stem_of(word: str) -> str:
    """Return the stem of a word after correcting its spelling."""
    heard = sound(word)
    if heard in _STEM_BY_SOUND or len(word) < _SHORTEST_SLIP or stem(word) in _OURS:
        return _STEM_BY_SOUND.get(heard, stem(word))
    near, errors = _SPELLER.nearest(heard, 1)
    return _STEM_BY_SOUND[near] if errors else stem(word)


@dataclass(frozen=True, slots=True)
class _Foreign:
    """The words of a request in one language; a space marks where a word begins and, if it must be whole, where it ends."""

    language: str
    speak: tuple[str, ...]
    person: tuple[str, ...]
    alone: tuple[str, ...]


@cache
def _foreign() -> tuple[_Foreign, ...]:
    return tuple(
        _Foreign(code, *(tuple(map(_padded_word, phrases(code, _FILE, name))) for name in ("speak", "person", "alone")))
        for code in languages(_FILE)
        if code != ITALIAN
    )


def _padded_word(words: str) -> str:
    said = normalise(words)
    return said if WITHOUT_SPACES.search(said) else f" {said}" if words.endswith("-") else f" {said} "


def _other_language_asking(normalised: str) -> str:
    """Return the code of the foreign language in which a text asks for a person; "" if it does not."""
    count, padded = len(normalised.split()), f" {normalised} "
    if count > _MOST_FOREIGN_WORDS:
        return ""
    is_short = count <= _FEW_FOREIGN_WORDS or not normalised.isascii()
    asking = (
        each.language
        for each in _foreign()
        if (is_short and any(word in padded for word in each.alone))
        or (any(word in padded for word in each.speak) and any(word in padded for word in each.person))
    )
    return next(asking, "")
