"""Slips in texts for citizens: a wrong encoding or accent, a comment that cuts them, signs of web pages, a list in one value."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import yaml

from bot.authoring.checks.hard_to_read import citizen_texts
from bot.authoring.checks.registry import CheckContext, rule
from bot.authoring.problems import Fault, Mark, Severity
from bot.authoring.yaml_nodes import ListNode, MapNode, ScalarNode

WRONG_ENCODING = Fault(
    "wrong_encoding",
    "«{name}» è stato salvato con la codifica sbagliata: scrivi «{right}». `check --fix` lo corregge da solo.",
    "“{name}” was saved in the wrong encoding: write “{right}”. `check --fix` mends it by itself.",
    Severity.WARNING,
)
MARKUP = Fault(
    "markup",
    "«{name}» sono segni da pagina web: le persone li vedono così. Toglili.",
    "“{name}” are the signs of a web page: people see them as they are. Remove them.",
    Severity.WARNING,
)
LIST_SIGNS = Fault(
    "list_signs",
    "«{name}» è il segno di un elenco di Word. Scrivi ogni voce su una riga sua, che comincia con «- ».",
    "“{name}” is the sign of a list of Word. Write each entry on a line of its own that begins with “- ”.",
    Severity.WARNING,
)
LOST_LETTERS = Fault(
    "lost_letters",
    "in «{name}» mancano delle lettere, forse quelle con l'accento. Scrivile di nuovo.",
    "letters are missing in “{name}”, maybe those with an accent. Write them again.",
    Severity.WARNING,
)
DOUBLED_WORD = Fault(
    "doubled_word",
    "«{name}» è scritto due volte di seguito. Togline uno.",
    "“{name}” is written twice in a row. Remove one.",
    Severity.WARNING,
)
CUT_BY_COMMENT = Fault(
    "cut_by_comment",
    "le persone leggono solo «{name}»: ciò che segue «#» è una nota. Se serve, metti tutto tra virgolette.",
    "people read “{name}” only: what follows “#” is a note. If it matters, put everything in quotes.",
    Severity.WARNING,
)
LIST_IN_ONE = Fault(
    "list_in_one",
    "«{name}» è un valore solo. Se è un elenco, mettilo tra parentesi quadre: [uno, due].",
    "“{name}” is a single value. If it is a list, put it in square brackets: [one, two].",
    Severity.WARNING,
)
ENDS_WITH_COMMA = Fault(
    "ends_with_comma",
    "il testo finisce con una virgola: «{name}». Toglila, o scrivi ciò che manca.",
    "the text ends with a comma: “{name}”. Remove it, or write what is missing.",
    Severity.WARNING,
)
WRONG_ACCENT = Fault(
    "wrong_accent",
    "«{name}» si scrive «{right}».",
    "“{name}” is written “{right}”.",
    Severity.WARNING,
)
UNFILLED_BRACES = Fault(
    "unfilled_braces",
    "«{name}» arriva alle persone così com'è, con le graffe.",
    "“{name}” reaches people as it is, braces included.",
    Severity.WARNING,
)
#: Two characters that stand for one, when UTF-8 was read as Windows' Western encoding.
_MOJIBAKE = re.compile("(?:Ã[\x80-\xbf\u00a0-\u00bf\u2018-\u203a€™œžŸ]|â€[\x80-\xbf\u2018-\u203aœ™]|Â[\u00a0-\u00bf])+")
_TAG = re.compile(
    r"</?(?:b|i|u|a|br|p|em|strong|div|span|h\d|ul|li)\b[^>]*>|\*\*|\]\(http|&(?:nbsp|amp|egrave|agrave);", re.IGNORECASE
)
#: A question mark, or the sign for what cannot be shown, in place of a letter.
_LOST_LETTER = re.compile(r"\w*\ufffd\w*|(?<!\S)[^\W\d_]+\?[a-zàèéìòù]+|\w+ \? [a-zàèéìòù]+")
_LIST_SIGN = re.compile("[•▪◦●‣\uf0b7]")
_TWICE = re.compile(r"\b([^\W\d_]{2,}) \1\b")
#: Words that Italian says twice.
_SAID_TWICE = frozenset(
    {"mano", "via", "piano", "poco", "molto", "ora", "man", "pian", "passo", "giorno", "subito", "quasi", "sì", "no"}
)
#: Other words with their accents, as they are often written and as they are right.
_ACCENTS_FILE = Path(__file__).parent.parent / "words" / "accents.yaml"
_BRACES = re.compile(r"\{[^{}]*\}")
_CITIZEN_FIELDS = ("name", "organization", "summary", "cost", "how_to_apply")
_LISTS = ("keywords", "also")


def repaired(text: str) -> str:
    """Return a text with characters of a wrong encoding mended: "cittÃ " → "città"."""
    return _MOJIBAKE.sub(lambda m: _decoded(m[0]), text)


@cache
def _accents() -> Mapping[str, str]:
    words: Mapping[str, str] = yaml.safe_load(_ACCENTS_FILE.read_text(encoding="utf-8"))
    return words


@cache
def _wrong_accents() -> re.Pattern[str]:
    listed = "|".join(map(re.escape, sorted(_accents(), key=len, reverse=True)))
    return re.compile(rf"(?<![\w'’])(?:{listed})(?![\w])", re.IGNORECASE)


def _rightly(wrong: str) -> str:
    right = _accents()[wrong.lower().replace("’", "'")]
    return right.capitalize() if wrong[0].isupper() else right


def _decoded(garbled: str) -> str:
    for encoding in ("cp1252", "latin-1"):
        try:
            return garbled.encode(encoding).decode("utf-8")
        except UnicodeError:
            continue
    return garbled


@rule
def slips_in_texts(context: CheckContext) -> None:
    """Record slips in texts: wrong encoding, markup, lost letters, a word written twice, a comma at the end, a wrong accent.

    Of each kind only the first one in a text is recorded.
    """
    for mark, text in dict.fromkeys((*citizen_texts(context.source), *_other_texts(context))):
        if (found := _MOJIBAKE.search(text)) and repaired(found[0]) != found[0]:
            context.problems.add(WRONG_ENCODING, mark, name=found[0], right=repaired(found[0]))
        if tag := _TAG.search(text):
            context.problems.add(MARKUP, mark, name=tag[0])
        if lost := _LOST_LETTER.search(text):
            context.problems.add(LOST_LETTERS, mark, name=lost[0])
        if (twice := _TWICE.search(text)) and twice[1].lower() not in _SAID_TWICE:
            context.problems.add(DOUBLED_WORD, mark, name=twice[0])
        if text.rstrip().endswith(","):
            context.problems.add(ENDS_WITH_COMMA, mark, name=text)
        if (wrong := _wrong_accents().search(text)) and (right := _rightly(wrong[0])) != wrong[0]:
            context.problems.add(WRONG_ACCENT, mark, name=wrong[0], right=right)


def _other_texts(context: CheckContext) -> Iterator[tuple[Mark, str]]:
    for service in context.source.services:
        for name in ("name", "organization", "cost"):
            if text := service.text_of(name):
                yield service.mark_of(name), text
    for topic in context.source.topics:
        yield topic.mark_of("say"), topic.say
    for danger in context.source.dangers:
        yield danger.mark_of("say"), danger.say
    for reply in context.source.replies.values():
        yield reply.mark, reply.text


@rule
def cut_texts(context: CheckContext) -> None:
    """Record texts of services that end at a comment, and lists in one value."""
    for service in context.source.services:
        for name in _CITIZEN_FIELDS:
            node = service.node.get(name)
            if isinstance(node, ScalarNode) and node.comment:
                context.problems.add(CUT_BY_COMMENT, node.mark, name=node.text)
        for name in _LISTS:
            if "," in (text := service.text_of(name)):
                context.problems.add(LIST_IN_ONE, service.mark_of(name), name=text)
        for one in _listed_texts(service.node):
            if one.lines == 1 and (sign := _LIST_SIGN.search(one.text)):
                context.problems.add(LIST_SIGNS, one.mark, name=sign[0])
                break
            if one.text.count(";") > 1:
                context.problems.add(LIST_IN_ONE, one.mark, name=one.text)
    for mark, text in context.source.single_lists:
        context.problems.add(LIST_IN_ONE, mark, name=text)


def _listed_texts(node: MapNode) -> Iterator[ScalarNode]:
    """Yield the texts in the lists of a service, and texts where a list was meant."""
    for name in ("keywords", "documents"):
        listed = node.get(name)
        entries = listed.items if isinstance(listed, ListNode) else [listed]
        yield from (one for one in entries if isinstance(one, ScalarNode))


@rule
def unfilled_braces(context: CheckContext) -> None:
    """Record canned replies and texts of services and questions with braces, which nothing fills."""
    own = {scalar.mark for scalar in context.source.texts.values()}
    texts = [(reply.mark, reply.text) for reply in context.source.replies.values()]
    for mark, text in (*texts, *citizen_texts(context.source)):
        if mark not in own and (found := _BRACES.search(text)):
            context.problems.add(UNFILLED_BRACES, mark, name=found[0])
