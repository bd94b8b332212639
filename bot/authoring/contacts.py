"""Telephone numbers as people write them: "02/9729.9985", "tel. 02 97299985", "+39 333 1234567", "1522"."""

from __future__ import annotations

import re

import phonenumbers

from bot.authoring.fields import ReadingContext
from bot.authoring.problems import Fault
from bot.authoring.shapes import ANY_SCALAR, scalar
from bot.authoring.yaml_nodes import ScalarNode
from bot.core.hours import COUNTRY

BAD_PHONE = Fault(
    "bad_phone",
    "«{name}» non è un numero di telefono. Scrivilo intero, col prefisso: 02 9523456, 333 1234567, 800 123456.",
    "“{name}” is not a telephone number. Write it whole, with its prefix: 02 9523456, 333 1234567, 800 123456.",
)
CONTACT_WITH_WORDS = Fault(
    "contact_with_words",
    "qui sta un contatto solo e nient'altro: «{first}». Il resto scrivilo in «how_to_apply».",
    "here stands a single contact and nothing else: “{first}”. Write the rest in “how_to_apply”.",
)
_LABEL = re.compile(r"^(?:tel(?:efono)?|cell(?:ulare)?|fax|numero verde|n\.?\s*verde)\b[\s.:]*(?:e\s+fax[\s.:]*)?", re.IGNORECASE)
_TIDY = re.compile(r"\+?\d[\d ]*\d")
#: National numbers for help and emergencies: three to six digits that begin with 1, 4 or 803.
_SHORT = re.compile(r"1\d{2}|1\d{3}|19\d{3}|116\d{3}|4\d{4}|803\d{3}")


def tidy_phone(written: str) -> str | None:
    """Return a telephone number as digits and spaces, unchanged if it is tidy.

    None if Italy has no such number (libphonenumber).
    """
    bare = _LABEL.sub("", written.strip())
    digits = re.sub(r"[^\d+]", "", bare)
    if re.search(r"[^\d\s+()./-]", bare) or not digits:
        return None
    if _SHORT.fullmatch(digits) and digits not in ("123", "1234"):
        return " ".join(bare.split()) if _TIDY.fullmatch(bare) else digits
    try:
        number = phonenumbers.parse(digits, COUNTRY)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number) or len(digits.lstrip("+")) < _SHORTEST_DIGITS:
        return None
    if _TIDY.fullmatch(bare.strip()):
        return " ".join(bare.split())
    form = phonenumbers.PhoneNumberFormat.INTERNATIONAL if digits.startswith("+") else phonenumbers.PhoneNumberFormat.NATIONAL
    return phonenumbers.format_number(number, form)


def has_short_form(digits: str) -> bool:
    """Return True for digits in the form of a national helpline: 112, 1522, 116117."""
    return _SHORT.fullmatch(digits) is not None


#: No Italian number outside the short ones has fewer digits.
_SHORTEST_DIGITS = 6
#: "O2 98231111": a letter in place of a digit.
_LETTER_IN_NUMBER = re.compile(r"[^\W\d_]\d|\d[^\W\d_]")
_NUMBERS = re.compile(r"(?<![\w,.])\+?\d(?:[ ./-]?\d){5,12}(?!\w|,\d)")


def _phone(node: ScalarNode, context: ReadingContext) -> str | None:
    tidy = tidy_phone(node.text)
    if tidy is None:
        numbers = [] if _LETTER_IN_NUMBER.search(node.text) else _NUMBERS.findall(node.text)
        first = next(filter(None, map(tidy_phone, numbers)), None)
        context.problems.add(CONTACT_WITH_WORDS if first else BAD_PHONE, node.mark, name=node.text, first=first)
    return tidy


#: A telephone number in any form.
PHONE = scalar(_phone, "telefono, col prefisso: 02 9523456", blank="", schema=ANY_SCALAR)
