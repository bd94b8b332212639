"""`flows/*.yaml` → flows; `flows/texts.yaml` → the sentences that the bot itself says."""

from __future__ import annotations

import re
import string
from collections.abc import Mapping
from dataclasses import dataclass

from bot.authoring.conditions import read_condition, read_values
from bot.authoring.declared_names import DeclaredNames
from bot.authoring.fields import Fields, as_mapping, check_id
from bot.authoring.problems import Mark, Problems
from bot.authoring.yaml_nodes import MapNode, Node, ScalarNode
from bot.core.attributes import Form
from bot.core.conditions import Value, attributes_in
from bot.core.flow import Flow, Purpose, Question, Scope

#: Commands the bot has of its own (in Italian, as citizens type them).
RESERVED_COMMANDS = frozenset(
    {"start", "aiuto", "help", "indietro", "modifica", "ricomincia", "operatore", "cerca", "privacy", "esporta", "cancella"}
)
#: Telegram takes commands of at most 32 lower-case letters, digits and underscores (Bot API, BotCommand).
_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_SHOWN, _MOST_SHOWN = 5, 10
_AFTER, _MOST_AFTER = 4, 50
#: Telegram takes 4096 characters a message; a question leaves room for what stands around it.
_LONGEST_QUESTION = 300
_LONGEST_TEXT = 2000


@dataclass(frozen=True, slots=True)
class PlacedQuestion:
    """Where a question, and each of its fields, is written."""

    mark: Mark
    fields: Mapping[str, Mark]


@dataclass(frozen=True, slots=True)
class PlacedFlow:
    """A flow and where it, each of its fields and each of its questions is written."""

    flow: Flow
    mark: Mark
    fields: Mapping[str, Mark]
    questions: tuple[PlacedQuestion, ...]


def read_flow(node: Node, words: DeclaredNames, problems: Problems) -> PlacedFlow | None:
    """The flow of one file; None if it has a fault."""
    before = len(problems)
    mapping = as_mapping(node, problems)
    if mapping is None:
        return None
    fields = Fields(mapping, problems)
    questions: list[tuple[Question, PlacedQuestion]] = []
    id, command = fields.id("flow"), _command(fields, problems)
    title = fields.text("title", required=True, longest=80)
    purpose = fields.choice("purpose", Purpose, Purpose.MATCH) or Purpose.MATCH
    for item in fields.items("questions", required=True):
        inner = as_mapping(item, problems)
        if inner is not None:
            asked = Fields(inner, problems)
            question = _read_question(asked, words, problems)
            if question is not None:
                questions.append((question, PlacedQuestion(inner.mark, asked.marks())))
    _check_order(questions, problems)
    show, after = _results(fields, problems)
    flow = Flow(
        id=id,
        title=title,
        command=command,
        questions=tuple(question for question, _ in questions),
        purpose=purpose,
        intro=fields.text("intro", longest=_LONGEST_QUESTION),
        show=show,
        after=after,
        offers=fields.choice("offers", Scope, Scope.ALL) or Scope.ALL,
        thanks=fields.text("thanks", longest=_LONGEST_QUESTION),
    )
    fields.done()
    if len(problems) > before:
        return None
    return PlacedFlow(flow, fields.mark_of("flow"), fields.marks(), tuple(written for _, written in questions))


def _command(fields: Fields, problems: Problems) -> str:
    scalar = fields.scalar("command", required=True)
    if scalar is None:
        return ""
    if not _COMMAND.fullmatch(scalar.text):
        problems.add("bad_command", scalar.mark, name=scalar.text)
    elif scalar.text in RESERVED_COMMANDS:
        problems.add("command_taken", scalar.mark, name=scalar.text)
    return scalar.text


def _results(fields: Fields, problems: Problems) -> tuple[int, int]:
    """How many offers are shown at once, and after how many answers."""
    mapping = fields.mapping("results")
    if mapping is None:
        return _SHOWN, _AFTER
    inner = Fields(mapping, problems)
    shown = inner.whole("show", 1, _MOST_SHOWN, _SHOWN)
    after = inner.whole("after", 1, _MOST_AFTER, _AFTER)
    inner.done()
    return shown, after


