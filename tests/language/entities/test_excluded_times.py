"""Days and parts of the day at which help is not needed, and stretches over several days: in sentences and as answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from bot.core import hours as week
from bot.core.attributes import Vocabulary
from bot.core.conditions import Value
from bot.language.entities.slots import SlotReader
from bot.language.text.utterance import Utterance
from tests.language.conftest import TODAY, Read

Stated = Callable[[str], Mapping[str, tuple[Value, ...]]]
NAMES = ("mo", "tu", "we", "th", "fr", "sa", "su")

#: Texts with the days that are left.
LEFT = [
    ("tutti i giorni tranne il lunedì", "tu we th fr sa su"),
    ("il sabato no", "mo tu we th fr"),
    ("mai di lunedì", "tu we th fr sa su"),
    ("domenica libera", "mo tu we th fr sa"),
    ("non il venerdì", "mo tu we th sa su"),
    ("tutti i giorni escluso il venerdì", "mo tu we th sa su"),
    ("dal lunedì al sabato, domenica esclusa", "mo tu we th fr sa"),
    ("dal lunedì al venerdì, il mercoledì escluso", "mo tu th fr"),
    ("lunedì e mercoledì, non il venerdì", "mo we"),
    ("dalle 16 alle 19, mai di lunedì", "tu we th fr"),
    ("dalle 8 alle 13 dal lunedì al venerdì ma non il mercoledì", "mo tu th fr"),
    ("sabato e domenica no", "mo tu we th fr"),
    ("eccetto il sabato e la domenica", "mo tu we th fr"),
    ("ogni pomeriggio tranne il venerdì", "mo tu we th"),
    ("il martedì proprio no", "mo we th fr sa su"),
    ("di lunedì non riesco", "tu we th fr sa su"),
    ("il giovedì non mi serve", "mo tu we fr sa su"),
    ("non mi serve il giovedì", "mo tu we fr sa su"),
    ("sono a casa il giovedì", "mo tu we fr sa su"),
    ("qualsiasi giorno a parte il martedì", "mo we th fr sa su"),
    ("tutti i giorni meno il sabato", "mo tu we th fr su"),
    # Ranges, also over the end of a week
    ("dal venerdì alla domenica", "fr sa su"),
    ("da giovedì a domenica", "th fr sa su"),
    ("dal sabato al lunedì", "sa su mo"),
    ("dal venerdì sera al lunedì mattina", "fr sa su mo"),
    # Not excluded
    ("solo la domenica", "su"),
    ("il sabato non c'è nessuno che lo tenga", "sa"),
    ("non so a chi lasciarlo il sabato", "sa"),
    ("è aperto il sabato?", "sa"),
]


@pytest.fixture(scope="module")
def stated(vocabulary: Vocabulary) -> Stated:
    slots = SlotReader(vocabulary)
    return lambda text: slots.stated(Utterance(text), TODAY)


def days(vocabulary: Vocabulary, values: tuple[Value, ...]) -> str:
    slots = vocabulary.known("orario", values).comparable
    assert isinstance(slots, int)
    found = {day for first, last, _ in week.day_ranges(slots) for day in range(first, last + 1)}
    return " ".join(NAMES[day] for day in sorted(found))


@pytest.mark.parametrize(("text", "left"), LEFT)
def test_a_sentence_leaves_out_the_days_that_it_excludes(vocabulary: Vocabulary, stated: Stated, text: str, left: str) -> None:
    assert sorted(days(vocabulary, stated(text)["orario"]).split()) == sorted(left.split())


@pytest.mark.parametrize(("text", "left"), [row for row in LEFT if len(row[0].split()) < 8 and "chi" not in row[0]])
def test_an_answer_leaves_out_the_days_that_it_excludes(vocabulary: Vocabulary, read: Read, text: str, left: str) -> None:
    assert sorted(days(vocabulary, read("orario", text).values).split()) == sorted(left.split())


@pytest.mark.parametrize(
    ("text", "some", "none"),
    [
        ("mattina no, lavoro", "Mo-Fr 14:00-20:00", "Mo-Fr 08:00-13:00"),
        ("nuoto ma non di sera", "Mo-Fr 09:00-17:00", "Mo-Fr 18:00-22:00"),
        ("tutti i giorni tranne mercoledì pomeriggio", "Mo-Tu 09:00-18:00; We 09:00-12:00", "We 13:00-18:00"),
        ("badante dal venerdì sera al lunedì mattina", "Fr 18:00-24:00; Sa-Su; Mo 00:00-08:00", "Tu-Th; Fr 08:00-17:00"),
    ],
)
def test_hours_of_a_day_may_be_excluded(vocabulary: Vocabulary, stated: Stated, text: str, some: str, none: str) -> None:
    noted = vocabulary.known("orario", stated(text)["orario"]).comparable
    assert isinstance(noted, int)
    workweek = (1 << 7 * week.SLOTS_PER_DAY) - 1
    assert not week.week(some) & workweek & ~noted
    assert not week.week(none) & noted
