"""The preview: the real bot with citizens, managers, a clock, and conversations that are saved and replayed."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
import pytest_asyncio

from bot.authoring.load import load_content
from bot.console.paths import questions_of, repeated, standing_at
from bot.console.preview import MANAGER_ID, Preview
from bot.console.preview_view import preview_state
from bot.console.transcripts import Transcripts
from bot.console.x_ray import x_ray
from bot.errors import UsageError
from bot.settings import Settings
from tests.builders import content_folder
from tests.storage.test_content_versions import edited
from tests.test_service import until


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return content_folder(tmp_path_factory.mktemp("preview") / "content")


@pytest_asyncio.fixture
async def preview(folder: Path) -> AsyncIterator[Preview]:
    preview = Preview(Settings())
    await preview.use_content(load_content(folder))
    await until(lambda: preview.citizens[0].chat.from_bot)
    yield preview
    await preview.stop()


async def heard(preview: Preview, act: Callable[[], object]) -> str:
    """Does something, and waits for the next message to the first citizen."""
    chat = preview.citizens[0].chat
    before = len(chat.from_bot)
    act()
    await until(lambda: len(chat.from_bot) > before)
    return chat.from_bot[-1].text


@pytest.mark.asyncio
async def test_a_citizen_types_and_presses_and_an_x_ray_shows_why(preview: Preview, folder: Path) -> None:
    anna = preview.citizens[0]
    key = anna.chat.last.keyboard[0][0]
    await heard(preview, lambda: preview.press(anna.id, anna.chat.last.id, key.data))
    found = x_ray(preview.world, await preview.session_of(anna.id), "bambino", preview.now, folder)
    assert [one["value"] for one in found["profile"]] == [key.text]
    assert found["counts"]["total"] == len(preview.world.dated.index(preview.world.first_flow).offers)
    assert found["question"] in anna.chat.last.text
    shown = preview_state(preview)
    assert shown["citizens"][0]["messages"][-1]["rows"]
    assert preview.words[anna.id] == [key.text]


@pytest.mark.asyncio
async def test_a_manager_takes_a_case_answers_and_closes_it(preview: Preview) -> None:
    anna, group = preview.citizens[0].id, preview.group
    await heard(preview, lambda: preview.say(anna, "/operatore"))
    for _ in range(3):
        if group.chat.topics:
            break
        keys = preview.citizens[0].chat.last.keyboard
        await heard(preview, lambda keys=keys: preview.press(anna, preview.citizens[0].chat.last.id, keys[0][0].data))
        await asyncio.sleep(0.2)
    await until(lambda: any(one.keyboard and one.topic for one in group.chat.messages))
    card = next(one for one in group.chat.messages if one.keyboard and one.topic)
    topic = card.topic
    await heard(preview, lambda: preview.press(MANAGER_ID, card.id, card.keyboard[0][0].data))
    assert (
        await heard(preview, lambda: preview.say(MANAGER_ID, "Buongiorno, la aiuto io.", topic.id)) == "Buongiorno, la aiuto io."
    )


@pytest.mark.asyncio
async def test_the_clock_of_the_preview_is_set_and_set_free(preview: Preview) -> None:
    preview.set_clock(dt.datetime(2027, 6, 24, 23, 30))
    assert preview.now.replace(second=0, microsecond=0) == dt.datetime(2027, 6, 24, 23, 30)
    assert preview.world.dated.date == dt.date(2027, 6, 24)
    preview.set_clock(None)
    assert abs(preview.now - dt.datetime.now()) < dt.timedelta(hours=14)  # noqa: DTZ005 - wherever the test runs


@pytest.mark.asyncio
async def test_edited_content_answers_in_the_same_open_conversation(preview: Preview, folder: Path, tmp_path: Path) -> None:
    changed = edited(content_folder(tmp_path / "changed"), "Non capisco proprio.")
    await preview.use_content(load_content(changed))
    assert "Non capisco proprio." in await heard(preview, lambda: preview.say(preview.citizens[0].id, "zzz qqq www"))


@pytest.mark.asyncio
async def test_another_citizen_gets_to_the_same_point_and_goes_another_way(preview: Preview) -> None:
    anna = preview.citizens[0]
    child, *_ = (button for row in anna.chat.last.keyboard for button in row)
    await heard(preview, lambda: preview.press(anna.id, anna.chat.last.id, child.data))
    await heard(preview, lambda: preview.say(anna.id, "7"))
    other = await repeated(preview, anna.id, 1)
    assert preview.words[other.id] == [child.text]
    here, there = [await preview.session_of(one.id) for one in (other, anna)]
    assert here.interview is not None
    assert there.interview is not None
    assert there.interview.answers.keys() - here.interview.answers.keys() == {"eta"}
    with pytest.raises(UsageError):
        await repeated(preview, 5, 1)


@pytest.mark.asyncio
async def test_a_citizen_begins_at_any_question_with_any_profile(preview: Preview) -> None:
    attributes = {one["attribute"]: one for one in questions_of(preview.world)}
    assert "Melegnano" in attributes["comune"]["answers"]
    key = attributes["comune"]["questions"][0]["key"]
    person, asked = await standing_at(preview, key, {"persona": "bambino", "eta": "7 anni"})
    assert asked is not None
    assert asked.key == key
    session = await preview.session_of(person.id)
    assert session.shown_question == key
    assert session.interview is not None
    assert {"persona", "eta"} <= session.interview.answers.keys()
    _, asked = await standing_at(preview, attributes["eta"]["questions"][0]["key"], {"persona": "zzz"})
    assert asked is not None
    assert asked.fills == "persona"
    with pytest.raises(UsageError):
        await standing_at(preview, "none", {})


@pytest.mark.asyncio
async def test_citizens_are_apart(preview: Preview) -> None:
    bruno = preview.add_citizen()
    await until(lambda: bruno.chat.from_bot)
    before = len(preview.citizens[0].chat.messages)
    preview.say(bruno.id, "bambino")
    await until(lambda: len(bruno.chat.from_bot) == 2)
    assert len(preview.citizens[0].chat.messages) == before
    for _ in range(18):
        preview.add_citizen()
    with pytest.raises(UsageError, match="già tanti"):
        preview.add_citizen()


@pytest.mark.asyncio
@pytest.mark.parametrize("act", ["press", "edit", "stranger", "kind"])
async def test_what_nobody_could_do_is_refused(preview: Preview, act: str) -> None:
    anna = preview.citizens[0]
    acts: dict[str, Callable[[], None]] = {
        "press": lambda: preview.press(anna.id, anna.chat.last.id, "forged"),
        "edit": lambda: preview.edit(anna.id, 9999, "x"),
        "stranger": lambda: preview.say(4711, "ciao"),
        "kind": lambda: preview.send(anna.id, "bomb"),
    }
    with pytest.raises(UsageError):
        acts[act]()


@pytest.mark.asyncio
async def test_a_conversation_is_saved_and_says_later_what_has_changed(preview: Preview, tmp_path: Path) -> None:
    saved = Transcripts(tmp_path)
    name = saved.save("Nido a Melegnano!", ["Un bambino", "7 anni", "zzz qqq www"], preview.world, preview.now)
    assert (name, saved.names()) == ("nido-a-melegnano", ["nido-a-melegnano"])
    assert saved.replay(name, preview.world)["same"]
    await preview.use_content(load_content(edited(content_folder(tmp_path / "changed"), "Non capisco proprio.")))
    again = saved.replay(name, preview.world)
    assert not again["same"]
    assert any("Non capisco proprio." in line for line in again["lines"] if line.startswith("+"))
    for wrong in ("", "  ", "!!!"):
        with pytest.raises(UsageError, match="Dai un nome"):
            saved.save(wrong, ["ciao"], preview.world, preview.now)
    with pytest.raises(UsageError, match="non c'è"):
        saved.replay("../../etc/passwd", preview.world)
