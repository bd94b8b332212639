"""The ledger, as conversations on Telegram leave it."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any as Json

import pytest

from bot.core.ledger import pseudonym, quarter_of
from tests.tg.harness import Phone, Scene

pytestmark = pytest.mark.asyncio

CHILD, MELEGNANO = "Un bambino o una bambina", "Melegnano"


def searches(scene: Scene) -> list[dict[str, Json]]:
    """The searches in the ledger, oldest first."""
    return [json.loads(payload) for (payload,) in scene.rows("SELECT payload FROM ledger WHERE kind = 'search' ORDER BY id")]


def keys(scene: Scene) -> list[str]:
    """Their keys."""
    return [key for (key,) in scene.rows("SELECT key FROM ledger WHERE kind = 'search' ORDER BY id")]


async def test_a_search_by_buttons_is_one_record_with_its_need_and_end(scene: Scene, anna: Phone) -> None:
    await anna.starts()
    await anna.taps(CHILD, "1–2 anni", MELEGNANO, "Spazio gioco genitori e bimbi piccoli")
    (record,) = searches(scene)
    assert record["needs"] == {"spazio-gioco": "met"}
    assert record["opened"] == ["spazio-gioco"]
    assert [record[name] for name in ("person", "age", "place")] == ["bambino", "12..36", "melegnano"]
    assert "question" not in record


async def test_a_search_that_is_left_says_at_which_question(scene: Scene, anna: Phone) -> None:
    await anna.starts()
    await anna.taps(CHILD)
    (record,) = searches(scene)
    assert record["question"] == "eta"
    assert "needs" not in record


@pytest.mark.parametrize(
    ("said", "way"),
    [("cerco un nido a melegnano per mia figlia di 18 mesi", "sentence"), ("/cerca nido a melegnano, 18 mesi", "search")],
)
async def test_a_need_in_words_is_kept_without_the_words(scene: Scene, anna: Phone, said: str, way: str) -> None:
    await anna.says("/start", said)
    record = searches(scene)[-1]
    assert (record["needs"], record["way"]) == ({"asilo-nido": "out_of_season"}, way)
    assert "figlia" not in json.dumps(record)


async def test_a_link_to_a_service_is_a_need(scene: Scene, anna: Phone) -> None:
    await anna.starts("nido-comunale")
    record = searches(scene)[-1]
    assert (record["way"], record["needs"], record["opened"]) == ("link", {"asilo-nido": "out_of_season"}, ["nido-comunale"])


async def test_a_need_that_nobody_serves_has_its_cause(scene: Scene, anna: Phone) -> None:
    await anna.says("/start", "cerco un nido a melegnano per mio figlio di 14 anni", "asilo nido")
    record = searches(scene)[-1]
    assert record["needs"] == {"asilo-nido": "not_eligible"}


async def test_none_of_these_is_a_refusal(scene: Scene, anna: Phone) -> None:
    await anna.starts()
    await anna.taps(CHILD, "6–10 anni", MELEGNANO, "Vedi i servizi")
    await anna.says("nessuno va bene")
    assert set(searches(scene)[-1]["needs"].values()) == {"refused"}


async def test_words_that_are_not_understood_are_counted_and_not_kept(scene: Scene, anna: Phone) -> None:
    await anna.says("/start", "zzkx")
    record = searches(scene)[-1]
    assert (record["unclear"], record["needs"]) == (1, {"": "not_understood"})
    assert "zzkx" not in json.dumps(searches(scene))


async def test_a_new_search_is_a_new_record_of_the_same_pseudonym(scene: Scene, anna: Phone) -> None:
    await anna.says("/start", "/start")
    await scene.person(8, "Bruno").starts()
    names = [key.partition(".")[0] for key in keys(scene)]
    assert len(names) - len(set(names)) == len(names) - 2
    assert all(str(anna.id) not in key.partition(".")[0] for key in keys(scene))


async def test_the_time_of_a_record_is_a_day(scene: Scene, anna: Phone) -> None:
    await anna.starts()
    assert scene.rows("SELECT at FROM ledger")[0][0] % 86400 == 0


async def test_of_a_sensitive_need_and_attribute_only_the_category_is_kept(shipped: Json, opened: Json) -> None:
    scene = await opened(shipped)
    carla = scene.person(9, "Carla")
    await carla.says("/start", "mio marito mi picchia, cerco un centro antiviolenza a melegnano")
    await carla.says("/start", "trasporto per mio figlio autistico di 8 anni a melegnano")
    written = json.dumps(searches(scene)) + "".join(keys(scene))
    for word in ("violenza", "autis", "Carla", "marito"):
        assert word not in written, word


async def test_a_turn_that_changes_nothing_writes_nothing(scene: Scene, anna: Phone) -> None:
    await anna.starts()
    rows = scene.rows("SELECT * FROM ledger")
    await anna.says("grazie")
    assert scene.rows("SELECT * FROM ledger") == rows


async def test_a_pseudonym_changes_every_quarter() -> None:
    quarters = {quarter_of(dt.date(2026, month, 1)) for month in range(1, 13)}
    assert sorted(quarters) == ["2026Q1", "2026Q2", "2026Q3", "2026Q4"]
    assert len({pseudonym(b"k" * 32, 7, quarter) for quarter in quarters}) == 4
    assert pseudonym(b"k" * 32, 7, "2026Q1") != pseudonym(b"x" * 32, 7, "2026Q1")
