"""What leaves the group is decided for the thing said: a message with all its edits, an album whole."""

from __future__ import annotations

import asyncio
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from bot.core.case import CaseState
from bot.fake_telegram import Message, Person
from bot.usecases.calls import Limits
from tests.builders import THOROUGH
from tests.tg.cases.conftest import Offices, Urls
from tests.tg.cases.office import MAIN, Office, open_office
from tests.tg.harness import Stage


def heard(office: Office) -> list[str]:
    """All that the citizen can still read of the managers' messages."""
    return [message.text or next(iter(message.content)) for message in office.anna.heard]


async def taken(office: Office) -> None:
    await office.asks()
    await office.takes()


async def album(office: Office, count: int, caption: str) -> None:
    where = {"topic": office.topic()} if office.group.chat.forum else {"reply_to": office.card()}
    office.luca.sends_album(["photo"] * count, caption=caption, chat=office.group, **where)  # type: ignore[arg-type]
    await office.scene.settle()


async def edits(office: Office, message: Message, text: str) -> None:
    office.luca.edits(message, text)
    await office.scene.settle()


async def takes_back(office: Office, who: Person, message: Message) -> None:
    where = {"topic": office.topic()} if office.group.chat.forum else {}
    who.says("/annulla", chat=office.group, reply_to=message, **where)  # type: ignore[arg-type]
    await office.scene.settle()


@pytest.mark.asyncio
@pytest.mark.parametrize("forum", [True, False], ids=["topics", "replies"])
async def test_an_album_with_a_note_beside_it_stays_in_the_group_whole(offices: Offices, forum: bool) -> None:
    office = await offices(forum=forum)
    await taken(office)
    before = heard(office)
    await album(office, 3, "// solo per noi")
    assert heard(office) == before
    await album(office, 2, "per te")
    assert heard(office)[len(before) :] == ["per te", "photo"]


@pytest.mark.asyncio
async def test_an_album_whose_caption_becomes_a_note_is_taken_back_whole(office: Office) -> None:
    await taken(office)
    before = heard(office)
    await album(office, 3, "ecco")
    assert len(heard(office)) == len(before) + 3
    first = next(one for one in office.group.chat.messages if one.text == "ecco")
    await edits(office, first, "// ecco")
    assert heard(office) == before
    assert office.in_topic().count("Tolto. Il cittadino non lo vede più.") == 1


@pytest.mark.asyncio
async def test_words_said_before_the_taking_do_not_go_out_by_a_correction(office: Office) -> None:
    await office.asks()
    said = await office.hears(office.luca, "secondo me esagera")
    await office.takes()
    before = heard(office)
    await edits(office, said, "secondo me esagera un po'")
    assert heard(office) == before
    assert office.in_topic()[-1].startswith("Prima non era per il cittadino")


@pytest.mark.asyncio
async def test_words_among_colleagues_do_not_go_out_when_one_of_them_takes_over(office: Office) -> None:
    await office.asks()
    await office.takes(office.sara)
    said = await office.hears(office.luca, "che noia")
    await office.hears(office.sara, "/passa coda")
    await office.takes()
    before = heard(office)
    await edits(office, said, "che gioia")
    assert heard(office) == before


@pytest.mark.asyncio
async def test_words_that_become_a_note_are_deleted_at_the_citizens(office: Office) -> None:
    await taken(office)
    before = heard(office)
    said = await office.hears(office.luca, "vieni alle 9")
    await edits(office, said, "// vieni alle 9, forse")
    assert heard(office) == before
    assert office.in_topic()[-1] == "Tolto. Il cittadino non lo vede più."
    assert not said.reactions.get(office.scene.telegram.bot.id)
    await edits(office, said, "vieni alle 10")
    assert heard(office) == before, "what was withdrawn does not come back by an edit"


@pytest.mark.asyncio
async def test_what_can_no_longer_be_deleted_is_said_to_remain(office: Office) -> None:
    await taken(office)
    said = await office.hears(office.luca, "vieni alle 9")
    await office.hears(office.luca, "ti aspetto")
    office.scene.clock.advance(49 * 3600)
    await takes_back(office, office.luca, said)
    await office.minutes(1)
    assert "vieni alle 9" in heard(office)
    assert "Non si può più togliere. Al cittadino resta com'era." in office.in_topic()


