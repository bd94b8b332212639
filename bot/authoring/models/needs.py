"""`catalogue/needs.yaml`: the categories and the needs in them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated

from bot.authoring.conditions import term_called
from bot.authoring.declared_names import CATEGORY_NAME
from bot.authoring.fields import Model, ReadingContext
from bot.authoring.files import ContentFile
from bot.authoring.models.terms import TermFields, check_names
from bot.authoring.problems import Fault
from bot.authoring.shapes import ANY_TEXT, FlagField, TextField, choice, map_of, one_or_many, scalar, section, text
from bot.authoring.yaml_nodes import ScalarNode
from bot.core.attributes import NEED, Term
from bot.language.meaning.languages import FOREIGN_LANGUAGES

UNKNOWN_CATEGORY = Fault(
    "unknown_category", "«{name}» non è una categoria di needs.yaml.", "“{name}” is not a category of needs.yaml."
)


def _category(node: ScalarNode, context: ReadingContext) -> str:
    context.note_use(CATEGORY_NAME, node.text, node.mark)
    if not context.names.has_category(node.text):
        needs = context.names.attributes.get(NEED)
        meant = term_called(node.text, needs.categories) if needs is not None else None
        context.problems.add(UNKNOWN_CATEGORY, node.mark, name=node.text, among=context.names.categories, meant=meant)
    return node.text


CategoryField = Annotated[str, scalar(_category, "categoria di needs.yaml", blank="")]
#: Whole sentences that somebody might type.
SentencesField = Annotated[tuple[str, ...], one_or_many(text(300))]
#: Names by language.
NamesField = Annotated[dict[str, tuple[str, ...]], map_of(one_or_many(ANY_TEXT), choice(FOREIGN_LANGUAGES), may_be_empty=True)]


@dataclass(frozen=True, kw_only=True)
class CategoryFields(TermFields):
    """A category that needs stand in."""

    def term(self) -> Term:
        """Return the category."""
        return self.make(Term, id=self.key)


@dataclass(frozen=True, kw_only=True)
class NeedFields(CategoryFields):
    """A need: its names, examples and category."""

    category: Annotated[CategoryField, "La categoria in cui si trova."]
    sensitive: Annotated[FlagField, "Rivela salute, violenza o dipendenza: nel registro resta solo la categoria."] = False
    say: Annotated[TextField, "Una frase umana, prima dei servizi, a chi ne ha scritto."] = ""
    say_to_minors: Annotated[TextField, "La frase per chi ha meno di 18 anni."] = ""
    examples: Annotated[SentencesField, "Frasi intere di chi ha quel bisogno, almeno 12. Insegnano al bot."] = ()
    translated: Annotated[NamesField, "Come si chiama nelle altre lingue."] = field(default_factory=dict)
    code: Annotated[TextField, "Il codice in una classificazione esterna."] = ""


@dataclass(frozen=True, kw_only=True)
class NeedsFields(Model):
    """The two parts of the file: categories and needs."""

    categories: Annotated[dict[str, CategoryFields], map_of(section(CategoryFields)), "Le categorie, nell'ordine dei pulsanti."]
    needs: Annotated[dict[str, NeedFields], map_of(section(NeedFields)), "I bisogni, nell'ordine dei pulsanti."]

    def find_faults(self, context: ReadingContext) -> None:
        """Record a word that is a name of two needs or categories."""
        check_names(context, self.categories, self.needs)


NEEDS_FILE = ContentFile("catalogue/needs.yaml", section(NeedsFields), "I bisogni: che aiuto si può cercare.")
