"""`catalogue/urgent.yaml` and `catalogue/out_of_scope.yaml`: dangers, and things that the network does not do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, ClassVar

from bot.authoring.conditions import value_of
from bot.authoring.fields import Model
from bot.authoring.files import ContentFile
from bot.authoring.models.dates import DATE
from bot.authoring.models.needs import SentencesField
from bot.authoring.shapes import IdField, TextField, TextsField, choice, list_of, map_of, one_or_many, section, text
from bot.core.attributes import NEED
from bot.core.topics import Danger, DangerTexts, DangerVariant, Topic
from bot.language.meaning.languages import FOREIGN_LANGUAGES

TitleField = Annotated[str, text(60)]
#: Every line of an answer is a sentence of its own, since lines that name a number may be left out.
AnswerField = Annotated[str, text(800)]
#: Needs that only people in or near the danger have.
DangerNeedsField = Annotated[tuple[str, ...], one_or_many(value_of(NEED))]


@dataclass(frozen=True, kw_only=True)
class DangerTextsFields(Model):
    """The answers to a danger in another language."""

    say: Annotated[AnswerField, "La risposta quando è sicuro."]
    gently: Annotated[AnswerField, "La risposta quando non è sicuro."] = ""

    def texts(self) -> DangerTexts:
        """Return the answers."""
        return self.make(DangerTexts)


TranslatedField = Annotated[dict[str, DangerTextsFields], map_of(section(DangerTextsFields), choice(FOREIGN_LANGUAGES))]


@dataclass(frozen=True, kw_only=True)
class VariantFields(Model):
    """A particular kind of a danger, with words and answers of its own."""

    label: Annotated[TitleField, "Il nome, per i Social Manager."]
    say: Annotated[AnswerField, "Che cosa si risponde quando è sicuro: prima il gesto che salva, poi il numero."]
    gently: Annotated[AnswerField, "Che cosa si risponde quando non è sicuro. Senza, quello del pericolo."] = ""
    translated: Annotated[TranslatedField, "Le stesse risposte nelle altre lingue."] = field(default_factory=dict)
    phrases: Annotated[SentencesField, "Parole brevi che dicono il pericolo da sole. Insegnano al bot."] = ()
    examples: Annotated[SentencesField, "Frasi intere di chi è in questo pericolo. Insegnano al bot."]

    def variant(self) -> DangerVariant:
        """Return the variant."""
        return self.make(DangerVariant, id=self.key, translated=_texts(self.translated))


@dataclass(frozen=True, kw_only=True)
class DangerFields(Model):
    """A danger: its words, and the sentences in answer to it."""

    label: Annotated[TitleField, "Il nome, per i Social Manager."]
    say: Annotated[AnswerField, "Che cosa si risponde quando è sicuro: il numero giusto, subito."]
    gently: Annotated[AnswerField, "Che cosa si risponde quando non è sicuro."]
    translated: Annotated[TranslatedField, "Le stesse risposte nelle altre lingue."] = field(default_factory=dict)
    phrases: Annotated[SentencesField, "Parole brevi che dicono il pericolo da sole. Insegnano al bot."]
    examples: Annotated[SentencesField, "Frasi intere di chi è in pericolo. Insegnano al bot."]
    unlike: Annotated[SentencesField, "Frasi che sembrano urgenti e non lo sono."] = ()
    variants: Annotated[
        dict[str, VariantFields], map_of(section(VariantFields)), "Chi o che cosa, quando serve una risposta diversa."
    ] = field(default_factory=dict)
    needs: Annotated[
        DangerNeedsField, "Bisogni di chi può essere in questo pericolo: accanto alla risposta escono i numeri."
    ] = ()

    def danger(self) -> Danger:
        """Return the danger."""
        variants = tuple(fields.variant() for fields in self.variants.values())
        return self.make(Danger, id=self.key, translated=_texts(self.translated), variants=variants)


def _texts(fields: Mapping[str, DangerTextsFields]) -> dict[str, DangerTexts]:
    return {language: one.texts() for language, one in fields.items()}


@dataclass(frozen=True, kw_only=True)
class TopicFields(Model):
    """The fields of a topic: a thing that the network does not do, and the answer to it."""

    identified_by: ClassVar = "id"

    id: Annotated[IdField, "Il nome unico."]
    label: Annotated[TitleField, "Il nome, come lo leggono le persone."]
    say: Annotated[TextField, "Che cosa si risponde, e a chi si manda."]
    also: Annotated[TextsField, "Altri nomi della stessa cosa."] = ()
    examples: Annotated[SentencesField, "Frasi intere di chi la chiede. Insegnano al bot."]
    collected: Annotated[dt.date | None, DATE, "Quando i dati della risposta sono stati presi da una fonte pubblica."] = None
    source: Annotated[str, text(200), "La fonte dei dati, con la sua data: areu.lombardia.it, 19 dicembre 2025."] = ""
    recheck: Annotated[dt.date | None, DATE, "Entro quando i dati vanno ricontrollati."] = None

    def topic(self) -> Topic:
        """Return the topic."""
        return self.make(Topic)


URGENT_FILE = ContentFile(
    "catalogue/urgent.yaml", map_of(section(DangerFields), may_be_empty=True), "Le parole di pericolo, per identificativo."
)
OUT_OF_SCOPE_FILE = ContentFile(
    "catalogue/out_of_scope.yaml",
    list_of(section(TopicFields), may_be_empty=True),
    "Le cose che si chiedono e che la rete non fa.",
    may_be_missing=True,
)
