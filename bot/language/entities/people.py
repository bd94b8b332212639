"""The person to be helped in a whole sentence: the ages that are stated of this person, and the kind of person.

"Ho 74 anni, cerco per mio figlio disabile" states the age of somebody who is not to be helped; "disoccupato da 8 mesi" and
"esco alle 6 e mezza" state no age at all. So a number counts only where it is stated as the age of such a person. The words are
in `ages.yaml` and `people.yaml`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from bot.core.attributes import MONTHS_PER_YEAR
from bot.core.conditions import Span
from bot.language.data import ITALIAN, phrases, word_groups, word_table
from bot.language.entities.ages import age_templates, age_text, ages_with_places
from bot.language.templates import Templates
from bot.language.text.spelling import Speller, respelt
from bot.language.text.utterance import Utterance

_FILE = "people"
#: Letters before an age that are looked at to tell whose it is.
_READ_BEFORE = 60
#: Letters from an age on that are looked at: "67 anni io".
_READ_AFTER = 16
#: Somebody who is younger than this, in months, asks for themselves, unless they speak of a child of theirs.
_GROWN_UP = 25 * MONTHS_PER_YEAR
#: Nobody writes at such an age, in months: "sono di 5 mesi" is of a pregnancy.
_TOO_YOUNG = 5 * MONTHS_PER_YEAR
_MINE, _MINE_SURELY, _NOT_MINE = age_templates("mine"), age_templates("mine_surely"), age_templates("not_mine")
_BOTH, _OF_SOMEBODY, _CHILD = age_templates("both"), age_templates("of_somebody"), Templates("kin", "child")
_OTHERS, _AWAY, _OWN_CHILD, _FOR_ME = (
    age_templates("others"),
    age_templates("away"),
    age_templates("own_child"),
    age_templates("for_me"),
)
_ALONE, _MINE_AFTER = age_templates("alone"), age_templates("mine_after")


def ages_stated(said: Utterance, today: dt.date) -> tuple[Span, ...]:
    """Return the ages of the people to be helped that a sentence states, in its order."""
    text = said.form(age_text)
    found = ages_with_places(text, today)
    # "8 anni, terza elementare": one of them, said twice.
    spans = {span for _, span in found}
    found = [(at, span) for at, span in found if not _contains_narrower(span, spans)]
    if both := next(iter(_BOTH.find_all(text)), None):
        # "Io 77 e lei 74, Marco ne ha 46": help is for Marco.
        found = [(at, span) for at, span in found if not both.start <= at < both.end] or found
        return tuple(dict.fromkeys(span for _, span in found))
    if not found:
        return ()
    mine = [(at, span) for at, span in found if _is_mine(text, at)]
    others = [span for at, span in found if not _is_mine(text, at)]
    mine = [(at, span) for at, span in mine if span.high > _TOO_YOUNG or _CHILD.occur_in(text[:at])]
    if mine and others:
        # How long something lasts is nobody's age where the writer states theirs.
        others = [span for at, span in found if not _is_mine(text, at) and _OF_SOMEBODY.occur_in(_up_to(text, at))]
    if not others and mine and not _FOR_ME.occur_in(text):
        present = _AWAY.remove_from(text)
        if (
            _OTHERS.occur_in(present)
            and not _ALONE.occur_in(present)
            and not (mine[0][1].low < _GROWN_UP and not _OWN_CHILD.occur_in(present))
        ):
            return ()
    # "Abbiamo 72 e 70 anni" is said at once.
    return tuple(dict.fromkeys(others or (span for at, span in mine if at == mine[0][0])))


def _contains_narrower(span: Span, spans: Iterable[Span]) -> bool:
    """Return True if a shorter one of the spans has its middle within this span."""
    return any(
        other.high - other.low < span.high - span.low and span.low <= (other.low + other.high) / 2 < span.high for other in spans
    )


def _up_to(text: str, at: int) -> str:
    """Return the text before an age, with "#" in place of the age."""
    return f"{text[max(0, at - _READ_BEFORE) : at]}#"


def _is_mine(text: str, at: int) -> bool:
    """Return True if the age at a position is that of the writer."""
    before = _up_to(text, at)
    after = f"# {text[at : at + _READ_AFTER].partition(' ')[2]}"
    return (
        _MINE_SURELY.occur_in(before)
        or _MINE_AFTER.occur_in(after)
        or (_MINE.occur_in(before) and not _NOT_MINE.occur_in(before))
    )


# --- The kind of person

#: Values of the attribute, the first of which there is a word counts; and from how many months on an age is of each.
_PERSONS = tuple((person, Templates(_FILE, person, blanks={"old": r"[678]\d"})) for person in phrases(ITALIAN, _FILE, "order"))
_FROM_AGE = [(int(years) * MONTHS_PER_YEAR, person) for person, years in word_table(ITALIAN, _FILE, "from_age").items()]
_PUPILS = tuple((person, Templates(_FILE, f"pupils/{person}")) for person in word_groups(ITALIAN, _FILE, "pupils"))
_NOT_PUPILS = Templates(_FILE, "not_pupils")
_PERSON_OF = word_table(ITALIAN, _FILE, "person_of")
#: The value of a company.
COMPANY = _PERSON_OF["company"]
_SPELLER = Speller(phrases(ITALIAN, _FILE, "spelt_right"))
_COMPANY, _EMPLOYED = Templates(_FILE, "company"), Templates(_FILE, "employed")
_NOT_IN_NEED = Templates(_FILE, "not_in_need")
_PARENTS, _OLD_AGE, _GROWN_KIN = Templates(_FILE, "parents"), Templates(_FILE, "old_age"), Templates(_FILE, "grown_kin")


def _spelt_text(said: Utterance) -> str:
    """Return the text prepared for the templates, with misspelt words for people corrected."""
    return respelt(said.spaced, _SPELLER)


def person_stated(said: Utterance, ages: Sequence[Span]) -> str:
    """Return the kind of person to be helped, as a value of the attribute; "" when a sentence leaves it open.

    A stated age counts more than words such as "bambino".
    """
    if ages:
        persons = {_person_aged(span) for span in ages}
        return persons.pop() if len(persons) == 1 else ""
    text = _NOT_IN_NEED.remove_from(said.form(_spelt_text))
    if _COMPANY.occur_in(text) and not _EMPLOYED.occur_in(text):
        return COMPANY
    stated = next((person for person, words in _PERSONS if words.occur_in(text)), "")
    if stated:
        return stated
    school = _NOT_PUPILS.remove_from(text)
    if pupil := next((person for person, words in _PUPILS if words.occur_in(school)), ""):
        return pupil
    if _PARENTS.occur_in(text) and _OLD_AGE.occur_in(text):
        return _PERSON_OF["parents"]
    return _PERSON_OF["relatives"] if _GROWN_KIN.occur_in(text) else ""


def _person_aged(span: Span) -> str:
    # A school year is a span that begins before a birthday: its middle counts.
    age = (span.low + min(span.high, span.low + MONTHS_PER_YEAR)) / 2
    return max(limit for limit in _FROM_AGE if limit[0] <= age)[1]
