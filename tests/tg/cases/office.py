"""An office: a scene with citizens, the desks' groups and the Social Managers in them."""

from __future__ import annotations

import datetime as dt
import pickle
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from bot.core.case import Case
from bot.core.desks import Desk
from bot.core.hours import TIMEZONE
from bot.core.stored_case import load_case
from bot.fake_telegram import Anonymous, ButtonPress, Channel, ForumTopic, Group, Message, Person
from tests.builders import NOW
from tests.tg.harness import Phone, Scene, Stage

#: The desk of most tests, and a second one.
MAIN = Desk("principale", -1001, promise=15)
NORTH = Desk("san-donato", -1002, promise=30)
FOREIGN, CHANNEL = -2002, -3003


@dataclass
class Office:
    """A scene, and everybody in it. Who writes or presses in a group does so about the newest case, if it is not said where."""

    scene: Scene
    #: The desk's group and that of the second desk.
    group: Group
    north: Group
    foreign: Group
    channel: Channel
    #: Administers the groups; members of the first, the second and of neither list of managers.
    marta: Person
    luca: Person
    gina: Person
    sara: Person
    #: An administrator of the first group who hides, and somebody of the foreign group.
    hidden: Anonymous
    eva: Person
    anna: Phone
    bruno: Phone
    #: More citizens, for a whole day.
    others: tuple[Phone, ...] = ()

    # --- Cases

    @property
    def cases(self) -> list[Case]:
        """All cases, oldest first."""
        return [load_case(text) for (text,) in self.scene.rows("SELECT record FROM case_ ORDER BY id")]

    @property
    def case(self) -> Case:
        """The newest case."""
        return self.cases[-1]

    async def asks(self, phone: Phone | None = None) -> Case:
        """A citizen asks for a person, and shares nothing."""
        await (phone or self.anna).says("/operatore")
        return self.case

    async def takes(self, manager: Person | None = None) -> Case:
        """A manager takes the newest case."""
        self.presses(manager or self.luca, "Prendi in carico")
        await self.scene.settle()
        return self.case

    # --- In a group

    def topic(self, group: Group | None = None) -> ForumTopic | None:
        """The newest topic; None in a group without topics."""
        topics = list((group or self.group).chat.topics.values())
        return topics[-1] if topics else None

    def card(self, group: Group | None = None, number: int = 0) -> Message:
        """The newest card, or the newest of a case."""
        title = f"Cittadino {number:04}" if number else "Cittadino "
        chat = (group or self.group).chat
        return [one for one in chat.from_bot if one.text.startswith(title) and "\nPerché:" in one.text][-1]

    def says(self, who: Person | Anonymous, text: str, group: Group | None = None) -> Message:
        """Somebody says something where the newest case is: in its topic, or in answer to its card."""
        where = group or self.group
        if where.chat.forum:
            return who.says(text, chat=where, topic=self.topic(where))
        return who.says(text, chat=where, reply_to=self.card(where))

    async def hears(self, who: Person | Anonymous, *texts: str, group: Group | None = None) -> Message:
        """The same, and the bot comes to rest."""
        for text in texts:
            said = self.says(who, text, group)
            await self.scene.settle()
        return said

    def presses(self, who: Person, button: str, group: Group | None = None) -> ButtonPress:
        """Somebody presses the newest button of this name."""
        where = group or self.group
        found = [one for one in where.chat.from_bot if button in one.labels]
        pressed = who.presses(found[-1] if found else where.chat.from_bot[-1], button)
        assert isinstance(pressed, ButtonPress)
        return pressed

    def in_topic(self, group: Group | None = None) -> list[str]:
        """What stands where the newest case is, service messages left out."""
        chat = (group or self.group).chat
        topic = self.topic(group)
        messages = chat.in_topic(topic) if topic is not None else chat.messages
        return [message.text or next(iter(message.content)) for message in messages if not message.service]

    def in_topic_of(self, number: int) -> list[str]:
        """What stands in the topic of a case, service messages left out."""
        messages = self.group.chat.in_topic(self.card(number=number).topic)
        return [message.text or next(iter(message.content)) for message in messages if not message.service]

    # --- Time

    async def minutes(self, count: float) -> None:
        """Time passes."""
        await self.scene.run_for(60 * count)


def at(moment: dt.datetime) -> float:
    """A moment on the network's clocks, in seconds since 1970."""
    return moment.replace(tzinfo=TIMEZONE).timestamp()


async def open_office(
    stage: Stage,
    folder: Path,
    *,
    now: dt.datetime = NOW,
    desks: Sequence[Desk] = (MAIN, NORTH),
    forum: bool = True,
    basic: bool = False,
    ready: bool = True,
    others: Sequence[str] = (),
    make_scene: type[Scene] = Scene,
    **more: object,
) -> Office:
    """A bot that runs, with its groups and more citizens of these names; `ready` leaves nobody's chat empty."""
    scene = make_scene(stage, folder, desks=desks, **more)  # type: ignore[arg-type]
    scene.clock.seconds = at(now)
    office = _people(scene, forum=forum, basic=basic)
    office.others = tuple(scene.person(100 + number, name) for number, name in enumerate(others))
    await scene.open()
    if ready:
        await scene.settle()
    return office


def _people(scene: Scene, *, forum: bool, basic: bool) -> Office:
    telegram = scene.telegram
    marta, luca, gina = telegram.user(20, "Marta"), telegram.user(21, "Luca"), telegram.user(22, "Gina")
    sara, eva = telegram.user(23, "Sara"), telegram.user(30, "Eva")
    group = telegram.group(MAIN.chat_id, "Sportello", admins=[marta], members=[luca, sara], forum=forum, basic=basic)
    north = telegram.group(NORTH.chat_id, "San Donato", admins=[marta], members=[gina], forum=forum)
    foreign = telegram.group(FOREIGN, "Altri", admins=[eva])
    channel = telegram.channel(CHANNEL, "Canale")
    hidden = telegram.anonymous_admin(group)
    anna, bruno = scene.person(7, "Anna"), scene.person(8, "Bruno")
    return Office(scene, group, north, foreign, channel, marta, luca, gina, sara, hidden, eva, anna, bruno)


@dataclass
class Shelf:
    """An office as it stood once, from which any number can be had again."""

    office: Office
    stage: Stage
    folder: Path
    made: int = 0

    @cached_property
    def _people(self) -> bytes:
        """Telegram, the clock and all that an office knows of them, with the people in the place of their phones."""
        parts = {name: value for name, value in vars(self.office).items() if name != "scene"}
        people = {name: value.person if isinstance(value, Phone) else value for name, value in parts.items()}
        scene = self.office.scene
        # Read back a thousand times: pickle is several times as fast as a deep copy.
        return pickle.dumps((scene.telegram, scene.clock, people))

    async def again(self) -> Office:
        """The office as it stood; the one on the shelf must be closed."""
        self.made += 1
        path = self.folder / f"again-{self.made}"
        path.mkdir()
        (path / "bot.db").write_bytes(self.office.scene.path.read_bytes())
        old = self.office.scene
        scene = Scene(self.stage, path, desks=old.settings.desks, limits=old.settings.telegram.limits)
        scene.telegram, scene.clock, parts = pickle.loads(self._people)
        phones = {name for name, value in vars(self.office).items() if isinstance(value, Phone)}
        parts |= {name: Phone(scene, parts[name]) for name in phones}
        office = replace(self.office, scene=scene, **parts)
        await scene.open()
        return office
