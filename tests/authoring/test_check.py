"""What is doubtful in content that can be read, and what is no doubt at all. Each rule also has its case in `tests/broken/`."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from bot.authoring.check import check
from bot.authoring.checks.hard_to_read import citizen_texts
from bot.authoring.load import read_content
from tests.builders import SMALL, TODAY, content_folder, told

PLAIN = {
    "id": "prova",
    "name": "Prova",
    "organization": "Ente",
    "category": "famiglia",
    "need": "asilo-nido",
    "summary": "Una prova.",
    "assured": "2026-11-01",
    "locations": "[{place: dresano}]",
}


def with_service(root: Path, **fields: str) -> list[str]:
    """What is told of the small content with one more service, without places."""
    written = "- " + "\n  ".join(f"{name}: {value}" for name, value in {**PLAIN, **fields}.items()) + "\n"
    found = told(content_folder(root, {"catalogue/services/prova.yaml": written}))
    return [line.split(": ", 1)[1] for line in found]


def test_content_without_errors_is_counted_and_measured(tmp_path: Path) -> None:
    report = check(read_content(content_folder(tmp_path)), TODAY)
    assert report.counts == {
        "needs": 5,
        "services": 5,
        "services_stable": 3,
        "offers": 6,
        "offers_seasonal": 2,
        "flows": 2,
        "questions": 9,
    }
    assert 50 <= report.gulpease["min"] <= report.gulpease["mean"] <= 100


def test_content_with_errors_is_neither_counted_nor_measured(tmp_path: Path) -> None:
    report = check(read_content(content_folder(tmp_path, {"flows/prova.yaml": ""})), TODAY)
    assert (len(report.errors), report.warnings, report.counts, report.gulpease) == (1, (), {}, {})


def test_every_text_that_citizens_read_is_measured(tmp_path: Path) -> None:
    said = {text for _, text in citizen_texts(read_content(content_folder(tmp_path)))}
    assert {
        "Ciao! Ti faccio poche domande.",
        "Quanti anni ha?",
        "Molti servizi hanno un'età minima o massima.",
        "Grazie del tuo tempo!",
        "Costruiamo un burattino e poi lo facciamo parlare.",
        "Da 120 a 480 € al mese, secondo l'ISEE.",
        "Compila il modulo sul sito del Comune, da marzo ad aprile.",
    } <= said


@pytest.mark.parametrize(
    "eligibility",
    ["{persona: bambino}", "{any: [{persona: anziano}, {eta: 6-10}]}", "{eta: 6-10, not: {persona: ragazzo}}"],
)
def test_an_ordinary_condition_is_no_doubt(tmp_path: Path, eligibility: str) -> None:
    assert with_service(tmp_path, eligibility=eligibility) == []


def test_a_service_that_is_not_for_a_disability_need_not_be_accessible_with_it(tmp_path: Path) -> None:
    found = with_service(tmp_path, eligibility="{not: {disabilita: motoria}}")
    assert [line for line in found if "accessibility" in line] == []


@pytest.mark.parametrize("access", ["yes", "on_request"])
def test_a_service_for_a_disability_that_can_be_used_with_it_is_no_doubt(tmp_path: Path, access: str) -> None:
    found = with_service(tmp_path, eligibility="{disabilita: [motoria, nessuna]}", accessibility=f"{{motoria: {access}}}")
    assert [line for line in found if "accessibility" in line] == []


def test_a_service_for_two_disabilities_that_says_nothing_of_them_is_doubtful_twice(tmp_path: Path) -> None:
    found = with_service(tmp_path, eligibility="{disabilita: [motoria, uditiva]}", accessibility="{motoria: no}")
    assert [line for line in found if "accessibility" in line] == [
        "il servizio è per la disabilità «motoria», ma «accessibility» non dice «motoria: yes».",
        "il servizio è per la disabilità «uditiva», ma «accessibility» non dice «uditiva: yes».",
    ]


@pytest.mark.parametrize(("assured", "doubts"), [("2026-02-25", 0), ("2026-02-24", 1), ("2024-02-29", 1)])
def test_an_entry_is_checked_again_within_nine_months(tmp_path: Path, assured: str, doubts: int) -> None:
    assert len(with_service(tmp_path, assured=assured)) == doubts


def test_a_season_that_comes_back_is_never_over(tmp_path: Path) -> None:
    assert with_service(tmp_path, valid="10 giugno - 5 settembre") == []


def test_a_season_that_ends_today_is_not_over(tmp_path: Path) -> None:
    assert with_service(tmp_path, valid="{from: 2026-06-10, until: 2026-11-22}") == []
    assert len(with_service(tmp_path, valid="{from: 2026-06-10, until: 2026-11-21}")) == 1


def test_an_event_with_a_date_to_come_is_not_over(tmp_path: Path) -> None:
    dates = '[{place: dresano, dates: ["2026-11-01 15:00-17:00", "2026-12-01 15:00-17:00"]}]'
    assert with_service(tmp_path, locations=dates) == []


def test_a_service_that_goes_on_in_another_place_is_not_over(tmp_path: Path) -> None:
    places = '[{place: dresano, dates: ["2026-11-01 15:00-17:00", "2026-11-08 15:00-17:00"]}, {place: carpiano, hours: lun 9-12}]'
    assert with_service(tmp_path, locations=places) == []


def test_two_questions_for_the_same_thing_may_be_put_to_different_people(tmp_path: Path) -> None:
    flow = (SMALL / "flows/cerca.yaml").read_text(encoding="utf-8")
    other = "  - ask: Quanti anni avete?\n    fills: eta\n    when: {persona: famiglia}\n"
    assert (
        told(content_folder(tmp_path, {"flows/cerca.yaml": flow.replace("  - ask: In quale", other + "  - ask: In quale")})) == []
    )


def test_without_long_texts_nothing_is_measured(tmp_path: Path) -> None:
    source = read_content(content_folder(tmp_path))
    short = type(source)(source.content, source.problems)
    assert check(short, dt.date(2026, 11, 22)).gulpease == {}
