"""Test sentences, `catalogue/queries.yaml` or any file of its form: what somebody types and what the bot must make of it.

They are no part of the content: they test it, and never train anything. The commands `check` and `evaluate` read them.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bot.authoring.fields import Fields, as_list, as_mapping, scalars
from bot.authoring.load import QUERIES, read_file
from bot.authoring.problems import Mark, Problems
from bot.authoring.yaml_nodes import MapNode, Node, ScalarNode
from bot.core.attributes import AGE, DISABILITY, NEED, PERSON, PLACE, SCHEDULE
from bot.core.content import Content
from bot.language.text.normalise import normalise

#: What `finds` can be when it names no need and no danger.
NOTHING, HUMAN = "nothing", "human"
NEED_KEY, URGENT_KEY = "need", "urgent"
DAYS = ("mo", "tu", "we", "th", "fr", "sa", "su")
_CLOCK = re.compile(r"(?:[01]\d|2[0-4]):[0-5]\d")
_AGE = re.compile(r"\d{1,3}(?:\.\d{1,4})?", re.ASCII)
_OLDEST = 120


@dataclass(frozen=True, slots=True)
class Times:
    """The part of the week that a sentence states; what is empty it does not state. Days as in `DAYS`, times as "18:30"."""

    days: frozenset[str] = frozenset()
    start: str = ""
    end: str = ""


@dataclass(frozen=True, slots=True)
class Stated:
    """What a sentence states of the person to be helped."""

    #: In years.
    ages: tuple[float, ...] = ()
    place: str = ""
    person: str = ""
    times: Times | None = None
    disability: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """One sentence. Exactly one of `needs`, `urgent`, `human` and `nothing` is set."""

    kind: str
    say: str
    mark: Mark
    #: Any of these is right.
    needs: frozenset[str] = frozenset()
    #: The id of a danger.
    urgent: str = ""
    human: bool = False
    nothing: bool = False
    stated: Stated = field(default_factory=Stated)


def read_queries(root: Path, content: Content, problems: Problems, files: Collection[Path] = ()) -> tuple[Query, ...]:
    """The sentences of these files, or of the content's own `queries.yaml` if it has one."""
    if files:
        read = [(Path(file).parent, Path(file).name) for file in files]
    else:
        read = [(root, QUERIES)] if (root / QUERIES).exists() else []
    examples = _examples(content)
    return tuple(
        query
        for folder, name in read
        if (node := read_file(folder, name, problems)) is not None
        for item in as_list(node, problems)
        if (mapping := as_mapping(item, problems)) is not None
        if (query := _query(Fields(mapping, problems), content, examples, problems)) is not None
    )


def _examples(content: Content) -> Mapping[str, str]:
    """Every sentence that trains, normalised, and the id of what it is an example of."""
    taught = [(need.id, need.examples) for need in content.vocabulary.needs.values()]
    taught += [(danger.id, danger.examples) for danger in content.dangers.values()]
    taught += [(topic.id, topic.examples) for topic in content.topics.values()]
    return {normalise(sentence): id for id, sentences in taught for sentence in sentences}


def _query(fields: Fields, content: Content, examples: Mapping[str, str], problems: Problems) -> Query | None:
    before = len(problems)
    kind = fields.text("kind", required=True, longest=40)
    say = fields.text("say", required=True, longest=2_000)
    finds = fields.node("finds", required=True)
    stated = _stated(fields.mapping("slots"), content, problems)
    mark = fields.mark_of("say")
    fields.done()
    if (other := examples.get(normalise(say))) is not None:
        problems.warn("query_is_example", mark, other=other)
    needs: frozenset[str] = frozenset()
    urgent = ""
    if isinstance(finds, MapNode):
        inner = Fields(finds, problems)
        needs = frozenset(_known(inner.scalars(NEED_KEY), content.vocabulary.needs, NEED, problems))
        urgent = next(iter(_known(inner.scalars(URGENT_KEY), content.dangers, URGENT_KEY, problems)), "")
        if not finds.entries:
            problems.add("empty_list", finds.mark, name="finds")
        inner.done()
    elif isinstance(finds, ScalarNode) and finds.text not in (NOTHING, HUMAN):
        options = [NOTHING, HUMAN]
        problems.add("not_one_of", finds.mark, name=finds.text, options=", ".join(options), among=options)
    elif finds is not None and not isinstance(finds, ScalarNode):
        problems.add("expected_mapping", finds.mark)
    if len(problems) > before:
        return None
    said = finds.text if isinstance(finds, ScalarNode) else ""
    return Query(kind, say, mark, needs, urgent, said == HUMAN, said == NOTHING, stated)


def _known(found: tuple[ScalarNode, ...], among: Collection[str], attribute: str, problems: Problems) -> list[str]:
    for scalar in found:
        if scalar.text not in among:
            problems.add("unknown_value", scalar.mark, name=scalar.text, attribute=attribute, among=among)
    return [scalar.text for scalar in found]


def _stated(mapping: MapNode | None, content: Content, problems: Problems) -> Stated:
    if mapping is None:
        return Stated()
    fields = Fields(mapping, problems)
    vocabulary = content.vocabulary
    stated = Stated(
        tuple(_age(scalar, problems) for scalar in fields.scalars(AGE)),
        next(iter(_known(fields.scalars(PLACE), vocabulary[PLACE].terms, PLACE, problems)), ""),
        next(iter(_known(fields.scalars(PERSON), vocabulary[PERSON].terms, PERSON, problems)), ""),
        _times(fields.node(SCHEDULE), problems),
        fields.flag(DISABILITY),
    )
    fields.done()
    return stated


def _age(scalar: ScalarNode, problems: Problems) -> float:
    if _AGE.fullmatch(scalar.text) and float(scalar.text) <= _OLDEST:
        return float(scalar.text)
    problems.add("not_a_number", scalar.mark, name=scalar.text, low=0, high=_OLDEST)
    return 0.0


def _times(node: Node | None, problems: Problems) -> Times | None:
    mapping = as_mapping(node, problems) if node is not None else None
    if mapping is None:
        return None
    fields = Fields(mapping, problems)
    days_node = fields.node("days")
    found = scalars(days_node, "days", problems) if days_node is not None else ()
    for scalar in found:
        if scalar.text not in DAYS:
            problems.add("not_one_of", scalar.mark, name=scalar.text, options=", ".join(DAYS), among=DAYS)
    times = Times(
        frozenset(scalar.text for scalar in found),
        fields.matching("from", _CLOCK, "bad_clock"),
        fields.matching("until", _CLOCK, "bad_clock"),
    )
    fields.done()
    return times
