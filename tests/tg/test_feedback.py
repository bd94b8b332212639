"""What citizens say of the results, and the sentences that the bot did not understand, from Telegram to the database."""

from __future__ import annotations

import json

import pytest

from bot.core.unread import UnreadSentence
from bot.reports.unread import grouped
from tests.tg.harness import Phone, Scene

pytestmark = pytest.mark.asyncio

CHILD, MELEGNANO, PLAYROOM = "Un bambino o una bambina", "Melegnano", "Spazio gioco genitori e bimbi piccoli"
USEFUL, NOT_USEFUL = "👍 Mi è utile", "👎 Non mi serve"


def newest_search(scene: Scene) -> dict[str, object]:
    found: dict[str, object] = json.loads(
        scene.rows("SELECT payload FROM ledger WHERE kind = 'search' ORDER BY id DESC LIMIT 1")[0][0]
    )
    return found


def unread(scene: Scene) -> list[tuple[object, ...]]:
    return scene.rows("SELECT words, question FROM unread ORDER BY id")


async def test_one_tap_says_that_a_service_is_useful_and_is_not_asked_again(scene: Scene, anna: Phone) -> None:
    await anna.starts()
    await anna.taps(CHILD, "1–2 anni", MELEGNANO, PLAYROOM)
    assert USEFUL in anna.front.labels
    await anna.taps(USEFUL)
    assert newest_search(scene)["useful"] == "yes"
    assert anna.front.text.startswith("Grazie di averlo detto!")
    await anna.taps("Continua")
    assert USEFUL not in anna.front.labels


async def test_words_say_the_same_as_the_button_and_no_leads_to_a_person(scene: Scene, anna: Phone) -> None:
    await anna.starts()
    await anna.taps(CHILD, "1–2 anni", MELEGNANO, PLAYROOM)
    await anna.says("non mi serve")
    assert newest_search(scene)["useful"] == "no"
    assert len(anna.front.labels) == 2


@pytest.mark.parametrize("is_typed", [False, True])
@pytest.mark.parametrize(("words", "way_back"), [("non mi serve", "Torna alla lista"), ("/preferiti", "Continua")])
async def test_a_reply_that_covers_the_services_leads_back_to_them(
    anna: Phone, words: str, way_back: str, is_typed: bool
) -> None:
    await anna.starts()
    await anna.taps(CHILD, "1–2 anni", MELEGNANO, PLAYROOM)
    found = anna.front.text
    await anna.says(words)
    assert way_back in anna.front.labels
    await (anna.says if is_typed else anna.taps)(way_back)
    assert anna.front.text.startswith(found.splitlines()[0])


async def test_a_sentence_that_was_not_understood_is_kept_without_names_and_numbers(scene: Scene, anna: Phone) -> None:
    await anna.says("/start", "zzkx brubblo Giorgio Verdi 998877")
    assert unread(scene) == [("zzkx brubblo [nome] [nome] [numero]", "persona")]
    assert str(anna.id) not in str(scene.rows("SELECT person FROM unread"))


async def test_erasing_takes_the_sentences_too_and_leaves_a_way_on(scene: Scene, anna: Phone) -> None:
    await anna.says("/start", "zzkx brubblo")
    await scene.person(8, "Bruno").says("/start", "vrrnk gnappo")
    await anna.says("/esporta", "/cancella")
    await anna.taps("Sì, cancella tutto")
    assert [words for words, _ in unread(scene)] == ["vrrnk gnappo"]
    assert anna.front.labels == ["Cerca un servizio"]


async def test_sentences_go_after_their_days(scene: Scene, anna: Phone) -> None:
    await anna.says("/start", "zzkx brubblo")
    await scene.parts.store.do(lambda unit: unit.unread.purge(scene.clock() + 1, 10))
    assert unread(scene) == []


async def test_sentences_that_say_the_same_are_one_group_of_so_many_people() -> None:
    said = [("aiuto bollette", "a"), ("aiuto per le bolletta", "b"), ("aiuto bollette", "a"), ("!!", "c"), ("frigorifero", "d")]
    groups = grouped(UnreadSentence(words, "it", "bisogno", person) for words, person in said)
    assert [(one.words, one.count, one.people) for one in groups] == [("aiuto bollette", 3, 2), ("frigorifero", 1, 1)]
