"""A case as a script of who does what, and as a transcript of what each then sees: the citizen's chat and the desks' groups.

Each line of a script begins with "> ", perhaps the time, and somebody::

    Anna: ho bisogno di aiuto            says something (a manager: where the newest case is)
    Luca (gruppo): /coda                 says something in the group itself
    Luca (3): buongiorno                 says something where the case of this number is; also before a button
    Luca [Prendi in carico]              presses the newest button of this name
    Anna manda foto: guarda              sends a photo; or voce, documento, adesivo (a sticker), posizione
    Anna manda album di 3: le foto       sends an album
    Anna risponde a «Buon»: sì           answers the newest message with these words
    Anna corregge «doposcola»: …         changes the newest own message with these words
    Anna blocca il bot                   or: sblocca
    Marta elimina l'argomento            deletes the topic of the newest case
    Il gruppo diventa supergruppo
    Passano 20 minuti                    or: ore
    Insieme | Luca [Chiudi] | Anna: no   before the bot can do anything in between
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from bot.core.hours import TIMEZONE
from bot.fake_telegram import Anonymous, ButtonPress, Chat, ForumTopic, Group, Message, Person
from tests.tg.cases.office import Office
from tests.tg.harness import Phone

#: Seconds between two steps: longer than words of a citizen wait for each other.
_PAUSE = 20.0
_WIDTH = 110
_KINDS = {"foto": "photo", "voce": "voice", "documento": "document", "adesivo": "sticker", "posizione": "location"}
_SENT = {kind: f"({name})" for name, kind in _KINDS.items()}
_STEP = re.compile(
    r"^(?P<who>\w+)"
    r"(?: \((?P<place>gruppo|\d+)\))?"
    r"(?: (?P<does>manda|risponde a|corregge))?"
    r"(?: «(?P<which>[^»]*)»| (?P<what>foto|voce|documento|adesivo|posizione|album di \d+))?"
    r"(?:: (?P<text>.*)| \[(?P<button>[^\]]*)\])?$"
)


@dataclass
class Transcript:
    """What happens in an office, written down."""

    office: Office
    lines: list[str] = field(default_factory=list)
    _seen: dict[tuple[int, int], tuple[object, ...]] = field(default_factory=dict)
    _topics: dict[tuple[int, int], str] = field(default_factory=dict)
    _presses: list[ButtonPress] = field(default_factory=list)
    _upgraded: Group | None = None

    # --- Doing

    async def does(self, step: str) -> None:
        """One line of the script, and what comes of it."""
        scene = self.office.scene
        self.lines += [f"> {self._clock()} {step}"]
        for one in step.split(" | ")[1:] if step.startswith("Insieme") else [step]:
            await self._do(one)
        await scene.settle()
        if not step.startswith("Pass"):
            await scene.run_for(_PAUSE)
        self.lines += [*self._told(), ""]

    async def _do(self, step: str) -> None:
        office = self.office
        if found := re.match(r"Passano (\d+) (minuti|ore)$", step):
            await office.minutes(int(found[1]) * (60 if found[2] == "ore" else 1))
        elif step == "Il gruppo diventa supergruppo":
            self._upgraded = office.group = office.group.upgrades(-1009)
        elif found := re.match(r"(\w+) (blocca|sblocca) il bot$", step):
            person = self._somebody(found[1])
            assert isinstance(person, Person)
            (person.blocks_bot if found[2] == "blocca" else person.unblocks_bot)()
        elif found := re.match(r"(\w+) elimina l'argomento$", step):
            person, topic = self._somebody(found[1]), office.topic()
            assert isinstance(person, Person)
            assert topic is not None
            person.deletes_topic(office.group, topic)
        else:
            found = _STEP.match(step)
            assert found is not None, f"not understood: {step}"
            self._acts(self._somebody(found["who"]), found)

    def _acts(self, who: Person | Anonymous, found: re.Match[str]) -> None:
        where, text = self._where(who, found["place"] or ""), found["text"] or ""
        if found["button"] is not None:
            topic = where.get("topic") if (found["place"] or "").isdecimal() else None
            newest = [one for one in self._place(who).from_bot if found["button"] in one.labels and topic in (None, one.topic)]
            assert newest, f"nobody sees a button {found['button']}"
            assert isinstance(who, Person)
            press = who.presses(newest[-1], found["button"])
            assert isinstance(press, ButtonPress)
            self._presses.append(press)
        elif found["does"] == "corregge":
            who.edits(self._message(who, found["which"], mine=True), text)
        elif found["does"] == "risponde a":
            who.says(text, **(where | {"reply_to": self._message(who, found["which"])}))  # type: ignore[arg-type]
        elif found["does"] == "manda" and found["what"] == "posizione":
            who.sends_location(**where)  # type: ignore[arg-type]
        elif found["does"] == "manda" and found["what"].startswith("album"):
            who.sends_album(["photo"] * int(found["what"][9:]), caption=text, **where)  # type: ignore[arg-type]
        elif found["does"] == "manda":
            who.sends(_KINDS[found["what"]], caption=text, **where)  # type: ignore[arg-type]
        else:
            who.says(text, **where)  # type: ignore[arg-type]

    def _somebody(self, name: str) -> Person | Anonymous:
        others = {one.person.user.first_name: one for one in self.office.others}
        found = self.office.hidden if name == "Anonimo" else others.get(name) or getattr(self.office, name.lower())
        return found.person if isinstance(found, Phone) else found

    def _group(self, who: Person | Anonymous) -> Group | None:
        office = self.office
        groups = {office.gina.id: office.north, office.eva.id: office.foreign}
        groups |= {one.id: None for one in (office.anna, office.bruno, *office.others)}  # type: ignore[dict-item]
        return groups.get(who.id, office.group)

    def _place(self, who: Person | Anonymous) -> Chat:
        group = self._group(who)
        if group is not None:
            return group.chat
        assert isinstance(who, Person)
        return who.chat

    def _where(self, who: Person | Anonymous, place: str) -> dict[str, object]:
        group = self._group(who)
        if group is None:
            return {}
        if place == "gruppo":
            return {"chat": group}
        if place:
            return {"chat": group, "topic": next(one for one in group.chat.topics.values() if f" {int(place):04}" in one.name)}
        if group.chat.forum:
            return {"chat": group, "topic": self.office.topic(group)}
        return {"chat": group, "reply_to": self.office.card(group)}

    def _message(self, who: Person | Anonymous, words: str, *, mine: bool = False) -> Message:
        found = [one for one in self._place(who).messages if words in one.text and (not mine or one.sender is who.user)]
        assert found, f"no message says {words}"
        return found[-1]

    def _clock(self) -> str:
        return dt.datetime.fromtimestamp(self.office.scene.clock(), TIMEZONE).strftime("%H:%M")

    # --- What is seen

    def _told(self) -> Iterator[str]:
        events = [event for number, chat in enumerate(self._chats()) for event in self._events(number, chat)]
        heading = ""
        for _, _, _, place, lines in sorted(events, key=lambda event: event[:3]):
            if place != heading:
                yield f"  {place}"
                heading = place
            yield from (f"    {line}" for line in lines)
        for press in self._presses:
            if press.text:
                yield f"  (a {press.user.first_name} appare: {press.text})"
        self._presses.clear()

    def _chats(self) -> list[Chat]:
        office, chats = self.office, self.office.scene.telegram.chats
        citizens = [one.id for one in (office.anna, office.bruno, *office.others)]
        ids = [*citizens, office.group.id, office.north.id, office.foreign.id]
        return [chats[id] for id in ids if id in chats]

    def _events(self, number: int, chat: Chat) -> Iterator[tuple[int, int, int, str, list[str]]]:
        for message in [*chat.messages]:
            now = self._look(message)
            before = self._seen.get((chat.id, message.id))
            self._seen[chat.id, message.id] = now
            if message.service or now == before:
                continue
            place = _place_name(chat, message.topic)
            if before is None:
                yield message.date, number, message.id, place, _written(message)
            elif before[:2] != now[:2]:
                yield message.edited, number, message.id, place, _written(message, changed=True)
            if now[2] and (before is None or before[2] != now[2]):
                words = f" «{_brief(message)}»" if before is not None else ""
                moment = max(message.date, message.edited) if before is None else int(self.office.scene.clock())
                yield moment, number, message.id, place, [f"{now[2]}{words}"]
        yield from self._icons(number, chat)

    def _look(self, message: Message) -> tuple[object, ...]:
        marks = "".join(
            one for id, given in message.reactions.items() for one in given if id == self.office.scene.telegram.bot.id
        )
        return message.text or tuple(message.content), tuple(message.labels), marks

    def _icons(self, number: int, chat: Chat) -> Iterator[tuple[int, int, int, str, list[str]]]:
        moment = int(self.office.scene.clock())
        for topic in chat.topics.values():
            icon = _icon(self.office, topic)
            if self._topics.get((chat.id, topic.id)) != icon:
                self._topics[chat.id, topic.id] = icon
                yield moment, number, 1 << 30, chat.title, [f"(argomento: {icon} {topic.name})"]


def _icon(office: Office, topic: ForumTopic) -> str:
    icons = {number: emoji for emoji, number in office.scene.parts.groups.icons.items()}
    return icons.get(topic.icon_custom_emoji_id, "-")


def _place_name(chat: Chat, topic: ForumTopic | None) -> str:
    if chat.user is not None:
        return f"{chat.user.first_name}, in privato"
    return f"{chat.title}, {topic.name}" if topic is not None else chat.title


def _brief(message: Message) -> str:
    words = message.text or _SENT.get(next(iter(message.content)), "…")
    return words if len(words) <= 40 else f"{words[:40]}…"


def _written(message: Message, *, changed: bool = False) -> list[str]:
    """A message, who it is from, what it answers, and its buttons."""
    name = "bot" if message.sender.is_bot and message.sender_chat is None else message.sender.first_name
    kind = next((_SENT.get(kind, f"({kind})") for kind in message.content if kind in ("photo", "voice", "document", "sticker",
                 "location", "venue")), "")  # fmt: skip
    head = f"{'✎ ' if changed else ''}{name}"
    reply = message.reply_to
    answers = f" (a «{_brief(reply).splitlines()[0]}»)" if reply is not None and not reply.service else ""
    first, *rest = (f"{kind} {message.text}".strip() or "?").split("\n")
    lines = [f"{head}{answers}: {first}", *(f"  {line}".rstrip() for line in rest)]
    row = "  "
    for label in message.labels:
        if len(row) + len(label) > _WIDTH:
            lines.append(row.rstrip())
            row = "  "
        row += f"[{label}] "
    return lines + ([row.rstrip()] if message.labels else [])
