"""The words of each language: lists in `bot/language/<language>/<file>.yaml`, as sets, tables and patterns.

The only file of `language` that reads: its files belong to the package and never change while it runs, so they are constants.
Nothing here knows what a word is for; `authoring/checks_language.py` checks the files for the people who edit them.

Notation within an entry of a list, for patterns:

    figli-        every word with this beginning
    mio/a/ei      other endings in place of the last letter: "mio", "mia", "miei"
    (anche)       what may be missing
    <person>      any entry of the list of that name in the same file
    ...           up to four words, whatever they are
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from itertools import chain
from types import MappingProxyType
from typing import Any

import yaml

from bot.errors import LanguageDataError
from bot.language.text.normalise import normalise

#: ISO 639-1 code of the language that the bot speaks.
ITALIAN = "it"

#: The parts of an entry: what may be missing, a list, a gap, a word.
_PARTS = re.compile(r"\(([^()]*)\)|<(\w+)>|(\.\.\.)|(\S+)")
_GAP = r"(?: \w+){0,4}"
#: The end of a beginning, "figli-", and other endings in place of a last letter, "stanco/a".
_ENDINGS = re.compile(r"-$|[^\W\d_](?:/[^\W\d_]+)+$")
#: In a pattern, the place of the words of a list: `<file.name>`. A group of `re` has no dot in its name.
_LIST = re.compile(r"<(\w+)\.(\w+)>")


def languages(file: str) -> tuple[str, ...]:
    """Return the codes of the languages that have a file of this name."""
    folders = (folder for folder in files(__package__).iterdir() if folder.is_dir())
    return tuple(sorted(folder.name for folder in folders if folder.joinpath(f"{file}.yaml").is_file()))


@cache
def phrases(language: str, file: str, name: str) -> tuple[str, ...]:
    """Return the entries of a list in their order, as they are written; of a table, the words that it explains."""
    found = _named(language, file, name)
    if not isinstance(found, list | dict):
        raise LanguageDataError(f"{language}/{file}.yaml: «{name}» must be a list.")
    return tuple(found)


@cache
def word_set(language: str, file: str, *names: str) -> frozenset[str]:
    """Return the words of one list, or of several together, normalised. An entry of several words stays one string."""
    return frozenset(normalise(entry) for name in names for entry in phrases(language, file, name))


@cache
def word_table(language: str, file: str, name: str) -> Mapping[str, str]:
    """Return a table of words and what each means, both normalised."""
    found = _named(language, file, name)
    if not isinstance(found, dict):
        raise LanguageDataError(f"{language}/{file}.yaml: «{name}» must be a table.")
    return MappingProxyType({normalise(key): normalise(value) for key, value in found.items()})


@cache
def word_groups(language: str, file: str, name: str) -> Mapping[str, tuple[str, ...]]:
    """Return the lists of a group by their names, each as it is written."""
    found = _named(language, file, name)
    if not isinstance(found, dict):
        raise LanguageDataError(f"{language}/{file}.yaml: «{name}» must hold several lists.")
    return MappingProxyType({key: tuple(entries) for key, entries in found.items()})


@cache
def alternation(language: str, file: str, *names: str) -> str:
    """Return a regular expression for any entry of lists, the longest first, in a group that captures nothing."""
    entries = dict.fromkeys(chain.from_iterable(phrases(language, file, name) for name in names))
    found = sorted((_expression(entry, language, file) for entry in entries), key=len, reverse=True)
    return f"(?:{'|'.join(found)})"


@cache
def pattern(language: str, template: str) -> re.Pattern[str]:
    r"""Return a compiled pattern in which `<file.name>` stands for any word of that list: `\b<kin.child> di (\d+)`."""
    return re.compile(_LIST.sub(lambda place: alternation(language, place[1], place[2]), template))


def entries_in(normalised: str, language: str, file: str, *names: str) -> tuple[str, ...]:
    """Return the entries of lists that stand in a normalised text, as they are written."""
    entries = dict.fromkeys(chain.from_iterable(phrases(language, file, name) for name in names))
    return tuple(entry for entry in entries if re.search(rf"\b{_expression(entry, language, file)}\b", normalised))


def _expression(entry: str, language: str, file: str) -> str:
    """A regular expression for an entry in normalised text; what may be missing brings its space along."""
    before, after = "", ""
    for part in _PARTS.finditer(entry):
        optional, name, gap, word = part.groups()
        if gap:
            after += _GAP
        elif optional is not None:
            inner = _expression(optional, language, file)
            before, after = (before, f"{after}(?: {inner})?") if after else (f"{before}(?:{inner} )?", "")
        else:
            found = alternation(language, file, name) if name else _word(word)
            after += f" {found}" if after and found else found
    return before + after


def _word(word: str) -> str:
    found = _ENDINGS.search(word)
    if found is None:
        return normalise(word)
    endings = r"\w*" if found[0] == "-" else f"(?:{'|'.join(map(normalise, found[0].split('/')))})"
    return normalise(word[: found.start()]) + endings


def _named(language: str, file: str, name: str) -> Any:
    data = _file(language, file)
    if name not in data:
        raise LanguageDataError(f"{language}/{file}.yaml: the list «{name}» is missing.")
    return data[name]


@cache
def _file(language: str, file: str) -> Mapping[str, Any]:
    """The lists of a file by their names. Every scalar is text: "no", "sì" and "5" are words."""
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
