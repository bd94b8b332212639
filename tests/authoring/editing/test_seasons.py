"""Last year's season again."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from bot.authoring.editing.drafts import errors_after, write
from bot.authoring.editing.seasons import next_season
from bot.authoring.load import load_content
from tests.builders import content_folder

CAMP = """
- id: campo-2026
  name: Campo 2026
  organization: Ente
  category: famiglia
  need: [doposcuola]
  summary: Una settimana insieme.
  apply: dal 1 marzo al 15 aprile 2026
  valid: {from: 2026-06-08, until: 31 luglio 2026}
  availability: full
  assured: 2026-10-01
  locations:
    - {place: melegnano, dates: ["13 giugno 2026 15:00-17:00"], availability: full}   # in palestra

# --- Altro
"""


def test_a_season_comes_again_on_the_same_days_of_the_week_to_be_confirmed(tmp_path: Path) -> None:
    file = "catalogue/services/campi.yaml"
    root = content_folder(tmp_path, {file: CAMP})
    season = next_season(root, 2027, "campi.yaml")
    assert season.copies == {"campo-2026": "campo-2027"}
    assert errors_after(root, season.files) == ()
    assert season.files[file].startswith(CAMP.partition("\n\n# ---")[0])
    assert season.files[file].endswith("# --- Altro\n")
    assert season.files[file].count("# --- Altro") == 1
    write(root, season.files)
    camp = load_content(root).services_by_id["campo-2027"]
    assert camp.name == "Campo 2027"
    assert camp.assured is None
    assert camp.valid is not None
    assert camp.apply is not None
    assert [day.on(2027) for day in (camp.valid.start, camp.valid.end)] == [dt.date(2027, 6, 7), dt.date(2027, 7, 31)]
    assert [day.on(2027) for day in (camp.apply.start, camp.apply.end)] == [dt.date(2027, 3, 1), dt.date(2027, 4, 15)]
    event = camp.locations[0].events[0]
    assert event.start == dt.datetime(2027, 6, 12, 15)
    assert camp.locations[0].availability == "open"
    assert "   # in palestra\n\n# ---" in season.files[file]
    assert next_season(root, 2027, "campi.yaml").copies == {}
