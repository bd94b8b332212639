"""Opening hours as staff write them."""

from __future__ import annotations

import pytest

from bot.authoring.hours import read_hours, understood
from bot.authoring.problems import Mark, Problems
from bot.authoring.yaml_nodes import ScalarNode
from bot.core import hours


def told(written: str) -> list[str]:
    """What is said of hours."""
    problems = Problems()
    read_hours(ScalarNode(written, Mark("f")), problems)
    return [problem.message for problem in problems]


@pytest.mark.parametrize(
    "expression",
    [
        "Aug 10-20 off",
        "Dec 8-20",
        "Mo-Fr 08:00-12:00; Aug 1-31 off",
        "week 10-20 Mo 08:00-12:00",
        "Mo-Fr 08:00-12:00; PH off",
        "Mo-Fr 08:00-12:00; Mar off",
        "Mo-Fr 09:00-12:00, Tu 14:00-16:00",
        'Sa[1,3] 09:00-12:00 "su appuntamento"',
        "24/7",
    ],
)
def test_opening_hours_in_their_own_syntax_stay_as_they_are(expression: str) -> None:
    assert understood(expression).expression == expression


def test_march_is_a_month_in_the_syntax_and_a_doubt_beside_italian() -> None:
    assert told("Mo-Fr 09:00-12:00; Mar off") == []
    assert told("lun-ven 9-12; Mar off") == [
        "«Mar» si può leggere in due modi: «marzo» oppure «martedì». Il bot legge «marzo»: se è un errore, scrivi meglio."
    ]


@pytest.mark.parametrize("written", ["Tutti i giorni 8-20", "lun–ven 8–12", "dal lunedì al venerdì 8-12"])
def test_capitals_and_dashes_do_not_matter(written: str) -> None:
    assert told(written) == []


def test_hours_are_what_they_were_read_as() -> None:
    assert read_hours(ScalarNode("lun-ven 8-12", Mark("f")), Problems()) == "Mo-Fr 08:00-12:00"


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("lun-ven dalle 9", "non capisco l'orario «lun-ven dalle 9» da «dalle 9» in poi. Scrivi così: lun-ven 9:00-18:00."),
        ("lun-ven chiuso", "con l'orario «lun-ven chiuso» non è mai aperto."),
        (
            "lun-ven 9-12 telefonare prima",
            (
                "non capisco l'orario «lun-ven 9-12 telefonare prima» da «telefonare prima» in poi. "
                "Scrivi così: lun-ven 8:00-12:00 (chiamare prima)."
            ),
        ),
        (
            "ven 22-6",
            "l'orario 22:00-06:00 finisce il giorno dopo? Se sì scrivi «22:00-06:00 del giorno dopo»; se no correggi l'ora.",
        ),
        ("off", "con l'orario «off» non è mai aperto."),
        (
            "lun-mer 9-12; lun-mer 14-18",
            "ciò che segue «;» cancella l'orario scritto prima per: lun, mar, mer. Se invece si aggiunge, usa una virgola.",
        ),
        (
            "lun-ven 9-12; sab 9-12; ven 14-16",
            "ciò che segue «;» cancella l'orario scritto prima per: ven. Se invece si aggiunge, usa una virgola.",
        ),
    ],
)
def test_what_cannot_be_understood_or_is_doubtful_is_told(written: str, message: str) -> None:
    assert told(written) == [message]


@pytest.mark.parametrize(
    "written", ["lun-ven 9-12; sab 9-12", "lun-ven 9-12; PH off", "lun 9-12; Aug off", "lun-ven 9-12; mer off"]
)
def test_a_semicolon_that_takes_nothing_away_or_means_to_is_no_doubt(written: str) -> None:
    assert told(written) == []


def test_hours_over_midnight_go_on_into_the_next_day() -> None:
    expression = read_hours(ScalarNode("ven 22-6", Mark("f")), Problems())
    assert expression is not None
    assert hours.week(expression) == hours.week("Fr 22:00-24:00; Sa 00:00-06:00")
