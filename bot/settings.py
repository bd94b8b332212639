"""`config.yaml` and the environment → frozen settings, held to the same standard as content.

The environment overrides the file: `BOT_<KEY>` or `BOT_<SECTION>__<KEY>`, lists and sections as JSON.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from collections.abc import Mapping as Environment
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path

from bot.authoring.conditions import read_condition
from bot.authoring.declared_names import DeclaredNames
from bot.authoring.fields import Fields, as_mapping
from bot.authoring.hours import read_hours
from bot.authoring.load import read_file
from bot.authoring.problems import Mark, Problems
from bot.authoring.yaml_nodes import MapNode, Node, ScalarNode, parse
from bot.core.desks import Desk
from bot.errors import ContentError
from bot.usecases.calls import Limits

PREFIX = "BOT_"


class StaffLanguage(StrEnum):
    """The language in which problems of content are told."""

    ITALIAN = "it"
    ENGLISH = "en"


class Mode(StrEnum):
    """How updates come in."""

    POLLING = "polling"
    WEBHOOK = "webhook"


class LogFormat(StrEnum):
    """How logs are written: by default for people on a terminal, and for programs elsewhere."""

    AUTO = "auto"
    CONSOLE = "console"
    JSON = "json"


class LogLevel(StrEnum):
    """How much is logged."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where Telegram delivers updates. The server also answers `/health` and `/metrics`."""

    #: The address that Telegram is told; https.
    url: str = ""
    #: Where the server listens, behind a proxy. 0 when polling: no server.
    listen: str = "127.0.0.1"
    port: int = 0
    #: What Telegram repeats in every request. Without one, it is made from the token.
    secret: str = ""


@dataclass(frozen=True, slots=True)
class Telegram:
    """How Telegram is reached."""

    token: str = field(default="", repr=False)
    #: The root of a Bot API server.
    base_url: str = "https://api.telegram.org"
    mode: Mode = Mode.POLLING
    webhook: Webhook = Webhook()
    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True, slots=True)
class Settings:
    """How this installation runs."""

    staff_language: StaffLanguage = StaffLanguage.ITALIAN
    telegram: Telegram = field(default_factory=Telegram)
    #: SQLAlchemy URL.
    database: str = field(default="sqlite:///bot.db", repr=False)
    desks: tuple[Desk, ...] = ()
    #: The conditions of desks as they are written: what they mean depends on content (`desks_of`).
    conditions: Environment[str, Node] = field(default_factory=dict)
    #: Whether sentences are also compared by their vectors (extra `semantic`).
    semantic: bool = False
    log_format: LogFormat = LogFormat.AUTO
    log_level: LogLevel = LogLevel.INFO


def read_settings(path: Path, environment: Environment[str, str]) -> tuple[Settings, Problems]:
    """The settings of a file, which may be absent, and of the environment, with every fault."""
    node = read_file(path.parent, path.name, Problems()) if path.exists() else None
    problems = Problems(_language(node, environment))
    node = read_file(path.parent, path.name, problems) if path.exists() else MapNode((), Mark(path.name))
    mapping = as_mapping(node, problems) if node is not None else None
    if mapping is None:
        return Settings(), problems
    return _read(Fields(_overridden(mapping, environment, problems), problems)), problems


def load_settings(path: Path, environment: Environment[str, str]) -> Settings:
    """The same settings. Raises ContentError with every fault if they have any."""
    settings, problems = read_settings(path, environment)
    if len(problems):
        raise ContentError([str(problem) for problem in problems.errors])
    return settings


def _language(node: Node | None, environment: Environment[str, str]) -> str:
    """The language in which the faults of the settings themselves are told, as far as they can be read."""
    written = node.get("staff_language") if isinstance(node, MapNode) else None
    said = environment.get(f"{PREFIX}STAFF_LANGUAGE", written.text if isinstance(written, ScalarNode) else "")
    return said if said in list(StaffLanguage) else StaffLanguage.ITALIAN


def _read(fields: Fields) -> Settings:
    language = fields.choice("staff_language", StaffLanguage, StaffLanguage.ITALIAN)
    telegram = _telegram(_section(fields, "telegram"))
    database, log = _section(fields, "database"), _section(fields, "log")
    understanding = _section(fields, "understanding")
    conditions: dict[str, Node] = {}
    nodes = fields.items("desks") if fields.has_entries("desks") else ()
    desks = tuple(_desk(node, conditions, fields.problems) for node in nodes)
    _check_desks([(desk, node.mark) for desk, node in zip(desks, nodes, strict=True) if desk is not None], fields.problems)
    settings = Settings(
        staff_language=language or StaffLanguage.ITALIAN,
        telegram=telegram,
        database=database.text("url") or Settings().database,
        desks=tuple(desk for desk in desks if desk is not None),
        conditions=conditions,
        semantic=understanding.flag("semantic"),
        log_format=log.choice("format", LogFormat, LogFormat.AUTO) or LogFormat.AUTO,
        log_level=log.choice("level", LogLevel, LogLevel.INFO) or LogLevel.INFO,
    )
    for part in (database, log, understanding, fields):
        part.done()
    return settings


