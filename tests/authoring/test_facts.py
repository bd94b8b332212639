"""Claims about the real world: each with its source and dates."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.authoring.checks.stale_facts import perishable_years
from bot.cli.main import commands
from bot.core.content import Content
from tests.builders import content_folder
from tests.conftest import PROJECT

TODAY = dt.date(2026, 11, 30)
CARD = """
- id: vero
  name: Vero
  organization: Ente
  category: famiglia
  need: [asilo-nido]
  summary: Rispondiamo al 112 e in 3 lingue. Di' «cerco 2 nidi».
  phone: "800 123456"
  collected: 2026-10-01
  source: ente.it, 1 ottobre 2026
  recheck: 2027-05-31
  locations:
    - {place: dresano, hours: lun-ven 9-12}
"""


def test_claims_are_listed_with_their_source_and_dates(tmp_path: Path) -> None:
    root = content_folder(tmp_path, {"catalogue/services/veri.yaml": CARD})
    ran = CliRunner().invoke(commands, ["check", "--facts", "--json", "--content", str(root)])
    found = [fact for fact in json.loads(ran.stdout) if fact["entry"] == "vero"]
    assert [(fact["kind"], fact["value"], fact["line"]) for fact in found] == [
        ("telefono", "800 123456", 8),
        ("orari", "Mo-Fr 09:00-12:00", 13),
        ("frase", "Rispondiamo al 112 e in 3 lingue.", 7),
    ]
    told = {"source": "ente.it, 1 ottobre 2026", "collected": "2026-10-01", "checked": None, "recheck": "2027-05-31"}
    assert all(fact.items() >= told.items() for fact in found)


def test_every_claim_of_the_shipped_content_has_a_source_and_a_date() -> None:
    ran = CliRunner().invoke(commands, ["check", "--facts", "--json", "--content", str(PROJECT)])
    facts = json.loads(ran.stdout)
    assert len(facts) > 100
    assert [fact for fact in facts if not fact["source"] or not (fact["collected"] or fact["checked"])] == []


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("Nel 2026 il limite è 9.796 €.", ["2026"]),
        ("Ricevi 520 € al mese (bando 2026).", ["2026"]),
        ("Per il 2027 chiama prima.", ["2027"]),
        ("Dal 2026 il limite è 9.796 €. Da marzo 2026 basta il certificato.", []),
        ("Dal 3 agosto 2026 non vale più.", []),
        ("La legge è del 2012.", []),
    ],
)
def test_a_year_that_goes_stale_is_doubted(text: str, years: list[str]) -> None:
    assert [year for _, year in perishable_years(text, TODAY)] == years


def test_no_real_entry_claims_a_check_that_nobody_made(content: Content) -> None:
    real = [service for service in content.services if not service.example]
    assert len(real) > 30
    assert all(service.assured is None and service.collected is not None for service in real)
