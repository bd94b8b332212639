"""`python -m bot privacy`: papers that say what is so, and erasing on a desk's request."""

from __future__ import annotations

import re

from bot.cli.privacy_papers import PERSONAL_COLUMNS, register_of, transparency_sheet
from bot.core.privacy import NO_NOTICE, LegalBasis, PrivacyNotice, Retention
from bot.storage.rotation import sealed_columns
from bot.storage.tables import metadata
from tests.builders import TODAY

NOTICE = PrivacyNotice("il Comune", "02 1234567", "dpo@example.org", LegalBasis.CONSENT, retention=Retention(session_days=7))
#: Tables that hold nothing about people.
IMPERSONAL = {"budget", "confirmation", "content_version"}
#: Columns of the other tables that count, order and time the work.
WORK = re.compile(
    r"(id|bot|state|rank|kind|method|waiting|ready_at|attempts|doubts|worker|to_send|messages|sending|recent|moved_to|not_before|digest|.*_at|at)"
)
FIGURES = {
    "kinds": {"all": {"recall@1": 0.5, "recall@3": 1.0}},
    "urgent": {"found": 1.0, "n": 3, "false": 0.0},
    "human": {"found": None, "n": 0},
}


def test_every_column_is_in_the_register_or_is_about_the_work_alone() -> None:
    for table in metadata.sorted_tables:
        if table.name not in IMPERSONAL:
            told = PERSONAL_COLUMNS[table.name]
            assert told.keys() <= {column.name for column in table.columns}
            rest = [column.name for column in table.columns if column.name not in told and not WORK.fullmatch(column.name)]
            assert rest == [], table.name


def test_what_is_sealed_is_personal() -> None:
    assert all(column.name in PERSONAL_COLUMNS[column.table.name] for column in sealed_columns())


def test_the_register_says_the_settings_and_what_is_still_to_fill_in() -> None:
    text = register_of(NOTICE, metadata, is_sealed=True)
    assert "Titolare: il Comune" in text
    assert "consenso (art. 6.1.a" in text
    assert "ricerca, dall'ultimo messaggio: 7 giorni" in text
    assert "cifrate nel database: sì" in text
    assert "DA COMPLETARE" in register_of(NO_NOTICE, metadata, is_sealed=False)


def test_the_sheet_has_the_figures_of_the_run_and_no_others() -> None:
    text = transparency_sheet(NOTICE, FIGURES, 40, 12, TODAY)
    assert "il bisogno giusto per primo: 50%; tra i primi tre: 100%" in text
    assert "su 40 frasi" in text
    assert "tra 12," in text
    assert "chi vuole una persona riconosciuto: non misurato di 0" in text
