"""Notes inside Italian hours: quoted, in brackets, in known words ("su appuntamento"), and labels ("prelievi: lun-ven 7-9").

Unknown words count as a note only where they cannot hide hours: in brackets, or before a sentence's days and times.
"""

from __future__ import annotations

import re

from rapidfuzz.distance import DamerauLevenshtein

from bot.authoring import hours_patterns as patterns
from bot.authoring.clock_times import read_clock
from bot.authoring.rules_being_read import RulesBeingRead

_WORD = re.compile(r"[a-z']+")
_LABEL = re.compile(r"([^\d:;|()\[\]\"]{2,60}?)\s*:(?=\s)")
_LEAD = re.compile(r"[a-z][a-z' ]{1,40}?(?=\s+(?:\d|(?:il|la|dal|dalle|da|ogni|tutti|ore)\s|" + patterns.DAY_WORD + "))")
_REASON = re.compile(r"per\s+[a-z' ]+?(?=\s+(?:dal|dall'|il|in|ad|a|nel)\b|\s*[,;.)]|\s+e\s|$)")


class NotesBeingRead(RulesBeingRead):
    """The steps that read notes; each returns True if it has read something."""

    def _quoted(self) -> bool:
        start = self._at
        if not (m := self._match(patterns.QUOTED)):
            return False
        self._add_note(self._written[start + 1 : m.end() - 1], is_apart=self._last is None)
        return True

    def _bracket(self) -> bool:
        """Read a text in brackets: as a note, or like the rest of the text if it contains days and hours."""
        if self._at == 0 or self._text[self._at - 1] != "(":
            return False
        end = self._text.find(")", self._at)
        inner = self._text[self._at : end]
        if end < 0 or not inner.strip() or self._is_hours(inner):
            return False
        self._add_note(self._written[self._at : end].strip(), is_apart=False)
        self._at = end + 1
        return True

    def _is_hours(self, inner: str) -> bool:
        """Return True if the words in brackets state hours; "ultimo accesso ore 15" does not."""
        if patterns.TELLING.search(inner) or patterns.UNSURE_WORD.search(inner):
            return True
        if any(pattern.fullmatch(inner) for pattern in patterns.PART.values()) or patterns.NTH.fullmatch(inner):
            return True
        return bool(re.search(r"\d", inner)) and not self._is_new(inner)

    def _note(self) -> bool:
        also = patterns.ALSO.match(self._text, self._at)
        is_apart = also is not None and patterns.NOTE.match(self._text, also.end()) is not None
        start = also.end() if also and is_apart else self._at
        m = patterns.NOTE.match(self._text, start)
        if m is None:
            return False
        self._at = m.end()
        text = self._written[start : m.end()].strip(" ,")
        is_apart = bool(self._match(patterns.APART)) or is_apart
        self._add_note(
            f"anche {text}" if is_apart and not text.startswith("anche") else text, is_apart=is_apart or self._starts_part()
        )
        return True

    def _starts_part(self) -> bool:
        """Return True at the start of a new sentence of the text that does not begin with a day.

        A note there ("Su appuntamento") holds for all hours stated before.
        """
        if self._last is not None or not self._rules:
            return False
        rest = re.compile(r"[\s,:]*").match(self._text, self._at)
        return not (rest and (patterns.DAY.match(self._text, rest.end()) or patterns.NTH.match(self._text, rest.end())))

    def _last_entry(self) -> bool:
        """Read "ultimo ingresso ore 17" as a note."""
        m = patterns.LAST_ENTRY.match(self._text, self._at)
        found = read_clock(self._text, m.end()) if m and any(rule.times for rule in self._rules) else None
        if found is None:
            return False
        start, self._at = self._at, found[1]
        self._add_note(self._written[start : self._at], is_apart=False)
        return True

    def _label(self) -> bool:
        """Read words with a colon that say what the following hours are for: "prelievi: lun-ven 7-9"."""
        m = _LABEL.match(self._text, self._at) if self._last is None else None
        if m is None or patterns.TELLING.search(m[1]) or patterns.UNSURE_WORD.search(m[1]) or not self._is_new(m[1]):
            return False
        self._label_of_sentence = (self._sentence, self._written[self._at : m.end(1)].strip())
        self._at = m.end()
        return True

    def _lead(self) -> bool:
        """Read words without a colon that say what the following hours are for: "corsi il martedì 17-18"."""
        m = _LEAD.match(self._text, self._at) if self._last is None and not self._pending else None
        if m is None or patterns.is_meaningful(m[0]) or patterns.UNSURE_WORD.search(m[0]) or not self._is_new(m[0]):
            return False
        self._label_of_sentence = (self._sentence, self._written[self._at : m.end()].strip())
        self._at = m.end()
        return True

    def _reason(self) -> bool:
        """Read and drop the reason of a closure: "chiuso per lavori"."""
        m = _REASON.match(self._text, self._at) if self._last is not None and self._last.closed else None
        if m is None or patterns.is_meaningful(m[0]) or not self._is_new(m[0].removeprefix("per")):
            return False
        self._at = m.end()
        return True

    @staticmethod
    def _is_new(words: str) -> bool:
        """Return True if at least one word is unknown in hours and not a misspelling of a known one, as "lunedl" is."""
        found = _WORD.findall(words)
        unknown = [word.strip("'") for word in found if word.strip("'") not in patterns.KNOWN]
        return bool(unknown) and not patterns.NEGATION.search(words) and not any(map(_is_misspelt, unknown))


def _is_misspelt(word: str) -> bool:
    limit = 0 if len(word) < 4 else 1 if len(word) < 7 else 2
    return any(
        abs(len(known) - len(word)) <= limit and DamerauLevenshtein.distance(word, known, score_cutoff=limit) <= limit
        for known in patterns.TELLING_WORDS
    )