@pytest.mark.asyncio
@pytest.mark.parametrize("forum", [True, False], ids=["topics", "replies"])
async def test_a_manager_takes_back_what_they_sent(offices: Offices, forum: bool) -> None:
    office = await offices(forum=forum)
    await taken(office)
    before = heard(office)
    said = await office.hears(office.luca, "vieni alle 9")
    await takes_back(office, office.sara, said)
    assert "vieni alle 9" in heard(office), "it is not Sara's, nor is the case"
    await takes_back(office, office.luca, said)
    assert heard(office) == before
    await office.hears(office.luca, "/annulla")
    assert office.in_topic()[-1].startswith("Rispondi con /annulla")
    note = await office.hears(office.luca, "// solo noi")
    for nothing in (said, note):
        await takes_back(office, office.luca, nothing)
        assert office.in_topic()[-1] == "Il cittadino non ha questo messaggio, quindi non c'è niente da togliere."


@pytest.mark.asyncio
async def test_what_still_waits_to_be_sent_is_never_sent_once_it_is_withdrawn(office: Office) -> None:
    await taken(office)
    office.anna.person.blocks_bot()
    await office.scene.settle()
    said = await office.hears(office.luca, "vieni alle 9", "vieni alle 10")
    await edits(office, said, "// no")
    office.anna.person.unblocks_bot()
    await office.scene.settle()
    assert "vieni alle 9" in heard(office)
    assert "vieni alle 10" not in heard(office)


@pytest.mark.asyncio
@pytest.mark.parametrize("blank", [" ", "\n", "\u00a0", "\u200b", "\ufeff "])
async def test_a_note_is_one_whatever_cannot_be_seen_before_it(office: Office, blank: str) -> None:
    await taken(office)
    before = heard(office)
    await office.hears(office.luca, f"{blank}// solo per noi", f"{blank}/chissà")
    office.luca.sends_photo(caption=f"{blank}// solo per noi", chat=office.group, topic=office.topic())
    await office.scene.settle()
    assert heard(office) == before


@pytest.mark.asyncio
async def test_what_begins_like_a_command_stays_in_the_group(office: Office) -> None:
    await taken(office)
    before = heard(office)
    await office.hears(office.luca, "/", "/ prendi", "/123", "/prendo il bus")
    assert heard(office) == before
    assert office.in_topic().count("Non conosco questo comando. Scrivi /aiuto.") == 3
    assert office.in_topic().count("Non conosco questo comando. Forse /prendi? Tutti i comandi: /aiuto.") == 1


# --- In a group that takes no new message for a while


async def crowded(offices: Offices) -> tuple[Office, list[Message]]:
    """An office whose citizen and manager have just talked, and whose group is full: another citizen sends many photos."""
    office = await offices(desks=[replace(MAIN, promise=0)], limits=Limits())
    await office.asks(office.bruno)
    await office.takes(office.sara)
    await taken(office)
    said = [await office.hears(office.luca, words) for words in ("vieni alle 9", "porta un documento")]
    await office.minutes(2)
    office.anna.person.says("arrivo alle nove")
    await office.scene.run_for(2)
    for _ in range(25):
        office.bruno.person.sends_photo()
    await office.scene.run_for(20)
    return office, said


@pytest.mark.asyncio
async def test_a_full_group_holds_up_no_correction_and_no_withdrawal(offices: Offices) -> None:
    office, (first, second) = await crowded(offices)
    office.luca.edits(first, "vieni alle 10")
    office.luca.edits(second, "// porta un documento")
    office.anna.person.edits(office.anna.person.chat.messages[-1], "arrivo alle dieci")
    await office.scene.run_for(4)
    assert "vieni alle 10" in heard(office)
    assert "vieni alle 9" not in heard(office)
    assert "porta un documento" not in heard(office)
    assert any(text.endswith("arrivo alle dieci") for text in office.in_topic_of(2))
    assert not any("arrivo alle nove" in text for text in office.in_topic_of(2))
    await office.minutes(2)
    assert office.in_topic_of(2).count("Tolto. Il cittadino non lo vede più.") == 1
    assert office.scene.refusals == []


