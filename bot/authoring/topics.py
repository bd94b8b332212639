"""`urgent.yaml` and `out_of_scope.yaml` → dangers and topics."""

from __future__ import annotations

from bot.authoring.fields import Fields, as_list, as_mapping, check_id
from bot.authoring.problems import Mark, Problems
from bot.authoring.yaml_nodes import Node, ScalarNode
from bot.core.topics import Danger, Topic
from bot.language.text.normalise import normalise

_LONGEST_LABEL = 60
#: A sentence that somebody might type.
LONGEST_SENTENCE = 300


def read_dangers(node: Node | None, problems: Problems) -> dict[str, Danger]:
    """Dangers by id, without those whose fields are not fields."""
    mapping = as_mapping(node, problems) if node is not None else None
    found: dict[str, Danger] = {}
    for key, value in mapping.entries if mapping is not None else ():
        check_id(key, problems)
        inner = as_mapping(value, problems)
        if inner is None:
            continue
        fields = Fields(inner, problems)
        found[key.text] = Danger(
            key.text,
            label=fields.text("label", required=True, longest=_LONGEST_LABEL),
            say=fields.text("say", required=True),
            gently=fields.text("gently", required=True),
            phrases=sentences(fields, "phrases", problems, required=True),
            examples=sentences(fields, "examples", problems, required=True),
            unlike=sentences(fields, "unlike", problems),
            signs=tuple(_sign(scalar, problems) for scalar in fields.scalars("signs")),
            unless=fields.texts("unless"),
        )
        fields.done()
        _check_phrases(fields, found[key.text], problems)
    return found


def read_topics(node: Node | None, problems: Problems) -> dict[str, Topic]:
    """Topics by id, without those whose fields are not fields."""
    found: dict[str, Topic] = {}
    marks: dict[str, Mark] = {}
    for item in as_list(node, problems) if node is not None else ():
        mapping = as_mapping(item, problems)
        if mapping is None:
            continue
        fields = Fields(mapping, problems)
        topic = Topic(
            fields.id("id"),
            label=fields.text("label", required=True, longest=_LONGEST_LABEL),
            say=fields.text("say", required=True),
            also=fields.texts("also"),
            examples=sentences(fields, "examples", problems, required=True),
        )
        mark = fields.mark_of("id")
        known = marks.setdefault(topic.id, mark)
        if known is not mark and topic.id:
            problems.add("duplicate_id", mark, name=topic.id, place=f"{known.file}:{known.line}")
        fields.done()
        found[topic.id] = topic
    return found


def sentences(fields: Fields, key: str, problems: Problems, *, required: bool = False) -> tuple[str, ...]:
    """A list of sentences that people type."""
    found = fields.scalars(key, required=required)
    for scalar in found:
        if len(scalar.text) > LONGEST_SENTENCE:
            problems.add("too_long", scalar.mark, length=len(scalar.text), limit=LONGEST_SENTENCE)
    return tuple(scalar.text for scalar in found)


def _sign(scalar: ScalarNode, problems: Problems) -> tuple[tuple[str, ...], ...]:
    """Groups of words: "mi/ci + picchi-"."""
    groups = tuple(tuple(word.strip() for word in group.split("/")) for group in scalar.text.split("+"))
    if any(not normalise(word) for group in groups for word in group):
        problems.add("bad_sign", scalar.mark, name=scalar.text)
    return groups


def _check_phrases(fields: Fields, danger: Danger, problems: Problems) -> None:
    """A phrase is enough wherever it stands, so it cannot stand in a sentence that is said to be harmless."""
    harmless = [(f" {normalise(sentence)} ", sentence) for sentence in danger.unlike]
    for phrase in danger.phrases:
        words = f" {normalise(phrase)} "
        for said, sentence in harmless:
            if words in said:
                problems.add("phrase_in_unlike", fields.mark_of("phrases"), name=phrase, other=sentence)
