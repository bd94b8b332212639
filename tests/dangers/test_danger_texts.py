"""What is said in a danger: every danger, variant, language and time of day, and the promises that it must not make."""

from __future__ import annotations

import datetime as dt
import os
import re
from dataclasses import replace
from pathlib import Path

import pytest

from bot.core import hours
from bot.core.content import Content
from bot.core.danger_texts import answers_at, daily_hours, danger_text, references_in
from bot.core.topics import DangerReport, DangerTier
from bot.dialogue.cases.citizen_turns import on_case_news, on_danger
from bot.dialogue.context import Context
from bot.dialogue.incoming import News, NewsKind
from bot.dialogue.session import Session
from bot.dialogue.world import World

LANGUAGES = ("it", "en", "es", "fr", "ro", "ar", "uk", "zh", "sq")
TABLE = Path(__file__).parent / "danger_texts.txt"
#: Every hour of a week with a holiday and the day before it; and the two hours that the table shows.
HOURS = [dt.datetime(2026, 12, 5, 0, 30) + dt.timedelta(hours=hour) for hour in range(7 * 24)]
DAY, NIGHT = dt.datetime(2026, 12, 9, 18, 30), dt.datetime(2026, 12, 10, 3, 0)
_NUMBER = re.compile(r"\d(?: ?\d){2,}")


def reports(content: Content, *languages: str) -> list[DangerReport]:
    """Every danger and variant, sure and likely, in some languages."""
    return [
        DangerReport(danger.id, variant, tier, language)
        for danger in content.dangers.values()
        for variant in ("", *(one.id for one in danger.variants))
        for tier in (DangerTier.SURE, DangerTier.LIKELY)
        for language in languages or LANGUAGES
    ]


def test_the_dangers_and_their_variants_are_these(content: Content) -> None:
    assert {danger.id: [variant.id for variant in danger.variants] for danger in content.dangers.values()} == {
        "violence": ["elder_abuse", "street_assault", "pictures", "forced_marriage"],
        "suicide": ["other_person", "self_harm"],
        "child_abuse": ["child_writes", "pictures"],
        "medical": ["poison", "not_eating"],
        "fire_gas": ["gas", "fire"],
        "intruder": [],
        "missing_person": ["child", "adult"],
        "homeless_tonight": [],
    }


def test_every_answer_is_written_in_nine_languages(content: Content) -> None:
    for danger in content.dangers.values():
        for part in (danger, *danger.variants):
            assert {"it", *part.translated} == set(LANGUAGES), (danger.id, part.id)
            assert all(bool(texts.gently) == bool(part.gently) for texts in part.translated.values()), (danger.id, part.id)


def test_every_answer_has_112_or_a_number_that_answers_and_no_other(content: Content) -> None:
    numbers = {
        location.contacts.phone: service
        for service in content.services
        for location in service.locations
        if location.contacts.phone
    }
    for now in HOURS:
        for report in reports(content, "it", "en"):
            said = danger_text(content, report, now)
            assert "{" not in said
            assert "112" in said, report
            for number in set(_NUMBER.findall(said)) - {"112"}:
                assert answers_at(numbers[number], now), (report, number, now)


def test_the_other_languages_name_the_same_numbers(content: Content) -> None:
    # The line for deaf people answers in Italian.
    deaf = content.services_by_id["nazionale-112-sordi"].locations[0].contacts.phone
    for report in reports(content):
        italian = set(_NUMBER.findall(danger_text(content, replace(report, language="it"), DAY))) - {deaf}
        if report.tier is DangerTier.SURE:
            assert set(_NUMBER.findall(danger_text(content, report, DAY))) == italian or report.language == "it", report


def test_no_answer_promises_a_person(content: Content) -> None:
    for report in reports(content, "it"):
        said = danger_text(content, report, DAY).casefold()
        assert not re.search(r"sto chiamando|avviso|ti (risponde|scrive|richiama)|una persona della rete|«operatore»", said), (
            report
        )


def test_the_quiet_line_has_112_and_the_number_of_the_card(content: Content) -> None:
    number = content.services_by_id["nazionale-1522"].locations[0].contacts.phone
    for language in LANGUAGES:
        said = danger_text(content, DangerReport("violence", "", DangerTier.QUIET, language), DAY)
        assert set(_NUMBER.findall(said)) == {"112", number}
        assert "\n" not in said