@pytest.mark.asyncio
async def test_what_waits_for_a_full_group_goes_there_once_as_it_was_corrected(offices: Offices) -> None:
    office, _ = await crowded(offices)
    photo = office.anna.person.sends_photo(caption="ecco")
    words = office.anna.person.says("il mio codice è 1")
    await office.scene.run_for(1)
    office.anna.person.edits(words, "il mio codice è 2")
    office.anna.person.edits(photo, "ecco il modulo")
    await office.minutes(2)
    shown = office.in_topic_of(2)
    assert [text for text in shown if "codice" in text] == ["Cittadino 0002\nil mio codice è 2"]
    assert [text for text in shown if "ecco" in text] == ["ecco il modulo"]
    assert office.scene.refusals == []


# --- Any sequence

ACTS = st.sampled_from(["says", "note", "edits", "edits to note", "takes", "passes", "closes", "album", "noted album", "asks"])


@pytest.mark.parametrize(
    ("forum", "kind", "examples"),
    [(True, "sqlite", 12), (False, "sqlite", 12), (True, "postgresql", 3)],
    ids=["topics", "replies", "topics-postgresql"],
)
def test_what_did_not_go_out_when_it_was_said_never_goes_out(
    stage: Stage, new_url: Urls, forum: bool, kind: str, examples: int
) -> None:
    @settings(max_examples=examples * THOROUGH, phases=(Phase.explicit, Phase.generate))
    @given(acts=st.lists(st.tuples(ACTS, st.sampled_from(["luca", "sara"]), st.integers(0, 5)), min_size=6, max_size=20))
    def holds(acts: list[tuple[str, str, int]]) -> None:
        asyncio.run(_never_goes_out(stage, acts, forum=forum, url=new_url(kind)))

    holds()


async def _never_goes_out(stage: Stage, acts: list[tuple[str, str, int]], *, forum: bool, url: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        office = await open_office(stage, Path(folder), forum=forum, desks=[MAIN], url=url)
        await office.asks()
        #: Each thing said: its author, its message, its number, and if it may be read by the citizen.
        said: list[tuple[str, Message, int, bool]] = []
        for count, (act, name, pick) in enumerate(acts):
            who: Person = getattr(office, name)
            case = office.case
            # Whoever had a closed case may still add something.
            is_theirs = case.manager is not None and case.manager.id == who.id
            mine = [number for number, one in enumerate(said) if one[0] == name]
            where = {"topic": office.topic()} if forum else {"reply_to": office.card()}
            if act in ("says", "note"):
                message = await office.hears(who, f"{'// ' if act == 'note' else ''}parola{count}")
                said.append((name, message, count, is_theirs and act == "says"))
            elif act.endswith("album"):
                caption = f"{'// ' if act == 'noted album' else ''}parola{count}"
                first, *_ = who.sends_album(["photo"] * 2, caption=caption, chat=office.group, **where)  # type: ignore[arg-type]
                said.append((name, first, count, is_theirs and act == "album"))
            elif act.startswith("edits") and mine:
                index = mine[pick % len(mine)]
                author, message, number, is_out = said[index]
                to_note = act == "edits to note"
                who.edits(message, f"{'// ' if to_note else ''}parola{number} ancora{count}")
                said[index] = (author, message, number, is_out and not to_note)
            elif act == "takes" and case.state is CaseState.WAITING:
                await office.hears(who, "/prendi")
            elif act == "passes":
                await office.hears(who, "/passa coda")
            elif act == "closes":
                await office.hears(who, "/chiudi")
            elif act == "asks":
                await office.anna.says("ho ancora una domanda")
            await office.scene.settle()
            await office.scene.run_for(3)
        readable = {f"parola{number}" for _, _, number, is_out in said if is_out}
        words = {word for text in heard(office) for word in text.split() if word.startswith("parola")}
        assert words == readable
        assert office.scene.failed == []
        await office.scene.close()
