"""Texts for citizens that nobody finished: a note instead of a sentence, another language, braces that nothing fills."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.authoring.checks.hard_to_read import citizen_texts
from bot.authoring.checks.registry import CheckContext, rule
from bot.authoring.problems import Fault, Mark, Severity
from bot.authoring.source import Source
from bot.authoring.yaml_nodes import ListNode, Node, ScalarNode
from bot.language.data import ITALIAN
from bot.language.meaning.languages import language_of
from bot.language.text.utterance import Utterance

UNFINISHED = Fault(
    "unfinished",
    "«{name}» sembra un appunto, non un testo per le persone. Scrivi il testo, o togli la riga.",
    "“{name}” looks like a note, not like a text for people. Write the text, or remove the line.",
    Severity.WARNING,
)
NOT_ITALIAN = Fault(
    "not_italian",
    "«{name}» non sembra italiano. Scrivi il testo in italiano.",
    "“{name}” does not look like Italian. Write the text in Italian.",
    Severity.WARNING,
)
_NOTE = re.compile(
    r"\b(?:todo|fixme|tbd|lorem|ipsum|asdf\w*|qwerty\w*)\b|\bx{3,}\b|\?{2,}"
    r"|\b(?:da|ancora da) (?:completare|scrivere|definire|inserire|verificare|compilare|aggiornare)\b[.!]?$",
    re.IGNORECASE,
)
#: The whole of a text that says nothing.
_NOTHING = re.compile(
    r"[\W_]*|(?:descrizione|testo|titolo|nome)(?: breve)?(?: del servizio| di prova| di esempio| qui)[ .]*"
    r"|(?:n\.? ?[ad]\.?|boh|vuoto|null|none|nessun testo)[ .]*",
    re.IGNORECASE,
)
#: Fewer words say too little of their language.
_FEWEST_WORDS = 5


@rule
def unfinished_texts(context: CheckContext) -> None:
    """Record notes to oneself, texts without a word, and sentences in another language."""
    for mark, text in _texts(context.source):
        if not text:
            continue
        if _NOTHING.fullmatch(text) or _NOTE.search(text):
            context.problems.add(UNFINISHED, mark, name=text)
        elif text.count(" ") >= _FEWEST_WORDS - 1 and language_of(Utterance(text)) != ITALIAN:
            context.problems.add(NOT_ITALIAN, mark, name=text)


def _texts(source: Source) -> Iterator[tuple[Mark, str]]:
    """Yield every text for citizens that staff of the network write, without the bot's own sentences."""
    own = {scalar.mark for scalar in source.texts.values()}
    yield from ((mark, text) for mark, text in citizen_texts(source) if mark not in own)
    for service in source.services:
        yield from _scalars(service.node.get("name"))
        yield from _scalars(service.node.get("organization"))
        yield from _scalars(service.node.get("documents"))
        for location in service.locations:
            yield from _scalars(location.node.get("address"))
    for topic in source.topics:
        yield topic.mark_of("say"), topic.say
        yield topic.mark_of("label"), topic.label
    for danger in source.dangers:
        yield danger.mark_of("say"), danger.say
    for flow in source.flows:
        yield flow.mark_of("title"), flow.title
    for reply in source.replies.values():
        yield reply.mark, reply.text


def _scalars(node: Node | None) -> Iterator[tuple[Mark, str]]:
    match node:
        case ScalarNode():
            yield node.mark, node.text
        case ListNode():
            for item in node.items:
                yield from _scalars(item)