def test_a_language_that_is_not_written_is_answered_in_italian(content: Content) -> None:
    now = DAY
    assert danger_text(content, DangerReport("intruder", language="pl"), now) == danger_text(
        content, DangerReport("intruder"), now
    )


def test_a_variant_without_a_gentle_answer_has_that_of_its_danger(content: Content) -> None:
    for language in LANGUAGES:
        fire = DangerReport("fire_gas", "fire", DangerTier.LIKELY, language)
        assert danger_text(content, fire, DAY) == danger_text(content, replace(fire, variant=""), DAY)


def test_every_service_that_is_named_has_hours(content: Content) -> None:
    texts = [
        text
        for danger in content.dangers.values()
        for part in (danger, *danger.variants)
        for one in (part, *part.translated.values())
        for text in (one.say, one.gently)
    ]
    for reference in {reference for text in texts for reference in references_in(text)}:
        assert content.services_by_id[reference.service].locations[0].opening, reference


# --- The rows of the list of facts, one by one


@pytest.mark.parametrize(
    ("danger", "variant", "words"),
    [
        ("suicide", "", "Stai pensando di toglierti la vita?|Grazie|ti stia accanto|pronto soccorso"),
        ("suicide", "other_person", "chiama subito il 112|resta accanto|senza rischio|non mette l'idea in testa"),
        ("suicide", "self_harm", "vergognarsi|112|toglierti la vita"),
        ("medical", "poison", "Non far vomitare|02 6610 1029|112"),
        ("fire_gas", "gas", "Esci subito|Non toccare luci|112 da fuori|monossido"),
        ("fire_gas", "fire", "Esci subito|112 da fuori"),
        ("missing_person", "child", "112|non bisogna aspettare|116000"),
        ("missing_person", "adult", "112|non bisogna aspettare"),
        ("child_abuse", "child_writes", "Non è colpa tua|112|19696|114"),
        ("child_abuse", "pictures", "Non pagare|non cancellare|gpdp.it/revengeporn|commissariatodips.it"),
        ("child_abuse", "", "un bambino o un ragazzo|112|114"),
        ("violence", "", "112 Where ARE U|1522|cancella questa chat|Non serve dire il nome|1522.eu"),
        ("violence", "pictures", "Non pagare|gpdp.it/revengeporn|commissariatodips.it"),
        ("violence", "elder_abuse", "112|servizi sociali|800 995 988"),
        ("violence", "street_assault", "112|di' dove sei"),
        ("medical", "", "112 Where ARE U|800 800 112"),
        ("homeless_tonight", "", "02 884 47646|Sammartini|pronto intervento sociale"),
        ("intruder", "", "112 Where ARE U|chiuditi"),
    ],
)
def test_the_words_that_save_are_said(content: Content, danger: str, variant: str, words: str) -> None:
    said = danger_text(content, DangerReport(danger, variant), DAY)
    assert [part for part in words.split("|") if part not in said] == []


def test_who_hurts_an_old_person_is_not_sent_to_1522(content: Content) -> None:
    for language in LANGUAGES:
        assert "1522" not in danger_text(content, DangerReport("violence", "elder_abuse", language=language), DAY)


def test_the_first_act_comes_before_the_number(content: Content) -> None:
    for report in (DangerReport("fire_gas", "gas"), DangerReport("fire_gas", "fire"), DangerReport("fire_gas")):
        said = danger_text(content, report, DAY)
        assert said.index("Esci") < said.index("112")
    said = danger_text(content, DangerReport("medical", "poison"), DAY)
    assert said.index("Non far vomitare") < said.index("112")


def test_at_night_the_line_that_is_shut_is_not_named(content: Content) -> None:
    report = DangerReport("suicide")
    assert "02 2327 2327" in danger_text(content, report, DAY)
    assert "324 011 7252" in danger_text(content, report, DAY)
    night = danger_text(content, report, NIGHT)
    assert "02 2327 2327" not in night
    assert "324 011 7252" not in night
    assert "A quest'ora Telefono Amico non risponde" in night


