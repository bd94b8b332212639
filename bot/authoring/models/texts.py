"""`flows/texts.yaml`: the sentences that the bot itself says, and `flows/replies.yaml`: the managers' canned replies."""

from __future__ import annotations

import string
from collections.abc import Mapping

from bot.authoring.fields import EMPTY_VALUE, ReadingContext, Shape, as_mapping
from bot.authoring.files import ContentFile
from bot.authoring.problems import Fault
from bot.authoring.shapes import map_of, scalar, text
from bot.authoring.yaml_nodes import Node, ScalarNode
from bot.dialogue.text_keys import TEXTS

UNKNOWN_TEXT = Fault("unknown_text", "il bot non usa il testo «{name}».", "the bot does not use the text “{name}”.")
MISSING_TEXT = Fault("missing_text", "manca il testo «{name}».", "the text “{name}” is missing.")
UNKNOWN_PLACEHOLDER = Fault(
    "unknown_placeholder",
    "nel testo «{key}» non si può usare {{{name}}}. Parole possibili: {options}.",
    "the text “{key}” cannot use {{{name}}}. Possible words: {options}.",
)
NO_PLACEHOLDER = Fault(
    "no_placeholder",
    "il testo «{key}» è fisso: non può contenere {{{name}}}.",
    "the text “{key}” is fixed: it cannot contain {{{name}}}.",
)
BAD_BRACES = Fault(
    "bad_braces",
    "nel testo «{key}» le graffe non sono in coppia. Scrivi {{{{ per una graffa vera.",
    "the braces of the text “{key}” do not come in pairs. Write {{{{ for a real brace.",
)

_TEXT = text(2000)


def texts_of(expected: Mapping[str, frozenset[str]]) -> Shape[dict[str, ScalarNode]]:
    """Return the shape of the bot's sentences by key; `expected` gives each key with the placeholders that are allowed in it."""

    def read(node: Node, name: str, context: ReadingContext) -> dict[str, ScalarNode]:  # noqa: ARG001 - like every shape
        mapping = as_mapping(node, context.problems)
        if mapping is None:
            return {}
        found: dict[str, ScalarNode] = {}
        for key, placeholders in expected.items():
            written = mapping.get(key)
            if written is None:
                context.problems.add(MISSING_TEXT, mapping.mark, name=key)
            elif isinstance(written, ScalarNode) and not written.text:
                context.problems.add(EMPTY_VALUE, mapping.key_mark(key), name=key)
            elif _TEXT.read(written, key, context) is not None and isinstance(written, ScalarNode):
                _check_placeholders(key, written, placeholders, context)
                found[key] = written
        for unknown, _ in mapping.entries:
            if unknown.text not in expected:
                context.problems.add(UNKNOWN_TEXT, unknown.mark, name=unknown.text, among=expected)
        return found

    return Shape(read, "frasi", {"type": "object", "additionalProperties": _TEXT.schema})


def _check_placeholders(key: str, node: ScalarNode, allowed: frozenset[str], context: ReadingContext) -> None:
    try:
        fields = [field for field in string.Formatter().parse(node.text) if field[1] is not None]
    except ValueError:
        context.problems.add(BAD_BRACES, node.mark, key=key)
        return
    for _, name, spec, conversion in fields:
        if name in allowed and not spec and not conversion:
            continue
        shown = f"{name}{(conversion and f'!{conversion}') or ''}{(spec and f':{spec}') or ''}"
        fault = UNKNOWN_PLACEHOLDER if allowed else NO_PLACEHOLDER
        context.problems.add(fault, node.mark, key=key, name=shown, options=", ".join(sorted(allowed)), among=allowed)


TEXTS_FILE = ContentFile(
    "flows/texts.yaml",
    texts_of(TEXTS),
    "Le frasi che dice il bot. Ci sono tutte; le parole tra graffe vengono sostituite, e restano come sono.",
)


def _reply(node: ScalarNode, context: ReadingContext) -> ScalarNode:
    _TEXT.parse(node, context)
    return node


_REPLY = scalar(_reply, _TEXT.words, schema=_TEXT.schema)
#: Canned replies by name, each with its place; a name is one word.
REPLIES_FILE = ContentFile(
    "flows/replies.yaml",
    map_of(_REPLY, may_be_empty=True),
    "Le risposte pronte dei Social Manager.",
    may_be_missing=True,
)
