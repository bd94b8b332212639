"""What a change to a sentence must do to its values, and what it must not: a greeting changes none, another town only the town.

Each relation changes forty of the content's own test sentences. `pytest -s` prints the share that holds, per relation.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from itertools import islice

import pytest

from bot.authoring.models.queries import Stated
from bot.authoring.problems import Problems
from bot.authoring.queries import read_queries
from bot.core.attributes import AGE, DISABILITY, MONTHS_PER_YEAR, PERSON, PLACE, SCHEDULE, Place
from bot.core.conditions import Hours, Span, Value
from bot.core.content import Content
from bot.language.entities.slots import SlotReader
from bot.language.meaning.training_data import training_data_of
from bot.language.text.spelling import is_real_word
from bot.language.text.utterance import Utterance
from tests.language.conftest import PROJECT

TODAY = dt.date(2026, 11, 30)
#: Sentences that each relation changes, and the share of them that it must hold for.
SENTENCES, SHARE = 40, 0.95
#: A town that hardly any sentence names.
OTHER_TOWN, OTHER_ID = "Pantigliate", "pantigliate"
_YEARS = re.compile(r"\b([2-9]|1[2-6]|[2-5]\d|7\d) anni\b")
_LONG_WORD = re.compile(r"\b[a-z]{7,}\b")
_DAYS = re.compile(r"luned|marted|mercoled|gioved|venerd|sabat|domenic|weekend|settiman|giorn", re.IGNORECASE)

Slots = Mapping[str, tuple[Value, ...]]
#: The changed sentence, or "" for one that it cannot be said of.
Change = Callable[[str, Slots], str]
#: True if the values after the change are what they must be.
Relation = Callable[[Slots, Slots], bool]


class Reader:
    """Test sentences, and what they state."""

    def __init__(self, content: Content) -> None:
        self._slots = SlotReader(content.vocabulary, training_data_of(content).words_spelt_right)
        self.towns = {term.id: term.label for term in content.vocabulary[PLACE].terms.values() if isinstance(term, Place)}
        queries = read_queries(PROJECT, content, Problems("it"))
        self.sentences = [query.say for query in queries if query.finds.needs and query.stated != Stated()]

    def read(self, text: str) -> Slots:
        return self._slots.stated(Utterance(text), TODAY)


@pytest.fixture(scope="module")
def reader(content: Content) -> Reader:
    return Reader(content)


# --- Changes


def with_typo(text: str, slots: Slots) -> str:
    """A letter is doubled in the first long word that then is none."""
    for match in _LONG_WORD.finditer(text):
        wrong = match[0][:4] + match[0][3] + match[0][4:]
        if not is_real_word(wrong):
            return text[: match.start()] + wrong + text[match.end() :]
    return ""


def without_a_home(said: str) -> Change:
    """Words at the end of a sentence that names a home."""
    return lambda text, slots: f"{text.rstrip('.?! ')}{said}" if PLACE in slots else ""


def a_year_older(text: str, slots: Slots) -> str:
    match = _YEARS.search(text)
    is_sure = match is not None and len(_YEARS.findall(text)) == len(slots.get(AGE, ())) == 1
    return text[: match.start()] + f"{int(match[1]) + 1} anni" + text[match.end() :] if match is not None and is_sure else ""


def older_by_a_year(before: Slots, after: Slots) -> bool:
    spans = [(value.low + MONTHS_PER_YEAR, value.high + MONTHS_PER_YEAR) for value in before[AGE] if isinstance(value, Span)]
    return spans == [(value.low, value.high) for value in after.get(AGE, ()) if isinstance(value, Span)]


def with_excluded_day(text: str, slots: Slots) -> str:
    return f"{text.rstrip('.?! ')}, tranne il mercoledì" if SCHEDULE in slots and not _DAYS.search(text) else ""


def without_wednesday(before: Slots, after: Slots) -> bool:
    windows = [value.expression for value in after.get(SCHEDULE, ()) if isinstance(value, Hours)]
    is_excluded = bool(windows) and not any("We" in window or "Mo-Fr" in window for window in windows)
    return is_excluded and unchanged(before, after, but=(SCHEDULE,))


def unchanged(before: Slots, after: Slots, but: Sequence[str] = ()) -> bool:
    return all(before.get(name) == after.get(name) for name in {*before, *after} - set(but))


def said_with(said: str) -> Change:
    return lambda text, slots: said.format(text)


def not_disabled(text: str, slots: Slots) -> str:
    return f"{text.rstrip('.?! ')}, non ha nessuna disabilità" if DISABILITY not in slots else ""


def still_not_disabled(before: Slots, after: Slots) -> bool:
    return DISABILITY not in after and unchanged(before, after, but=(DISABILITY,))


RELATIONS: dict[str, tuple[Change, Relation]] = {
    "a greeting": (said_with("Buongiorno, {}"), unchanged),
    "a name": (said_with("Ciao, sono Giulia. {}"), unchanged),
    "thanks": (said_with("{} Grazie mille"), unchanged),
    "upper case": (lambda text, slots: text.upper(), unchanged),
    "smileys": (said_with("{} 😊🙏"), unchanged),
    "spaces": (lambda text, slots: text.replace(" ", "  "), unchanged),
    "a typo": (with_typo, unchanged),
    "no accents": (lambda text, slots: text.translate(str.maketrans("àèéìòù", "aeeiou")), unchanged),
    "a former home": (without_a_home("; prima abitavo a Pantigliate"), unchanged),
    "a denied home": (without_a_home(". Non abito a Pantigliate"), unchanged),
    "another's work": (without_a_home(". Mio marito lavora a Pantigliate"), unchanged),
    "a year more": (a_year_older, older_by_a_year),
    "an excluded day": (with_excluded_day, without_wednesday),
    "a denied disability": (not_disabled, still_not_disabled),
}


@pytest.mark.parametrize("name", RELATIONS)
def test_a_change_does_what_it_must(reader: Reader, name: str) -> None:
    change, holds = RELATIONS[name]
    read = ((text, reader.read(text)) for text in reader.sentences)
    changed = ((text, before, change(text, before)) for text, before in read)
    rows = list(islice((row for row in changed if row[2]), SENTENCES))
    _check(name, [(after, before, reader.read(after)) for _, before, after in rows], holds)


def test_another_town_changes_the_town_alone(reader: Reader) -> None:
    rows = []
    for text in reader.sentences:
        before = reader.read(text)
        town = reader.towns.get(str(before[PLACE][0]), "") if PLACE in before else ""
        if town and text.count(town) == 1:
            after = text.replace(town, OTHER_TOWN)
            rows.append((after, before, reader.read(after)))
    _check(
        "another town",
        rows[:SENTENCES],
        lambda before, after: after.get(PLACE) == (OTHER_ID,) and unchanged(before, after, but=(PLACE,)),
    )


def _check(name: str, rows: Sequence[tuple[str, Slots, Slots]], holds: Relation) -> None:
    wrong = [(text, dict(before), dict(after)) for text, before, after in rows if not holds(before, after)]
    share = 1 - len(wrong) / len(rows)
    print(f"{name}: {share:.1%} of {len(rows)}")
    assert len(rows) == SENTENCES
    assert share >= SHARE, wrong


def test_the_values_of_a_person_are_among_those_compared(reader: Reader) -> None:
    read = [reader.read(text) for text in reader.sentences[:SENTENCES]]
    assert {AGE, PLACE, PERSON} <= {name for slots in read for name in slots}
