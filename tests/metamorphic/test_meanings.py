"""What a change to a sentence must do to its meaning, and what it must not: a greeting hides no danger and changes no need.

Each relation changes forty of the content's own test sentences. `pytest -s` prints the share that holds, per relation.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pytest

from bot.authoring.problems import Problems
from bot.authoring.queries import read_queries
from bot.core.content import Content
from bot.dialogue.world import Teacher
from bot.language.meaning.understand import Meaning, MeaningKind, MeaningReader
from bot.language.text.utterance import Utterance
from tests.language.conftest import PROJECT, TODAY
from tests.metamorphic.test_values import SENTENCES, SHARE, with_typo

pytestmark = pytest.mark.exhaustive
#: Sentences of more letters take longer, and show no more.
LONGEST = 70
SHOWN = 3
_ASKED = (MeaningKind.NEED, MeaningKind.CHOOSE)

#: A text with its reading.
Read = tuple[str, Meaning]
#: True if the meaning after the change is what it must be.
Relation = Callable[[Meaning, Meaning], bool]


@dataclass(frozen=True)
class Sentences:
    """Test sentences with their readings, by what they are of."""

    reader: MeaningReader
    needs: Sequence[Read]
    dangers: Sequence[Read]
    calm: Sequence[Read]

    def read(self, text: str) -> Meaning:
        return self.reader.read(Utterance(text), TODAY)


@pytest.fixture(scope="module")
def sentences(content: Content, teach: Teacher) -> Sentences:
    queries = [query for query in read_queries(PROJECT, content, Problems("it")) if len(query.say) <= LONGEST]
    reader = teach(content, TODAY)

    def some(texts: Sequence[str], is_wanted: Callable[[Meaning], bool]) -> list[Read]:
        found: list[Read] = []
        # Sentences of a kind stand together in the file: those taken are spread over it.
        for text in (text for start in range(7) for text in texts[start::7]):
            if len(found) == SENTENCES:
                break
            if is_wanted(meaning := reader.read(Utterance(text), TODAY)):
                found.append((text, meaning))
        return found

    return Sentences(
        reader,
        some([query.say for query in queries if query.finds.needs], lambda one: one.kind is MeaningKind.NEED),
        some([query.say for query in queries if query.finds.urgent], lambda one: one.kind is MeaningKind.URGENT),
        some([query.say for query in queries if query.kind == "lookalike"], lambda one: one.kind is not MeaningKind.URGENT),
    )


def same_need(before: Meaning, after: Meaning) -> bool:
    return after.kind in _ASKED and before.needs[0].need in [one.need for one in after.needs[:SHOWN]]


def same_danger(before: Meaning, after: Meaning) -> bool:
    assert before.danger is not None
    return after.kind is MeaningKind.URGENT and after.danger is not None and after.danger.danger == before.danger.danger


def still_calm(before: Meaning, after: Meaning) -> bool:
    return after.kind is not MeaningKind.URGENT


def within(said: str) -> Callable[[str], str]:
    """A sentence within a frame of words."""
    return lambda text: said.format(text.rstrip(".?! "))


def without_accents(text: str) -> str:
    return text.translate(str.maketrans("àèéìòù", "aeeiou"))


#: Changes that leave a meaning as it is.
SAME: dict[str, Callable[[str], str]] = {
    "a greeting": within("Buongiorno, {}"),
    "thanks": within("{}, grazie mille"),
    "upper case": str.upper,
    "smileys": within("{} 😊🙏"),
    "no accents": without_accents,
    "a typo": lambda text: with_typo(text, {}) or text.lower(),
    "a name": within("Ciao, sono Giulia. {}"),
    "a town": within("{}. Abito a Pantigliate"),
}


@pytest.mark.parametrize("name", SAME)
def test_a_need_stays_the_same(sentences: Sentences, name: str) -> None:
    _check(f"a need with {name}", sentences, sentences.needs, SAME[name], same_need)


# Where somebody lives is no news in a danger: those who sleep in a car live nowhere.
@pytest.mark.parametrize("name", [name for name in SAME if name != "a town"])
def test_a_danger_stays_the_same(sentences: Sentences, name: str) -> None:
    _check(f"a danger with {name}", sentences, sentences.dangers, SAME[name], same_danger)


@pytest.mark.parametrize("name", ["a greeting", "upper case", "no accents"])
def test_calm_talk_stays_calm(sentences: Sentences, name: str) -> None:
    _check(f"calm talk with {name}", sentences, sentences.calm, SAME[name], still_calm)


def _check(name: str, sentences: Sentences, rows: Sequence[Read], change: Callable[[str], str], holds: Relation) -> None:
    changed = [(change(text), before) for text, before in rows]
    wrong = [text for text, before in changed if not holds(before, sentences.read(text))]
    share = 1 - len(wrong) / len(rows)
    print(f"{name}: {share:.1%} of {len(rows)}")
    assert len(rows) == SENTENCES
    assert share >= SHARE, wrong
