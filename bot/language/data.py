"""The words of each language: lists in `bot/language/<language>/<file>.yaml`, as sets, tables and patterns.

The only file of `language` that reads: its files belong to the package and never change while it runs, so they are constants.
Nothing here knows what a word is for. Entries that are templates of phrases are read by `templates.py`;
`authoring/checks/language.py` checks the files for the people who edit them.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from itertools import chain
from types import MappingProxyType
from typing import Any

import yaml

from bot.errors import LanguageDataError
from bot.language.text.normalise import normalise, plain

#: ISO 639-1 code of the language that the bot speaks.
ITALIAN = "it"


@cache
def languages(file: str) -> tuple[str, ...]:
    """Return the codes of the languages that have a file of this name."""
    folders = (folder for folder in files(__package__).iterdir() if folder.is_dir())
    return tuple(sorted(folder.name for folder in folders if folder.joinpath(f"{file}.yaml").is_file()))


@cache
def phrases(language: str, file: str, name: str) -> tuple[str, ...]:
    """Return the entries of a list in their order, as they are written.

    Of a table these are the words that it explains, of a group of lists the entries of all its lists.
    """
    found = _named(language, file, name)
    if isinstance(found, dict) and all(isinstance(entries, list) for entries in found.values()):
        return tuple(chain.from_iterable(found.values()))
    if not isinstance(found, list | dict):
        raise LanguageDataError(f"{language}/{file}.yaml: «{name}» must be a list.")
    return tuple(found)


@cache
def word_set(language: str, file: str, *names: str) -> frozenset[str]:
    """Return the words of a list, or of several lists together, normalised. An entry of several words stays one string."""
    return frozenset(normalise(entry) for name in names for entry in phrases(language, file, name))


@cache
def word_table(language: str, file: str, name: str) -> Mapping[str, str]:
    """Return a table that maps each word to its meaning, both normalised."""
    found = _named(language, file, name)
    if not isinstance(found, dict):
        raise LanguageDataError(f"{language}/{file}.yaml: «{name}» must be a table.")
    return MappingProxyType({normalise(key): normalise(value) for key, value in found.items()})


@cache
def word_groups(language: str, file: str, name: str) -> Mapping[str, tuple[str, ...]]:
    """Return the lists of a group, by the names of the lists."""
    found = _named(language, file, name)
    if not isinstance(found, dict):
        raise LanguageDataError(f"{language}/{file}.yaml: «{name}» must hold several lists.")
    return MappingProxyType({key: tuple(entries) for key, entries in found.items()})


@cache
def word_meanings(language: str, file: str, name: str) -> Mapping[str, str]:
    """Return the words of all lists of a group, without accents, each mapped to the name of its list."""
    groups = word_groups(language, file, name)
    return MappingProxyType({plain(word): key for key, entries in groups.items() for word in entries})


@cache
def real_words(language: str) -> frozenset[str]:
    """Return the correctly spelt words of a language, normalised, from `words.txt`; empty for a language without the file."""
    return frozenset(_lines(language, "words"))


@cache
def municipalities(language: str) -> Mapping[str, str]:
    """Return a country's municipalities by name, each with the code of its province, from `municipalities.txt`."""
    rows = (line.partition("\t") for line in _lines(language, "municipalities"))
    return MappingProxyType({name: code for name, _, code in rows})


def _lines(language: str, file: str) -> list[str]:
    """Return the lines of a plain text file, without comments; empty for a language without the file."""
    found = files(__package__).joinpath(language, f"{file}.txt")
    return [line for line in found.read_text("utf-8").splitlines() if not line.startswith("#")] if found.is_file() else []


def any_word(language: str, file: str, name: str) -> str:
    """Return a regular expression that matches any word of a list, normalised, the longest first."""
    return f"(?:{'|'.join(sorted(word_set(language, file, name), key=lambda word: (-len(word), word)))})"


def _named(language: str, file: str, name: str) -> Any:
    data = _file(language, file)
    if name not in data:
        raise LanguageDataError(f"{language}/{file}.yaml: the list «{name}» is missing.")
    return data[name]


@cache
def _file(language: str, file: str) -> Mapping[str, Any]:
    """Return the lists of a file by their names. Every scalar is text: "no", "sì" and "5" are words."""
    name = f"{language}/{file}.yaml"
    try:
        text = files(__package__).joinpath(language, f"{file}.yaml").read_text("utf-8")
        data = yaml.load(text, yaml.CBaseLoader)  # noqa: S506 - text only
    except OSError as error:
        raise LanguageDataError(f"{name}: the file is missing.") from error
    except yaml.YAMLError as error:
        raise LanguageDataError(f"{name}: {error}") from error
    if not isinstance(data, dict):
        raise LanguageDataError(f"{name}: the file must hold lists by their names.")
    return data
