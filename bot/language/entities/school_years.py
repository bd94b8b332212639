"""School years and groups of nursery schools as ages: "fa la terza elementare", "tra i grandi della materna".

The words and templates are in `school_years.yaml`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from bot.core.conditions import Span
from bot.language.data import ITALIAN, word_groups, word_table
from bot.language.entities.age_spans import aged, born
from bot.language.templates import TemplateMatch, Templates

_FILE = "school_years"
#: Children enter the first year of primary school in the calendar year of their sixth birthday (D.Lgs. 59/2004).
_FIRST_GRADE_AGE = 6
#: The school year begins in September.
_FIRST_MONTH = 9
#: How many school years come before the first of a school, counted from primary school, and how many it has.
_SCHOOLS = {"nursery": (-3, 3), "kindergarten": (-3, 3), "primary": (0, 5), "middle": (5, 3), "upper": (8, 5)}
_GRADES = {word: grade for grade, words in word_groups(ITALIAN, _FILE, "grade_words").items() for word in words}
_GROUPS = word_table(ITALIAN, _FILE, "group_words")
_BLANKS = {
    "ordinal": r"[1-5]°|[1-5] a",
    "digit": r"[1-5]",
    "age": r"[4-9]|1\d",
}
NOT_CLASSES = Templates(_FILE, "not_classes")
CLASSES = Templates(
    _FILE, "classes", blanks=_BLANKS, captured=(*_SCHOOLS, "grades", "second_degree", "next_year", "from_next_year", "same_child")
)
NURSERY_GROUPS = Templates(_FILE, "nursery_groups", captured=("group", "middle_group"))


def class_ages(match: TemplateMatch, today: dt.date) -> Iterable[Span | None]:
    """Return the ages of pupils in the school years that a match of `CLASSES` names."""
    if match.first("same_child"):
        return [aged(int(match.first("age")))]
    school = next((slot.name for slot in match.blanks if slot.name in _SCHOOLS), "upper")
    if match.first("second_degree"):
        school = "upper"
    is_next = bool(match.first("next_year", "from_next_year"))
    grades = [word for slot in match.blanks if slot.name == "grades" for word in slot.text.split() if _is_grade(word)]
    grades += [slot.text for slot in match.blanks if slot.name in ("ordinal", "after")]
    return [_year_ages(_number(grade, school), school, today, is_next=is_next) for grade in grades]


def group_ages(match: TemplateMatch, today: dt.date) -> Iterable[Span | None]:
    """Return the ages of children in the nursery group that a match of `NURSERY_GROUPS` names."""
    return [_year_ages(int(_GROUPS[match.first("group", "middle_group")]), "nursery", today)]


def _is_grade(word: str) -> bool:
    return word in _GRADES or word[0].isdigit()


def _number(grade: str, school: str) -> int:
    if grade[0].isdigit():
        return int(grade[0])
    return int(_GRADES[grade]) if _GRADES[grade].isdigit() else _SCHOOLS[school][1]


def _year_ages(grade: int, school: str, today: dt.date, *, is_next: bool = False) -> Span | None:
    """Return the ages in a school year, or of children about to begin it; None if the school has no such year."""
    years_before, years = _SCHOOLS[school]
    if grade > years:
        return None
    started = today.year if today.month >= _FIRST_MONTH else today.year - 1
    return born(today, started + is_next - _FIRST_GRADE_AGE - years_before - grade + 1)
