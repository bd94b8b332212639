"""Claims of the notice, the register and the page on security: each names the tests that show it."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest

from bot.authoring.readability import gulpease
from bot.cli.privacy_papers import register_of, transparency_sheet
from bot.core.content import Content
from bot.core.privacy import LegalBasis, PrivacyNotice
from bot.storage.tables import metadata
from tests.builders import TODAY
from tests.cli.test_privacy import FIGURES
from tests.conftest import PROJECT

#: A text that citizens read, or the beginning of a line of the papers → the tests that show it: "file::test" or a golden file.
NOTICE_CLAIMS: Mapping[str, tuple[str, ...]] = {
    "first_notice": (
        "dialogue/golden/50-informativa.txt",
        "dialogue/test_privacy.py::test_the_notice_comes_once_and_again_when_its_facts_change",
        "tg/test_privacy.py::test_after_erasing_no_word_of_the_citizen_is_in_the_database",
    ),
    "privacy_title": ("dialogue/golden/50-informativa.txt",),
    "privacy_controller": ("dialogue/golden/50-informativa.txt",),
    "privacy_contact": ("dialogue/golden/50-informativa.txt",),
    "privacy_officer": ("dialogue/golden/50-informativa.txt",),
    "privacy_basis_public_task": ("dialogue/golden/50-informativa.txt",),
    "privacy_basis_consent": ("dialogue/golden/51-consenso.txt", "dialogue/test_privacy.py::test_nothing_is_kept_before_consent"),
    "privacy_data": (
        "tg/test_privacy.py::test_a_copy_holds_all_that_the_bot_knows_in_two_files",
        "tg/test_canary.py::test_nothing_is_left_after_erasing",
    ),
    "privacy_readers": (
        "tg/cases/test_matrix.py::test_everybody_can_do_what_the_table_says_and_nothing_else",
        "tg/cases/test_meanwhile.py::test_a_case_of_which_nothing_is_shared_shows_nothing_later",
        "tg/cases/test_priority.py::test_a_citizen_in_danger_hears_the_number_before_all_who_ask_at_the_same_time",
        "test_logs.py::test_a_running_bot_tells_neither_who_wrote_nor_what",
    ),
    "privacy_sensitive": (
        "tg/test_retention.py::test_sensitive_answers_go_after_twelve_hours_of_silence_and_the_others_stay",
        "tg/test_ledger.py::test_of_a_sensitive_need_and_attribute_only_the_category_is_kept",
    ),
    "privacy_session": (
        "storage/test_contract_personal_data.py::test_upkeep_deletes_what_is_older_than_its_setting_and_only_that",
        "storage/test_contract_personal_data.py::test_silent_chats_go_and_those_with_an_open_case_stay",
        "usecases/test_retention.py::test_sensitive_answers_and_the_searches_of_silent_subscribers_go_in_time",
    ),
    "privacy_alerts": ("usecases/test_retention.py::test_an_alert_goes_after_its_days",),
    "privacy_surveys": (
        "storage/test_contract_personal_data.py::test_upkeep_deletes_what_is_older_than_its_setting_and_only_that",
        "tg/test_surveys.py::*",
    ),
    "privacy_case": ("tg/test_retention.py::test_a_case_loses_its_words_and_later_its_citizen",),
    "privacy_unread": (
        "tg/test_feedback.py::test_a_sentence_that_was_not_understood_is_kept_without_names_and_numbers",
        "tg/test_feedback.py::test_sentences_go_after_their_days",
    ),
    "privacy_rights": (
        "tg/test_privacy.py::test_a_copy_holds_all_that_the_bot_knows_in_two_files",
        "tg/test_privacy.py::test_a_desk_erases_for_somebody_who_has_blocked_the_bot",
        "tg/test_canary.py::test_nothing_is_left_after_erasing",
    ),
    "consent_ask": ("dialogue/test_privacy.py::test_nothing_is_kept_before_consent",),
    "consent_refused": ("dialogue/golden/51-consenso.txt", "dialogue/test_privacy.py::test_nothing_is_kept_before_consent"),
    "consent_contact": ("dialogue/golden/51-consenso.txt",),
    "consent_thanks": ("dialogue/golden/51-consenso.txt",),
    "export_ready": ("tg/test_privacy.py::test_a_copy_holds_all_that_the_bot_knows_in_two_files",),
    "erase_ask": ("dialogue/golden/52-cancella.txt",),
    "erase_ask_case": ("tg/test_privacy.py::test_after_erasing_no_word_of_the_citizen_is_in_the_database",),
    "erase_kept": ("dialogue/golden/52-cancella.txt",),
    "erased": ("tg/test_canary.py::test_nothing_is_left_after_erasing",),
    "erased_group": ("tg/test_canary.py::test_nothing_is_left_after_erasing",),
    "erased_group_later": ("tg/cases/golden/cancella-senza-argomenti.txt",),
    "erased_remains": (
        "tg/test_canary.py::test_nothing_is_left_after_erasing",
        "tg/test_ledger.py::test_a_pseudonym_changes_every_quarter",
    ),
    "erased_barred": ("tg/test_privacy.py::test_whoever_is_blocked_is_told_that_this_alone_remains",),
}
#: The lines of the register, the assessment and the sheet, by their beginning.
PAPER_CLAIMS: Mapping[str, tuple[str, ...]] = {
    "- Titolare": ("cli/test_privacy.py::test_the_register_says_the_settings_and_what_is_still_to_fill_in",),
    "- Contatto": ("cli/test_privacy.py::test_the_register_says_the_settings_and_what_is_still_to_fill_in",),
    "- Responsabile": ("cli/test_privacy.py::test_the_register_says_the_settings_and_what_is_still_to_fill_in",),
    "- Finalità": ("tg/test_ledger.py::test_a_search_by_buttons_is_one_record_with_its_need_and_end",),
    "- Base giuridica": ("cli/test_privacy.py::test_the_register_says_the_settings_and_what_is_still_to_fill_in",),
    "- Interessati": ("cli/test_privacy.py::test_every_column_is_in_the_register_or_is_about_the_work_alone",),
    "- Destinatari": ("tg/cases/test_matrix.py::test_everybody_can_do_what_the_table_says_and_nothing_else",),
    "- Trasferimenti": ("tg/test_talk.py::*",),
    "- Sicurezza": (
        "tg/test_canary.py::test_with_a_key_nothing_is_in_the_files_at_any_time",
        "storage/test_sealing.py::test_every_row_is_read_while_a_rotation_is_killed_again_and_again_under_load",
    ),
    "- Ruoli": (),
    "- risposte delicate": ("tg/test_retention.py::test_sensitive_answers_go_after_twelve_hours_of_silence_and_the_others_stay",),
    "- ricerca": ("storage/test_contract_personal_data.py::test_silent_chats_go_and_those_with_an_open_case_stay",),
    "- parole di un caso": ("tg/test_retention.py::test_a_case_loses_its_words_and_later_its_citizen",),
    "- caso, dalla fine": ("tg/test_retention.py::test_a_case_loses_its_words_and_later_its_citizen",),
    "- messaggi messi da parte": ("storage/test_contract_personal_data.py::test_old_quarantined_updates_go",),
    "- registro dei bisogni": ("storage/test_contract_personal_data.py::test_of_the_ledger_goes_what_is_older_and_only_that",),
    "- risposte ai questionari": (
        "storage/test_contract_personal_data.py::test_upkeep_deletes_what_is_older_than_its_setting_and_only_that",
    ),
    "- avvisi chiesti": ("usecases/test_retention.py::test_an_alert_goes_after_its_days",),
    "- frasi non capite": ("tg/test_feedback.py::test_sentences_go_after_their_days",),
    "- nomi degli operatori": (
        "tg/cases/test_turn_of_case.py::test_an_assignee_who_leaves_the_group_leaves_the_cases_to_the_desk",
    ),
    "- chiusure e risposte pronte": ("tg/cases/test_proposals.py::test_a_desk_keeps_replies_of_its_own_with_placeholders",),
    "- `": ("cli/test_privacy.py::test_every_column_is_in_the_register_or_is_about_the_work_alone",),
    "1. ": (),
    "2. ": ("dialogue/golden/08-non-lo-so.txt",),
    "3. ": (),
    "4. ": (),
    "- qualcuno legge il telefono": ("dialogue/golden/36-violenza.txt",),
    "- qualcuno copia il database": ("tg/test_canary.py::test_with_a_key_nothing_is_in_the_files_at_any_time",),
    "- un operatore legge": ("tg/cases/test_meanwhile.py::test_a_case_of_which_nothing_is_shared_shows_nothing_later",),
    "- il bot capisce male": ("dangers/test_danger_texts.py::*",),
    "Un programma di": ("cli/test_privacy.py::test_the_sheet_has_the_figures_of_the_run_and_no_others",),
    "- Fa poche domande": ("fits/test_fits.py::*",),
    "- Capisce frasi": ("dialogue/test_sentences.py::*",),
    "- Passa la conversazione": ("dialogue/golden/12-operatore.txt",),
    "- In caso di pericolo": ("dangers/test_danger_texts.py::*",),
    "- Non decide": ("dialogue/golden/01-nido-8-mesi.txt",),
    "- Non dà consigli": ("language/test_nothing.py::*",),
    "- Non usa i dati": ("tg/test_feedback.py::test_a_sentence_that_was_not_understood_is_kept_without_names_and_numbers",),
    "- Chiunque può avere": ("tg/test_privacy.py::test_a_copy_holds_all_that_the_bot_knows_in_two_files",),
    "Misura fatta oggi": ("cli/test_privacy.py::test_the_sheet_has_the_figures_of_the_run_and_no_others",),
    "- il bisogno giusto": ("cli/test_privacy.py::test_the_sheet_has_the_figures_of_the_run_and_no_others",),
    "- i pericoli": ("cli/test_privacy.py::test_the_sheet_has_the_figures_of_the_run_and_no_others",),
    "- chi vuole una persona": ("cli/test_privacy.py::test_the_sheet_has_the_figures_of_the_run_and_no_others",),
    "- Può capire male": ("dialogue/golden/34-correzione.txt",),
    "- Le schede valgono": (
        "tg/cases/test_validity.py::test_an_answer_is_on_the_card_at_once_and_the_next_service_is_asked_about",
    ),
    "- Non sostituisce": ("dialogue/golden/36-violenza.txt",),
}
NOTICE = PrivacyNotice("il Comune", "02 1234567", "dpo@example.org", LegalBasis.PUBLIC_TASK)


def is_there(test: str) -> bool:
    """A golden file, or a test of a file; `*` is any test of it."""
    path, _, name = test.partition("::")
    file = PROJECT / "tests" / path
    if not file.is_file() or not name:
        return file.is_file()
    return name == "*" or re.search(rf"^(async )?def {name}\(", file.read_text(encoding="utf-8"), re.MULTILINE) is not None


def test_every_claim_names_tests_that_are_there() -> None:
    named = [test for claims in (NOTICE_CLAIMS, PAPER_CLAIMS) for tests in claims.values() for test in tests]
    assert [test for test in named if not is_there(test)] == []


def test_every_sentence_of_the_notice_is_a_claim_with_tests(content: Content) -> None:
    told = ("privacy_", "first_notice", "consent_", "erase_", "erased", "export_ready")
    sentences = {key for key in content.texts if key.startswith(told) and not key.endswith("_button")}
    assert sentences == NOTICE_CLAIMS.keys()
    assert all(NOTICE_CLAIMS.values())


def test_every_line_of_the_papers_is_a_claim() -> None:
    papers = f"{register_of(NOTICE, metadata, is_sealed=True)}\n{transparency_sheet(NOTICE, FIGURES, 40, 12, TODAY)}"
    lines = [line.strip() for line in papers.splitlines() if line.strip() and not line.startswith("#")]
    assert [line for line in lines if not line.startswith(tuple(PAPER_CLAIMS))] == []
    assert [claim for claim in PAPER_CLAIMS if not any(line.startswith(claim) for line in lines)] == []


def test_the_page_on_security_names_tests_that_are_there() -> None:
    page = (PROJECT / "docs/SICUREZZA.md").read_text(encoding="utf-8")
    rows = [row for row in page.splitlines() if row.startswith("| ") and "tests/" in row]
    named = [re.sub(r"^tests/", "", path) for row in rows for path in re.findall(r"`(tests/[^`*]+)`", row)]
    assert len(rows) > 10
    assert [path for path in named if not is_there(path)] == []


@pytest.mark.parametrize("basis", LegalBasis)
def test_what_citizens_read_is_easy_to_read(content: Content, basis: LegalBasis) -> None:
    numbers = {"hours": 12, "days": 90, "controller": "Comune", "contact": "02 1234567", "officer": "dpo@example.org"}
    read = {key: content.texts[key].format(**numbers) for key in NOTICE_CLAIMS}
    whole = [text for key, text in read.items() if key.startswith("privacy_") and not key.startswith("privacy_basis")]
    indexes = {"privacy": gulpease("\n".join([*whole, read[f"privacy_basis_{basis.value}"]]))}
    indexes |= {key: gulpease(text) for key, text in read.items() if not key.startswith("privacy_")}
    assert {key: index for key, index in indexes.items() if index is not None and index < 60} == {}
