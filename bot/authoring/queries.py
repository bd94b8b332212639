"""Test sentences read from files. They are not part of the content: they test it, and never train anything."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Mapping
from pathlib import Path

from bot.authoring.declared_names import DeclaredNames
from bot.authoring.fields import ReadingContext
from bot.authoring.models.queries import DANGER_ATTRIBUTE, QUERIES_FILE, Query
from bot.authoring.problems import Fault, Problems, Severity
from bot.core.content import Content
from bot.language.text.normalise import normalise

QUERY_IS_EXAMPLE = Fault(
    "query_is_example",
    "questa frase è anche un esempio di «{other}». Una prova vale solo con frasi che il bot non ha mai visto: cambiala.",
    "this sentence is also an example of “{other}”. A test needs sentences that the bot has never seen: change it.",
    Severity.WARNING,
)


def read_queries(root: Path, content: Content, problems: Problems, paths: Collection[Path] = ()) -> tuple[Query, ...]:
    """Return the test sentences of some files, or of the content's own file, without those that have a fault."""
    context = ReadingContext(problems, DeclaredNames.of(content.vocabulary, {DANGER_ATTRIBUTE: content.dangers}))
    files = [QUERIES_FILE.read_as(path.parent, path.name, context) for path in map(Path, paths)]
    if not paths:
        files = [QUERIES_FILE.read(root, context)]
    examples = _examples(content)
    found = []
    for query in itertools.chain.from_iterable(queries or () for queries in files):
        if (other := examples.get(normalise(query.say))) is not None:
            problems.add(QUERY_IS_EXAMPLE, query.mark, other=other)
        found += [query] if query.is_sound else []
    return tuple(found)


def _examples(content: Content) -> Mapping[str, str]:
    """Return the training sentences, normalised, each with the id of the need, danger, topic or intent it is an example of."""
    taught = [(need.id, need.examples) for need in content.vocabulary.needs.values()]
    taught += [(danger.id, danger.all_examples) for danger in content.dangers.values()]
    taught += [(topic.id, topic.examples) for topic in content.topics.values()]
    taught += [(intent.id, intent.examples) for intent in content.intents.values()]
    taught.append(("nothing", content.nothing))
    return {normalise(sentence): id for id, examples in taught for sentence in examples}
