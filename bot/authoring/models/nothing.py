"""`catalogue/nothing.yaml`: sentences that ask this bot for nothing."""

from __future__ import annotations

from bot.authoring.files import ContentFile
from bot.authoring.shapes import one_or_many, text

NOTHING_FILE = ContentFile(
    "catalogue/nothing.yaml",
    one_or_many(text(300), may_be_empty=True),
    "Frasi che non chiedono niente a questo bot: chiacchiere, pubblicità, domande sul mondo. Gli insegnano a tacere.",
    may_be_missing=True,
)