def _read_question(fields: Fields, words: DeclaredNames, problems: Problems) -> Question | None:
    fills = fields.scalar("fills", required=True)
    attribute = words.attributes.get(fills.text) if fills is not None else None
    if fills is not None and fills.text not in words.attributes and not words.is_open("attributes"):
        problems.add("unknown_attribute", fills.mark, name=fills.text, among=words.attributes)
    options: tuple[Value, ...] = ()
    for scalar in fields.scalars("options") if attribute is not None else fields.scalars("options")[:0]:
        assert attribute is not None
        if attribute.kind.form is Form.NONE:
            problems.add("options_without_values", scalar.mark, name=attribute.id)
            break
        options += read_values(scalar, attribute, words, problems)
    question = Question(
        ask=fields.text("ask", required=True, longest=_LONGEST_QUESTION),
        fills=fills.text if fills is not None else "",
        when=read_condition(fields.node("when"), words, problems),
        help=fields.text("help", longest=_LONGEST_QUESTION),
        always=fields.flag("always"),
        options=options,
    )
    fields.done()
    return question if attribute is not None else None


def _check_order(questions: list[tuple[Question, PlacedQuestion]], problems: Problems) -> None:
    """A question can only depend on what is asked before it, or in no question at all."""
    asked_at: dict[str, int] = {}
    for number, (question, _) in enumerate(questions):
        asked_at.setdefault(question.fills, number)
    for number, (question, written) in enumerate(questions):
        for name in sorted(attributes_in(question.when)):
            if name == question.fills:
                problems.add("when_itself", written.mark, name=name)
            elif asked_at.get(name, -1) >= number:
                problems.add("when_too_early", written.mark, name=name)


def check_flows(flows: list[PlacedFlow], problems: Problems, *, complete: bool = True) -> None:
    """No two flows may have the same id or command, and one must search services, if they are `complete`."""
    ids: dict[str, Mark] = {}
    commands: dict[str, Mark] = {}
    for placed in flows:
        known = ids.setdefault(placed.flow.id, placed.mark)
        if known is not placed.mark:
            problems.add("duplicate_id", placed.mark, name=placed.flow.id, place=f"{known.file}:{known.line}")
        command = placed.fields["command"]
        if commands.setdefault(placed.flow.command, command) is not command:
            problems.add("command_taken", command, name=placed.flow.command)
    if complete and flows and all(placed.flow.purpose is not Purpose.MATCH for placed in flows):
        problems.add("no_match_flow", flows[0].mark)


def read_texts(node: Node, expected: Mapping[str, frozenset[str]], problems: Problems) -> dict[str, tuple[str, Mark]]:
    """The bot's own sentences by key. `expected` names every key and the words that may stand in braces in it."""
    mapping = as_mapping(node, problems)
    if mapping is None:
        return {}
    fields = Fields(mapping, problems)
    found: dict[str, tuple[str, Mark]] = {}
    for key, placeholders in expected.items():
        scalar = fields.scalar(key) if mapping.get(key) is not None else None
        if mapping.get(key) is None:
            problems.add("missing_text", mapping.mark, name=key)
        elif scalar is not None:
            if len(scalar.text) > _LONGEST_TEXT:
                problems.add("too_long", scalar.mark, length=len(scalar.text), limit=_LONGEST_TEXT)
            _check_placeholders(key, scalar, placeholders, problems)
            found[key] = (scalar.text, scalar.mark)
    _unknown_texts(mapping, expected, problems)
    return found


def read_replies(node: Node | None, problems: Problems) -> dict[str, str]:
    """The managers' canned replies by name; a name is one word."""
    mapping = as_mapping(node, problems) if node is not None else None
    if mapping is None:
        return {}
    fields = Fields(mapping, problems)
    found = {}
    for key, _ in mapping.entries:
        if check_id(key, problems) and (text := fields.text(key.text, required=True, longest=_LONGEST_TEXT)):
            found[key.text] = text
    return found


def _check_placeholders(key: str, scalar: ScalarNode, allowed: frozenset[str], problems: Problems) -> None:
    try:
        names = [
            (name, spec, conversion) for _, name, spec, conversion in string.Formatter().parse(scalar.text) if name is not None
        ]
    except ValueError:
        problems.add("bad_braces", scalar.mark, key=key)
        return
    for name, spec, conversion in names:
        if name in allowed and not spec and not conversion:
            continue
        shown = name + (f"!{conversion}" if conversion else "") + (f":{spec}" if spec else "")
        if allowed:
            problems.add(
                "unknown_placeholder", scalar.mark, key=key, name=shown, options=", ".join(sorted(allowed)), among=allowed
            )
        else:
            problems.add("no_placeholder", scalar.mark, key=key, name=shown)


def _unknown_texts(mapping: MapNode, expected: Mapping[str, frozenset[str]], problems: Problems) -> None:
    for key, _ in mapping.entries:
        if key.text not in expected:
            problems.add("unknown_text", key.mark, name=key.text, among=expected)
