"""Worlds of other content: what was learnt stays as long as nothing that teaches has changed."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from bot.authoring.load import load_content
from bot.core.content import Content
from bot.usecases.worlds import Worlds
from tests.builders import NOW, content_folder


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Content:
    return load_content(content_folder(tmp_path_factory.mktemp("worlds") / "content"))


@pytest.fixture(scope="module")
def worlds(small: Content) -> Worlds:
    worlds = Worlds(small, lambda moment: dt.datetime.fromtimestamp(moment).date(), staffed=True)  # noqa: DTZ006 - any zone
    worlds.use(worlds.trained(small, NOW.timestamp()))
    return worlds


@pytest.mark.parametrize(
    ("change", "learns"),
    [
        (lambda content: {"texts": {**content.texts, "maybe": "Forse?"}}, False),
        (lambda content: {"services": tuple(replace(one, cost="gratis") for one in content.services)}, False),
        (lambda content: {"services": tuple(replace(one, summary="Per chi suona") for one in content.services)}, True),
        (lambda content: {"nothing": (*content.nothing, "boh, niente")}, True),
        (lambda content: {"dangers": {}}, True),
    ],
    ids=["sentence", "cost", "summary", "example", "danger"],
)
def test_only_what_teaches_is_learnt_again(small: Content, worlds: Worlds, change: object, learns: bool) -> None:
    assert callable(change)
    other = replace(small, **change(small))
    before = worlds(NOW.timestamp())
    after = worlds.trained(other, NOW.timestamp())
    assert (after.understanding is not before.understanding) is learns
    assert after.slot_reader is before.slot_reader
    assert after.content is other