@pytest.mark.parametrize(
    ("moment", "answers"),
    [
        ("2026-12-09 12:00", False),
        ("2026-12-09 21:00", True),
        ("2026-12-10 07:30", True),
        ("2026-12-12 12:00", True),
        ("2026-12-08 12:00", True),
        ("2026-12-07 12:00", True),
    ],
)
def test_the_doctor_on_duty_is_named_while_he_answers(content: Content, moment: str, answers: bool) -> None:
    said = danger_text(content, DangerReport("medical", tier=DangerTier.LIKELY), dt.datetime.fromisoformat(moment))
    assert ("116117" in said) is answers


def test_a_line_that_answers_every_day_answers_on_holidays(content: Content) -> None:
    christmas = dt.datetime(2026, 12, 25, 11)
    for id in ("nazionale-1522", "nazionale-telefono-amico", "nazionale-filo-argento"):
        assert answers_at(content.services_by_id[id], christmas), id
    assert not hours.is_open("Mo-Fr 09:00-18:00", christmas)


def test_hours_are_written_in_figures(content: Content) -> None:
    assert daily_hours(content.services_by_id["nazionale-telefono-amico"].locations[0]) == "9–24"
    assert daily_hours(content.services_by_id["nazionale-1522"].locations[0]) == "0–24"
    assert not daily_hours(content.services_by_id["nazionale-116117"].locations[0])


# --- The table


def situations(world: World) -> dict[str, tuple[World, Session, News]]:
    """The desks as they may be when words of danger arrive."""
    staffed, alone = replace(world, is_staffed=True), replace(world, is_staffed=False)
    by = DAY + dt.timedelta(minutes=15)
    return {
        "a desk is there": (staffed, Session(), News(NewsKind.OPENED, by=by)),
        "the desk is closed": (staffed, Session(), News(NewsKind.OPENED, opens=dt.datetime(2026, 12, 10, 9))),
        "there is no desk": (alone, Session(), News(NewsKind.OPENED, nobody=True)),
        "the citizen is barred": (staffed, Session(is_barred=True), News(NewsKind.OPENED)),
    }


def table(world: World) -> str:
    """Everything that is said, as a person reads it through."""
    blocks = []
    for report in reports(world.content):
        day, night = (danger_text(world.content, report, now) for now in (DAY, NIGHT))
        title = f"{report.danger} {report.variant}".strip() + f" ({report.tier}, {report.language})"
        blocks.append(f"## {title}\n{day}" + (f"\n-- at night\n{night}" if night != day else ""))
    for name, (there, session, news) in situations(world).items():
        said = ((language, _after(there, session, news, language)) for language in LANGUAGES)
        blocks += [f"## After the numbers: {name} ({language})\n{text}" for language, text in said]
    return "\n\n".join(blocks) + "\n"


def _after(world: World, session: Session, news: News, language: str) -> str:
    """What follows the numbers of an intruder."""
    report = DangerReport("intruder", language=language)
    context = Context(world, session, DAY)
    answer = danger_text(world.content, report, DAY)
    step = on_danger(context, report)
    if not step.effects:
        assert step.notice == answer
        return "(nothing)"
    told = on_case_news(context.with_session(step.session), replace(news, danger=report))
    assert told.instead is not None
    said = "".join(run.text for run in told.instead.text)
    assert said.startswith(answer)
    return said.removeprefix(answer).strip()


def test_the_table_of_what_is_said_is_up_to_date(world: World) -> None:
    """`UPDATE_GOLDEN=1` writes it anew; then read the difference as somebody in danger would."""
    if os.environ.get("UPDATE_GOLDEN"):
        TABLE.write_text(table(world), encoding="utf-8")
    assert TABLE.read_text(encoding="utf-8") == table(world)


def test_where_nobody_reads_nobody_is_promised(world: World) -> None:
    _, (there, session, news), (alone, other, none), barred = situations(world).values()
    assert "domani" in _after(there, session, news, "it")
    assert "nessuno può rispondere" in _after(alone, other, none, "it")
    # A block stands before no danger: a person reads it.
    assert _after(*barred, "it").startswith("Ho avvisato anche le persone della rete")
