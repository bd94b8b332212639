"""The console in Chromium: every room by click, typing and keyboard, on a phone, in light and dark.

One browser and one console serve the whole file. A newcomer without a browser skips it; a build may not.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any as Json
from typing import NoReturn

import pytest

from tests.builders import content_folder
from tests.conftest import PROJECT

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip
#: The rules of accessibility (axe-core, WCAG 2.2 among them).
AXE = (Path(__file__).parent / "axe/axe.min.js").read_text(encoding="utf-8")
#: Milliseconds after which something that should be seen is not.
_PATIENCE = 60_000


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The console of the small content, in a process of its own."""
    folder = content_folder(tmp_path_factory.mktemp("console") / "content")
    clean = {name: value for name, value in os.environ.items() if not name.startswith("BOT_")}
    with subprocess.Popen(
        [sys.executable, "-m", "bot", "console", "--content", str(folder), "--port", "0", "--no-browser"],
        cwd=PROJECT,
        env={**clean, "BOT_DATABASE__URL": f"sqlite:///{folder}/bot.db"},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        yield next(word for word in process.stdout.readline().split() if word.startswith("http"))
        process.terminate()


def lacks(reason: str) -> NoReturn:
    """Skip what needs something that is not there, but in a build fail."""
    (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(reason)


@pytest.fixture(scope="module")
def browser() -> Iterator[Json]:
    """A browser of the system; a newcomer may lack it, a build may not."""
    try:
        playwright = import_module("playwright.sync_api")
    except ImportError:
        lacks("no browser to test with: pip install playwright, and apt install chromium")
    if CHROMIUM is None:
        lacks("no browser to test with: apt install chromium")
    with playwright.sync_playwright() as running:
        chromium = running.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Json, address: str) -> Iterator[Json]:
    """A page that must say nothing on its console."""
    context = browser.new_context(locale="it-IT", viewport={"width": 1360, "height": 820})
    page = context.new_page()
    page.set_default_timeout(_PATIENCE)
    errors: list[str] = []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(address)
    yield page
    context.close()
    assert errors == []


def test_a_citizen_clicks_and_types_and_the_x_ray_follows(page: Json) -> None:
    page.locator("#phone .keys button").first.click()
    page.locator("#xray dd").first.wait_for()
    page.fill("#phone-text", "/aiuto")
    page.keyboard.press("Enter")
    page.locator("#phone .mine").get_by_text("/aiuto", exact=True).wait_for()
    page.get_by_role("button", name="+ Cittadino").click()
    page.get_by_role("button", name="Bruno").click()
    page.locator("#phone .keys button").first.wait_for()
    assert page.locator("#phone .mine").count() <= 1
    page.get_by_role("button", name="Anna").click()
    page.get_by_role("button", name="E se non dicesse «/aiuto»?").click()
    page.locator("#phone-title").get_by_text("Carla").wait_for()
    page.locator("#xray dd").first.wait_for()
    page.locator("#stand summary").click()
    page.locator("#stand-question option").first.wait_for(state="attached")
    page.get_by_role("button", name="Vai alla domanda").click()
    page.locator("#phone-title").get_by_text("Dario").wait_for()
    page.get_by_role("button", name="Da dove viene").last.click()
    page.locator("#sources button").get_by_text("Per chi cerchi").click()
    page.locator("#file-title").get_by_text(".yaml").wait_for()


def test_an_error_is_shown_at_its_line_while_one_types(page: Json) -> None:
    page.get_by_role("link", name="Contenuti").click()
    page.get_by_role("button", name="texts.yaml").click()
    page.locator("#text:not([disabled])").click()
    page.keyboard.press("Control+Home")
    page.keyboard.type("sbagliato: x\n")
    page.locator("#problems .error-text").get_by_text("Riga 1").wait_for()
    assert page.locator("#lines .error").first.inner_text() == "1"


def test_the_editor_completes_fields_and_keeps_the_depth_of_a_line(page: Json) -> None:
    page.get_by_role("link", name="Contenuti").click()
    page.get_by_role("button", name="cerca.yaml").click()
    text = page.locator("#text:not([disabled])")
    text.click()
    page.keyboard.press("Control+Home")
    page.keyboard.press("Control+Space")
    page.locator("#offers li").get_by_text("purpose").wait_for()
    page.keyboard.press("Escape")
    page.keyboard.type("purp")
    page.locator("#offers li[aria-selected=true]").get_by_text("purpose").wait_for()
    page.keyboard.press("Enter")
    page.keyboard.type("s")
    page.keyboard.press("Enter")
    assert text.input_value().startswith("purpose: survey")
    page.locator("#meaning").get_by_text("purpose: ").wait_for()
    page.keyboard.press("Enter")
    page.keyboard.type("  x")
    page.keyboard.press("Enter")
    page.keyboard.type("y\n")
    assert text.input_value().startswith("purpose: survey\n  x\n  y\n")
    assert page.locator("#colours .key").first.inner_text() == "purpose:"


def test_on_a_phone_nothing_is_wider_than_the_screen(page: Json) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    for room in ("Prova", "Contenuti", "Bisogni"):
        page.get_by_role("link", name=room).click()
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, room


def test_everything_is_reached_by_the_keyboard(page: Json) -> None:
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Vai al contenuto"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Prova"


def violations(page: Json) -> list[str]:
    """What axe finds in the room as it is shown, in light and in dark."""
    found = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        for rule in page.evaluate("axe.run(document, {iframes: false}).then((found) => found.violations)"):
            found += [f"{scheme}: {rule['id']}: {node['html'][:120]}" for node in rule["nodes"]]
    return found


def test_no_room_breaks_a_rule_of_accessibility(page: Json) -> None:
    page.evaluate(AXE)
    page.locator("#phone .keys button").first.wait_for()
    page.locator("#xray h3").first.wait_for()
    assert violations(page) == []
    page.get_by_role("link", name="Contenuti").click()
    page.get_by_role("button", name="texts.yaml").click()
    page.locator("#text:not([disabled])").wait_for()
    assert violations(page) == []
    page.get_by_role("button", name="Servizi", exact=True).click()
    page.locator("#services article").first.wait_for()
    assert violations(page) == []
    page.get_by_role("button", name="Frasi").click()
    page.locator("#sentences textarea").first.wait_for()
    assert violations(page) == []
    page.get_by_role("button", name="Aggiungi", exact=True).click()
    page.locator("#service-form option[value=asilo-nido]").wait_for(state="attached")
    assert violations(page) == []
    page.get_by_role("button", name="Pubblica", exact=True).first.click()
    page.locator("#effects p").first.wait_for()
    assert violations(page) == []
    page.get_by_role("link", name="Bisogni").click()
    page.locator("#reports iframe").wait_for(state="visible")
    assert violations(page) == []


def test_what_is_published_is_shown_first_and_can_be_taken_back(page: Json) -> None:
    page.get_by_role("link", name="Contenuti").click()
    page.get_by_role("button", name="Pubblica", exact=True).first.click()
    page.fill("#reason", "Si comincia")
    page.locator("#publish-form button").click()
    page.locator("#versions td").get_by_text("Si comincia").wait_for()
    page.get_by_role("button", name="Servizi", exact=True).click()
    card = page.locator("#services article").filter(has_text="Doposcuola Tutti Insieme")
    card.get_by_role("button", name="Completo").click()
    page.locator("#notice").get_by_text("Completo").wait_for()
    page.get_by_role("button", name="Pubblica", exact=True).first.click()
    page.locator("#changes li").get_by_text("Doposcuola Tutti Insieme").wait_for()
    page.fill("#reason", "Posti finiti")
    page.locator("#publish-form button").click()
    page.locator("#versions td").get_by_text("Posti finiti").wait_for()
    page.get_by_role("button", name="Torna alla versione 1").click()
    page.locator("#versions td").get_by_text("Ritorno alla versione 1").wait_for()


def test_a_service_and_a_phrase_are_added_by_form_and_a_service_is_taken_away(page: Json) -> None:
    page.get_by_role("link", name="Contenuti").click()
    page.get_by_role("button", name="Aggiungi", exact=True).click()
    form = page.locator("#service-form")
    form.locator("option[value=asilo-nido]").wait_for(state="attached")
    for name, value in (("name", "Nido Il Bruco"), ("organization", "Ente Bruco"), ("summary", "Giochi."), ("hours", "lun 8-12")):
        form.locator(f"[name={name}]").fill(value)
    form.locator("[name=need]").select_option("asilo-nido")
    form.locator("[name=place]").select_option("melegnano")
    form.get_by_role("button", name="Aggiungi il servizio").click()
    card = page.locator("#services article").filter(has_text="Nido Il Bruco")
    card.get_by_role("textbox", name="Orari").fill("lun-ven 8-12")
    card.get_by_role("button", name="Salva orari").click()
    page.locator("#notice").get_by_text("orari").wait_for()
    page.once("dialog", lambda dialog: dialog.accept())
    card.get_by_role("button", name="Togli").click()
    card.wait_for(state="detached")
    page.get_by_role("button", name="Aggiungi", exact=True).click()
    words = page.locator("#words-form")
    words.locator("[name=owner]").select_option("violenza")
    words.locator("[name=words]").fill("mi tira i capelli")
    words.get_by_label("lo dice da sola").check()
    words.get_by_role("button", name="Insegna").click()
    page.locator("#notice").get_by_text("mi tira i capelli").wait_for()


#: Clicks with which a person who does not program does one of the commonest tasks: a choice from a list takes two, and the
#: Tab key leads from field to field.
_MOST_CLICKS = 8
_COUNT_CLICKS = """() => {
  window.clicks = 0;
  document.addEventListener("click", (event) => { if (event.isTrusted) window.clicks += 1; }, true);
  document.addEventListener("change", (event) => { if (event.target.tagName === "SELECT") window.clicks += 2; }, true);
}"""


def _add_a_service(page: Json) -> None:
    page.get_by_role("button", name="Aggiungi", exact=True).click()
    form = page.locator("#service-form")
    form.locator("option[value=asilo-nido]").wait_for(state="attached")
    form.locator("[name=name]").click()
    for name, value in (("name", "Nido Lilla"), ("organization", "Ente Lilla"), ("summary", "Giochi."), ("hours", "lun 8-12")):
        form.locator(f"[name={name}]").fill(value)
    form.locator("[name=need]").select_option("asilo-nido")
    form.locator("[name=place]").select_option("melegnano")
    form.get_by_role("button", name="Aggiungi il servizio").click()
    page.locator("#notice").get_by_text("Servizio aggiunto").wait_for()


def _say_that_it_is_full(page: Json) -> None:
    page.get_by_role("button", name="Servizi", exact=True).click()
    card = page.locator("#services article").filter(has_text="Asilo nido La Coccinella")
    card.get_by_role("button", name="Completo").click()
    page.locator("#notice").get_by_text("Completo").wait_for()


def _change_hours(page: Json) -> None:
    page.get_by_role("button", name="Servizi", exact=True).click()
    card = page.locator("#services article").filter(has_text="Doposcuola Tutti Insieme")
    card.get_by_role("textbox", name="Orari").click()
    card.get_by_role("textbox", name="Orari").fill("da lunedì a giovedì dalle 16 alle 18,30")
    card.get_by_role("button", name="Salva orari").click()
    page.locator("#notice").get_by_text("orari").wait_for()


def _change_a_sentence(page: Json) -> None:
    page.get_by_role("button", name="Frasi", exact=True).click()
    page.locator("#find-sentence").click()
    page.locator("#find-sentence").fill("Per chi cerchi")
    sentence = page.locator("#sentences form").first
    sentence.locator("textarea").click()
    sentence.locator("textarea").fill("Per chi cerchi un aiuto?")
    sentence.get_by_role("button", name="Salva").click()
    page.locator("#notice").get_by_text("Frase salvata").wait_for()


def _teach_a_word_of_danger(page: Json) -> None:
    page.get_by_role("button", name="Aggiungi", exact=True).click()
    words = page.locator("#words-form")
    words.locator("option[value=violenza]").wait_for(state="attached")
    words.locator("[name=owner]").select_option("violenza")
    words.locator("[name=words]").click()
    words.locator("[name=words]").fill("mi chiude in casa a chiave")
    words.get_by_label("lo dice da sola").check()
    words.get_by_role("button", name="Insegna").click()
    page.locator("#notice").get_by_text("mi chiude in casa a chiave").wait_for()


@pytest.mark.parametrize(
    "task", [_add_a_service, _say_that_it_is_full, _change_hours, _change_a_sentence, _teach_a_word_of_danger]
)
def test_the_commonest_tasks_take_few_clicks(page: Json, task: Callable[[Json], None]) -> None:
    page.evaluate(_COUNT_CLICKS)
    page.get_by_role("link", name="Contenuti").click()
    task(page)
    assert 0 < page.evaluate("window.clicks") <= _MOST_CLICKS


def test_the_second_of_two_editors_is_told_and_keeps_the_text(page: Json, browser: Json, address: str) -> None:
    other = browser.new_context(locale="it-IT").new_page()
    other.goto(f"{address}#contenuti")
    page.get_by_role("link", name="Contenuti").click()
    for one in (page, other):
        one.get_by_role("button", name="texts.yaml").click()
        one.locator("#text:not([disabled])").wait_for()
    for one, words in ((page, "# Anna\n"), (other, "# Bruno\n")):
        one.locator("#text").focus()
        one.keyboard.press("Control+Home")
        one.keyboard.type(words)
        one.get_by_role("button", name="Salva", exact=True).first.click()
        one.locator("#notice").get_by_text("Salvato" if one is page else "qualcun altro ha salvato").wait_for()
    other.get_by_role("button", name="Vedi il loro testo").click()
    assert other.locator("#text").input_value().startswith("# Anna\n")
    other.get_by_role("button", name="Torna al mio testo").click()
    assert other.locator("#text").input_value().startswith("# Bruno\n")
    other.get_by_role("button", name="Tieni il mio").click()
    other.locator("#notice").get_by_text("Salvato").wait_for()
    other.context.close()
