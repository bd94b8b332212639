"""`catalogue/intents.yaml`: what people say to the bot itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated

from bot.authoring.files import ContentFile
from bot.authoring.models.needs import SentencesField
from bot.authoring.models.terms import TermFields
from bot.authoring.shapes import TextField, choice, map_of, one_or_many, section, text
from bot.core.topics import IntentEntry, IntentId
from bot.language.meaning.languages import FOREIGN_LANGUAGES

#: Sentences by language.
TranslatedSentencesField = Annotated[
    dict[str, tuple[str, ...]], map_of(one_or_many(text(300)), choice(FOREIGN_LANGUAGES), may_be_empty=True)
]


@dataclass(frozen=True, kw_only=True)
class IntentFields(TermFields):
    """The fields of an intent: a thing that people say to the bot itself."""

    say: Annotated[TextField, "La risposta. Per una domanda su un servizio: quando nessun servizio è sullo schermo."] = ""
    examples: Annotated[SentencesField, "Frasi intere di chi lo dice, almeno 25. Insegnano al bot."]
    translated: Annotated[TranslatedSentencesField, "Frasi nelle altre lingue. Insegnano al bot."] = field(default_factory=dict)

    def intent(self) -> IntentEntry:
        """Return the intent."""
        return self.make(IntentEntry, id=self.key)


INTENTS_FILE = ContentFile(
    "catalogue/intents.yaml",
    map_of(section(IntentFields), choice(tuple(IntentId)), may_be_empty=True),
    "Che cosa si dice al bot stesso: una persona per favore, grazie, quanto costa, il secondo.",
    may_be_missing=True,
)
