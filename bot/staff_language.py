"""The language of the sentences that staff and operators read: helps of commands, errors of usage, figures and x-rays.

Italian sentences stand in the code, each marked by `translate`; `locale/en/LC_MESSAGES/staff.po` has them in English. Problems of
content carry both languages themselves (`bot.authoring.problems`), and words for citizens are content.
"""

from __future__ import annotations

import gettext
import io
import os
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

import yaml
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

_PACKAGE = Path(__file__).resolve().parent


class StaffLanguage(StrEnum):
    """A language that staff and operators can be addressed in."""

    ITALIAN = "it"
    ENGLISH = "en"


def staff_language_of(settings: Path, environment: Mapping[str, str]) -> StaffLanguage:
    """Return the language that the environment or a settings file states; Italian where neither can be read.

    Nothing is raised: faults of settings are reported by `bot.settings`, in the language found here.
    """
    stated = environment.get("BOT_STAFF_LANGUAGE", "").strip() or _stated_in(settings)
    return StaffLanguage(stated) if stated in list(StaffLanguage) else StaffLanguage.ITALIAN


def _stated_in(settings: Path) -> str:
    """Return the value of `staff_language` in a file; empty where there is none."""
    try:
        node = yaml.compose(settings.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    except (OSError, ValueError, yaml.YAMLError, RecursionError):
        return ""
    entries = node.value if isinstance(node, yaml.MappingNode) else ()
    return next((str(value.value) for key, value in entries if key.value == "staff_language"), "")


@dataclass
class _Staff:
    """The language in use: that of the project's own settings until `use_language` is called."""

    language: StaffLanguage


_staff = _Staff(staff_language_of(_PACKAGE.parent / "config.yaml", os.environ))


def use_language(language: StaffLanguage) -> None:
    """Address staff in a language from now on, in the whole process."""
    _staff.language = language


def current_language() -> StaffLanguage:
    """Return the language in which staff are addressed now."""
    return _staff.language


def translate(sentence: str) -> str:
    """Return an Italian sentence of the code in the language of the staff; values are put in afterwards, by `str.format`."""
    return _translations(_staff.language).gettext(sentence)


@cache
def _translations(language: StaffLanguage) -> gettext.NullTranslations:
    """Read the catalogue of a language; Italian needs none."""
    if language is StaffLanguage.ITALIAN:
        return gettext.NullTranslations()
    with (_PACKAGE / "locale" / language / "LC_MESSAGES" / "staff.po").open("rb") as file:
        catalogue = read_po(file, locale=language.value, abort_invalid=True)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
