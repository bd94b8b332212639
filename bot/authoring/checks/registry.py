"""The register of rules about content, and the context that they look at."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from bot.authoring.problems import Problems
from bot.authoring.source import Source
from bot.core.content import Content


@dataclass(frozen=True)
class CheckContext:
    """Content as a rule sees it on one date; problems that the rule finds are recorded in its source."""

    content: Content
    source: Source
    today: dt.date

    @property
    def problems(self) -> Problems:
        """Return the problems of the content, to which a rule adds."""
        return self.source.problems


Rule = Callable[[CheckContext], None]
FileRule = Callable[[Source], None]
_RULES: list[Rule] = []
_FILE_RULES: list[FileRule] = []


def rule(function: Rule) -> Rule:
    """Register a rule about content without errors."""
    _RULES.append(function)
    return function


def rule_of_files(function: FileRule) -> FileRule:
    """Register a rule about files, which runs even if other files have errors."""
    _FILE_RULES.append(function)
    return function


def apply_file_rules(source: Source) -> None:
    """Apply every rule about files."""
    for function in _FILE_RULES:
        function(source)


def apply_rules(context: CheckContext) -> None:
    """Apply every rule about content without errors."""
    for function in _RULES:
        function(context)
