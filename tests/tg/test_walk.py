"""Walks through many screens: every button can also be typed, and everything that is sent keeps to Telegram's limits."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from bot.core.attributes import Attribute, Term
from bot.core.conditions import ALWAYS, Atom
from bot.core.content import Content
from bot.fake_telegram import Message
from bot.kinds.registry import KINDS
from tests.builders import THOROUGH, at, event, flow, question, service, vocabulary
from tests.tg.conftest import Open
from tests.tg.harness import Phone, Scene, Stage, data_of

pytestmark = pytest.mark.asyncio

OLD = "Questo pulsante è di una ricerca di prima."
MOST_TEXT, MOST_CAPTION, MOST_DATA, MOST_BUTTONS = 4096, 1024, 64, 100
WALKS = range(4 * THOROUGH)


def units(text: str) -> int:
    """The length of a text as Telegram counts it."""
    return len(text.encode("utf-16-le")) // 2


def body(message: Message) -> str:
    """A message without what was said above: that a typed answer was understood, that the search begins anew."""
    head, _, rest = message.text.partition("\n\n")
    text = rest if head.startswith(("Ho capito", "Va bene")) and rest else message.text
    # Where lines are few, they stand without empty ones between them.
    lines = [line for line in text.split("\n") if line]
    return "\n".join(lines[1:] if lines[0].startswith(("Ho capito", "Va bene")) else lines)


def keep_to_the_limits(scene: Scene) -> None:
    """Telegram refused nothing; and its limits hold with what it may not check."""
    assert scene.refusals == []
    assert scene.failed == []
    for call in scene.sent:
        assert 0 < units(call.get("text", "-")) <= MOST_TEXT
        assert units(call.get("caption", "")) <= MOST_CAPTION
    for keyboard in scene.keyboards:
        assert sum(map(len, keyboard)) <= MOST_BUTTONS
        for button in (button for row in keyboard for button in row):
            assert 0 < len(button.get("callback_data", "-").encode()) <= MOST_DATA
            assert 0 < len(button["text"]) <= 120


@pytest.mark.parametrize("walk", WALKS)
async def test_every_button_can_also_be_typed_by_its_words_or_its_number(
    opened: Open, shipped: Stage, seed: str, walk: int
) -> None:
    scene = await opened(shipped)
    dice = random.Random(f"{seed} {walk}")
    presses, words = scene.person(1, "Preme"), scene.person(2, "Scrive")
    for phone in (presses, words):
        await phone.starts(dice.choice(["", "eventi"]) if walk % 2 else "")
    if body(presses.front) != body(words.front):
        await presses.starts()
        await words.starts()
    for _ in range(14):
        buttons = list(data_of(presses.front))
        label, data = dice.choice(buttons)
        plain = label.removeprefix("✓ ")
        if label == "Salva le date":
            continue
        await presses.taps(data)
        again = [one.removeprefix("✓ ") for one, _ in data_of(words.front)]
        await words.says(plain if again.count(plain) == 1 else key_of(words, again.index(plain)))
        assert (label, body(words.front)) == (label, body(presses.front))
        assert words.front.labels == presses.front.labels
    keep_to_the_limits(scene)


def key_of(phone: Phone, place: int) -> str:
    """What is typed to choose a button by its place."""
    return chr(ord("a") + place) if "uanti anni" in phone.front.text else str(place + 1)


@pytest.mark.parametrize("walk", WALKS)
async def test_a_long_walk_keeps_to_the_limits(opened: Open, shipped: Stage, seed: str, walk: int) -> None:
    scene = await opened(shipped)
    dice = random.Random(f"{seed} {walk}")
    anna = scene.person(7, "Anna")
    await anna.starts()
    for _ in range(40):
        choices = [data for _, data in data_of(anna.front)]
        typed = ["/servizi", "/eventi", "/aiuto", "/modifica", "famiglia", "non lo so", "vedi i servizi", "x"]
        if dice.random() < 0.8:
            await anna.taps(dice.choice(choices))
        else:
            await anna.says(dice.choice(typed))
        assert anna.front.labels
    assert not any(message.text.startswith(OLD) for message in anna.heard)
    keep_to_the_limits(scene)


def long(word: str) -> str:
    """An id of sixty characters."""
    return f"{word}-{'lungo-' * 10}"[:59] + "z"


@pytest.fixture
def long_stage(content: Content, tmp_path: Path) -> Stage:
    """Content whose ids are all as long as may be."""
    more = Attribute(
        long("attributo"),
        KINDS["choice"],
        "Altro",
        {long(name): Term(long(name), f"Valore {name}") for name in ("primo", "secondo", "terzo")},
        multiple=True,
    )
    words = vocabulary(more)
    services = [
        service(
            long(f"servizio-{number}"),
            Atom(more.id, frozenset({long("primo")})) if number % 3 == 0 else ALWAYS,
            at("melegnano", events=(event("2026-12-13 15:00", "2026-12-13 17:00"),), position=(45.36, 9.32)),
            at("dresano"),
            name=f"Servizio {number} " + "🎈" * 20,
            summary="Una frase. " * 400,
        )
        for number in range(12)
    ]
    asked = flow("persona", "comune", more.id, question("famiglia"), id=long("flusso"), command="servizi", show=5)
    return Stage(Content(words, {asked.id: asked}, tuple(services), content.texts), tmp_path / "empty.db")


async def test_the_longest_ids_fit_into_buttons_and_still_mean_what_they_say(opened: Open, long_stage: Stage) -> None:
    scene = await opened(long_stage)
    anna = scene.person(7, "Anna")
    await anna.starts()
    await anna.taps("Melegnano")
    question = anna.front
    await anna.taps("Valore primo", "Valore terzo", "✓ Valore terzo")
    assert "✓ Valore primo" in question.labels
    await anna.taps("Fatto")
    assert question.text.endswith("✓ Valore primo")
    results = anna.front
    await anna.taps(anna.front.labels[3])
    assert anna.front is results
    assert anna.front.text.startswith("Servizio ")
    assert units(anna.front.text) < 700
    await anna.taps("Più dettagli")
    assert anna.front is results
    assert units(anna.front.text) == MOST_TEXT
    assert anna.front.text.endswith(" …")
    await anna.taps("Meno dettagli")
    await anna.taps("Salva le date", "Mappa")
    assert "venue" in anna.front.content
    await anna.taps("Torna alla lista", "Altri servizi", "Servizi di prima")
    assert not any(message.text.startswith(OLD) for message in anna.heard)
    assert scene.refusals == []


async def test_long_ids_are_understood_in_links_too(opened: Open, long_stage: Stage) -> None:
    scene = await opened(long_stage)
    anna = scene.person(7, "Anna")
    await anna.starts(long("servizio-1"))
    assert anna.front.text.startswith("Servizio 1 ")


@pytest.mark.parametrize("walk", WALKS)
async def test_a_walk_over_the_longest_ids_never_loses_its_way(opened: Open, long_stage: Stage, seed: str, walk: int) -> None:
    scene = await opened(long_stage)
    dice = random.Random(f"{seed} {walk}")
    anna = scene.person(7, "Anna")
    await anna.starts()
    for _ in range(25):
        buttons = [data for label, data in data_of(anna.front) if label not in {"Salva le date", "Mappa"}]
        await anna.taps(dice.choice(buttons))
        assert not anna.front.text.startswith(OLD)
    keep_to_the_limits(scene)
