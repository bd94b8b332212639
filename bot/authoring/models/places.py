"""`catalogue/places.yaml`: the municipalities."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from bot.authoring.files import ContentFile
from bot.authoring.models.terms import LabelField, TermFields
from bot.authoring.shapes import FlagField, map_of, number, section, text
from bot.core.attributes import Place


@dataclass(frozen=True, kw_only=True)
class PlaceFields(TermFields):
    """A municipality: its names, codes and coordinates."""

    label: Annotated[LabelField, "Il nome ufficiale.", "name"]
    istat: Annotated[str, text(6), "Il codice ISTAT, tra virgolette."]
    postal_code: Annotated[str, text(5), "Il CAP, tra virgolette."]
    latitude: Annotated[float, number(-90, 90), "La latitudine del centro abitato, in gradi."]
    longitude: Annotated[float, number(-180, 180), "La longitudine del centro abitato, in gradi."]
    core: Annotated[FlagField, "È tra i comuni proposti come pulsanti."] = False

    def term(self) -> Place:
        """Return the municipality."""
        return self.make(Place, id=self.key)


PLACES_FILE = ContentFile(
    "catalogue/places.yaml", map_of(section(PlaceFields), may_be_empty=True), "I comuni, per identificativo."
)
