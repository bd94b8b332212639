"""The hand-written table of what fits, row by row. It was written without sight of the engine."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import pytest
import yaml

from bot.authoring.load import load_content
from bot.core.attributes import AGE, CATEGORY, NEED, Attribute
from bot.core.conditions import Known, Value
from bot.core.content import Content
from bot.core.explanation import explain
from bot.dialogue.phrasing import Phrasing
from bot.kinds.registry import KINDS
from bot.language.entities.ages import ages
from bot.language.text.utterance import Utterance

HERE = Path(__file__).parent
PROJECT = HERE.parent.parent
TODAY = dt.date(2026, 11, 22)
ROWS = yaml.safe_load((HERE / "table.yaml").read_text())


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Content:
    """The project's words with the small catalogue of this folder."""
    root = tmp_path_factory.mktemp("fits")
    shutil.copytree(PROJECT / "flows", root / "flows")
    shutil.copytree(PROJECT / "catalogue", root / "catalogue", ignore=shutil.ignore_patterns("services"))
    (root / "catalogue/services").mkdir()
    shutil.copy(HERE / "services.yaml", root / "catalogue/services")
    return load_content(root)


def stated(content: Content, profile: dict[str, object]) -> dict[str, Known | None]:
    """A row's profile as what was said."""
    said: dict[str, Known | None] = {}
    for attribute, written in profile.items():
        each = written if isinstance(written, list) else [written]
        values = tuple(value for one in each for value in values_of(attribute, one))
        said[attribute] = None if written == "non_so" else content.vocabulary.known(attribute, values)
    return said


def values_of(attribute: str, written: object) -> tuple[Value, ...]:
    if isinstance(written, dict) and "band" in written:
        return KINDS["age"].parse(str(written["band"]), Attribute(AGE, KINDS["age"], "Età", {}))
    if isinstance(written, dict) and attribute == NEED:
        return (CATEGORY + str(written["category"]),)
    if attribute == AGE and written != "non_so":
        return ages(Utterance(str(written)), TODAY)
    return (str(written),)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['offer']}-{row['profile']}")
def test_an_offer_gets_the_verdict_and_the_reason_of_the_table(catalogue: Content, row: dict[str, object]) -> None:
    profile = row["profile"]
    assert isinstance(profile, dict)
    offer = catalogue.on(TODAY).offers.get(str(row["offer"]))
    offer = offer or next(offer for offer in catalogue.offers if offer.id == row["offer"])
    explanation = explain(offer, catalogue.vocabulary.people(stated(catalogue, profile)))
    because = [] if explanation.verdict == "fits" else list(explanation.attributes)
    assert (explanation.verdict, because) == (row["verdict"], row["because"])
    if "says" in row:
        phrasing, names = Phrasing(catalogue.texts, catalogue.vocabulary), [catalogue.vocabulary[id].label for id in because]
        assert phrasing.only_reason(explanation.findings[:1], offer) == row["says"]
        whole = phrasing.only_reason(explanation.findings, offer)
        assert whole == ("" if len(because) > 1 else row["says"]), "of several attributes only the names are said"
        assert phrasing.attribute_names(explanation.findings).lower() == phrasing.join("and_word", names).lower()


def test_the_table_is_long_enough_to_be_believed() -> None:
    assert len(ROWS) >= 80
    assert {row["verdict"] for row in ROWS} == {"fits", "to_check", "does_not_fit"}
