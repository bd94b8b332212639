"""The shipped `catalogue/intents.yaml`: every intent is taught in every language."""

from __future__ import annotations

import pytest

from bot.core.content import Content
from bot.core.topics import IntentId
from bot.language.meaning.languages import FOREIGN_LANGUAGES

_ITALIAN_EXAMPLES, _FOREIGN_EXAMPLES = 25, 3


@pytest.mark.parametrize("id", IntentId)
def test_an_intent_has_examples_in_every_language(content: Content, id: IntentId) -> None:
    intent = content.intents[id]
    assert len(intent.examples) >= _ITALIAN_EXAMPLES
    assert intent.translated.keys() == set(FOREIGN_LANGUAGES)
    assert min(map(len, intent.translated.values())) >= _FOREIGN_EXAMPLES
