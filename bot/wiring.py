"""The only place where the parts of the running bot are built and joined. Settings and content come from `installation.py`."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from bot.authoring.publish import load_files
from bot.core.content import Content
from bot.core.desks import Desk
from bot.dialogue.world import World
from bot.installation import content_and_desks_in, local, teacher_of
from bot.reporting import report_for_desk
from bot.settings import Settings
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
from bot.usecases.alerts import AlertChecks, is_rest
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


def database_of(settings: Settings) -> Database:
    """Return the database that the settings name. Raises UsageError for a URL of no known kind."""
    return Database(settings.database.url, keyring_for(settings))


def keyring_for(settings: Settings) -> Keyring | None:
    """Return the keys that encrypt people's words; None if there are none. Raises UsageError for keys that cannot be read."""
    return keyring_of(settings.database.key_file, settings.database.keys)


def ledger_secret(settings: Settings) -> bytes:
    """Return the key for the ledger's pseudonyms, derived from the bot's token so that every process has the same."""
    return hashlib.sha256(b"ledger" + settings.telegram.token.encode()).digest()


def console_access(settings: Settings) -> ConsoleAccess:
    """Return the access of managers to the console; its key is made of the bot's token, so all processes share it."""
    secret = hashlib.sha256(b"console" + settings.telegram.token.encode()).digest()
    return ConsoleAccess(settings.publishing.console, secret)


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
    """Ask Telegram for the bot's account, open the store, and build every part of the running bot.

    `desks` are those of the settings with their conditions read; `worlds` gives the world at a moment, by default that of the
    content, which is the published `version` (0 for none). Raises UsageError for a token that Telegram refuses, and for a
    database that cannot be opened.
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

    async def look_ended(chat: int) -> None:
        desk = next((one for one in desks if one.chat_id == chat), None)
        if desk is not None and groups[chat].writable:
            now = clock()
            await store.do(partial(notices.greet_group, desk=desk, groups=groups, world=worlds(now), now=now))
            outbound.ring()

    direct_calls = DirectCalls(api, groups, clock, look_ended)
    buttons = Buttons(settings.telegram.token, me.username or "")
    case_messages = CaseMessages(groups, buttons, lambda: worlds(clock()))
    posts = CasePosts(
        desks, worlds, local, case_messages, console_access(settings), report=partial(report_for_desk, database, worlds)
    )
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
        alerts=AlertChecks(posts, case_messages),
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
        is_rest=lambda now: is_rest(local(now)),
    )
    upkeep = Upkeep(store, clock, inbound.ring, settings.privacy.retention)

    def load(archive: str) -> World:
        content, _ = content_and_desks_in(load_files(archive), settings, local(clock()))
        return worlds.trained(content, clock())

    follower = ContentFollower(store, version, load, worlds.use)

    async def follow() -> float | None:
        worlds.apply_confirmations(await store.do(lambda unit: unit.confirmations.list_all()))
        return await follower.step()

    worlds.apply_confirmations(await store.do(lambda unit: unit.confirmations.list_all()))
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