def _section(fields: Fields, key: str) -> Fields:
    """The fields of a section, which may be absent."""
    mapping = fields.mapping(key)
    return Fields(mapping if mapping is not None else MapNode((), fields.mark_of(key)), fields.problems)


def _telegram(fields: Fields) -> Telegram:
    webhook, limits = _section(fields, "webhook"), _section(fields, "limits")
    mode = fields.choice("mode", Mode, Mode.POLLING) or Mode.POLLING
    telegram = Telegram(
        token=fields.text("token"),
        base_url=_address(fields, "base_url") or Telegram().base_url,
        mode=mode,
        webhook=Webhook(
            url=_address(webhook, "url"),
            listen=webhook.text("listen") or Webhook().listen,
            port=webhook.whole("port", 0, 65535, _WEBHOOK_PORT if mode is Mode.WEBHOOK else 0),
            secret=webhook.matching("secret", _SECRET, "bad_secret"),
        ),
        limits=Limits(
            overall=limits.whole("overall", 0, 100_000, 30) or None,
            chat=limits.whole("chat", 0, 1000, 1) or None,
            group=limits.whole("group", 0, 100_000, 20) or None,
        ),
    )
    for part in (webhook, limits, fields):
        part.done()
    return telegram


def _address(fields: Fields, key: str) -> str:
    return fields.matching(key, _URL, "bad_address")


def _desk(node: Node, conditions: dict[str, Node], problems: Problems) -> Desk | None:
    mapping = as_mapping(node, problems)
    if mapping is None:
        return None
    fields = Fields(mapping, problems)
    chat = fields.matching("chat_id", _CHAT, "bad_chat_id", required=True)
    id = fields.id("id")
    desk = Desk(
        id,
        int(chat or 0),
        hours=read_hours(fields.scalar("hours"), problems) or "",
        promise=_minutes(fields.matching("promise", _PROMISE, "bad_promise")),
        managers=frozenset(_managers(fields)),
    )
    if (condition := fields.node("when")) is not None:
        conditions[id] = condition
    fields.done()
    return desk


def _minutes(promise: str) -> int:
    """Minutes, or hours where these are named."""
    found = _PROMISE.fullmatch(promise)
    return int(found[1]) * (60 if found[2] and found[2].startswith(("or", "hour")) else 1) if found else 0


def _managers(fields: Fields) -> Iterator[int]:
    """The numbers of accounts."""
    for scalar in fields.scalars("managers") if fields.has_entries("managers") else ():
        if scalar.text.isascii() and scalar.text.isdecimal() and len(scalar.text) < _LONGEST_NUMBER:
            yield int(scalar.text)
        else:
            fields.problems.add("bad_manager", scalar.mark, name=scalar.text)


def _check_desks(desks: Iterable[tuple[Desk, Mark]], problems: Problems) -> None:
    """Each desk has a name and a group of its own."""
    seen: set[object] = set()
    for desk, mark in desks:
        for one in (desk.id, desk.chat_id):
            if one in seen:
                problems.add("desk_twice", mark, name=one)
            seen.add(one)


def desks_of(settings: Settings, words: DeclaredNames, problems: Problems) -> tuple[Desk, ...]:
    """The desks with their conditions, which speak of the attributes of a catalogue."""
    return tuple(
        replace(desk, condition=read_condition(settings.conditions[desk.id], words, problems))
        if desk.id in settings.conditions
        else desk
        for desk in settings.desks
    )


_URL = re.compile(r"https?://[^\s/]+\S*")
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
_CHAT = re.compile(r"-[0-9]{1,18}")
_PROMISE = re.compile(r"(?:entro\s+)?([0-9]{1,4})\s*(minut[oi]|min|minutes?|or[ae]|hours?)?")
_LONGEST_NUMBER = 19
#: Where the server listens for a webhook when nothing else is said.
_WEBHOOK_PORT = 8080

#: The first part of a variable's name → the setting. `BOT_TOKEN` is short for `BOT_TELEGRAM__TOKEN`.
_KNOWN = {name: [name] for name in ("staff_language", "telegram", "database", "desks", "understanding", "log")} | {
    "token": ["telegram", "token"]
}


def _overridden(mapping: MapNode, environment: Environment[str, str], problems: Problems) -> MapNode:
    """The file's mapping with what the environment says of known settings; other variables belong to somebody else."""
    for name in sorted(environment):
        path = name.removeprefix(PREFIX).lower().split("__")
        if name.startswith(PREFIX) and path[0] in _KNOWN:
            path = [*_KNOWN[path[0]], *path[1:]]
            text = environment[name]
            value: Node | None = ScalarNode(text.strip(), Mark(name))
            if text[:1] in ("[", "{"):
                value = parse(name, text.encode("utf-8", "surrogateescape"), problems)
            if value is not None:
                mapping = _with(mapping, path, value, Mark(name))
    return mapping


def _with(mapping: MapNode, path: list[str], value: Node, mark: Mark) -> MapNode:
    key, *rest = path
    if rest:
        inner = mapping.get(key)
        value = _with(inner if isinstance(inner, MapNode) else MapNode((), mark), rest, value, mark)
    others = tuple((name, node) for name, node in mapping.entries if name.text != key)
    return replace(mapping, entries=(*others, (ScalarNode(key, mark), value)))
