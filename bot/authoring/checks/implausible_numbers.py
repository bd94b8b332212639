"""Numbers that are valid but hardly meant: telephones that cannot exist, ages nobody reaches, prices far too high."""

from __future__ import annotations

import re
from collections.abc import Iterator

import phonenumbers
from rapidfuzz.distance import Levenshtein

from bot.authoring.calendar_words import table_words
from bot.authoring.checks.registry import CheckContext, rule
from bot.authoring.contacts import has_short_form
from bot.authoring.models.services import LocationFields, ServiceFields
from bot.authoring.problems import Fault, Mark, Severity
from bot.core.attributes import AGE, MONTHS_PER_YEAR, PERSON
from bot.core.conditions import All, Atom, Condition
from bot.core.hours import COUNTRY

UNLIKELY_PHONE = Fault(
    "unlikely_phone",
    "«{name}» non è un numero che esiste in Italia. Controlla le cifre, una per una.",
    "“{name}” is no number that exists in Italy. Check the digits, one by one.",
    Severity.WARNING,
)
OTHER_NUMBER = Fault(
    "other_number",
    "nel testo c'è «{name}», il telefono della scheda è «{other}». Qual è giusto?",
    "the text says “{name}”, the telephone of the entry is “{other}”. Which is right?",
    Severity.WARNING,
)
UNLIKELY_AGE = Fault(
    "unlikely_age",
    "l'età arriva a {age} anni, ma il servizio è per «{name}». Sono mesi? Scrivi 3m-36m.",
    "the age goes up to {age} years, and the service is for “{name}”. Are they months? Write 3m-36m.",
    Severity.WARNING,
)
FAR_AGE = Fault(
    "far_age", "nessuno ha {age} anni. Controlla l'età.", "nobody is {age} years old. Check the age.", Severity.WARNING
)
HIGH_COST = Fault(
    "high_cost",
    "il costo «{name}» è molto alto. Controlla le cifre.",
    "the cost “{name}” is very high. Check the digits.",
    Severity.WARNING,
)
#: Numbers for help that are known to exist.
KNOWN_SHORT = frozenset(table_words("short_numbers"))
#: Digits from which two wrong ones are still a slip, and below which a number must be a known one.
_LONG = 6
#: A number in a sentence: of at least three digits, in groups or not, that no unit of measure follows.
_IN_TEXT = re.compile(
    r"(?<![\w.,/-])\+?\d(?:[ ./]?\d){2,}(?![\w/,-]| ?[€%]|\s?(?:euro|ore|anni|persone|giorni|metri|mesi|posti))"
)
_CALLED = re.compile(r"\b(?:chiam\w+|numero|telefon\w+|tel\.?)(?: (?:subito|anche|allo?|il|lo|al|verde|è|:))* *$", re.IGNORECASE)
_OLDEST, _OLDEST_CHILD = 120, 26
_CHILDREN = frozenset({"bambino", "ragazzo", "famiglia"})
#: Euros for anything that the network offers: a year of a nursery stays below.
_HIGHEST_COST = 20_000
_EUROS = re.compile(r"(?<![\d.,])(\d{1,3}(?:\.\d{3})+|\d+)(?:,\d+)?\s*(?:€|euro)", re.IGNORECASE)


@rule
def implausible_phones(context: CheckContext) -> None:
    """Record telephones that do not exist, and numbers in a text that differ from the telephone by a digit or two."""
    for service in context.source.services:
        phones: list[str] = []
        parts: tuple[ServiceFields | LocationFields, ...] = (service, *service.locations)
        for part in parts:
            if part.phone:
                phones.append(_digits(part.phone))
                if not exists(part.phone):
                    context.problems.add(UNLIKELY_PHONE, part.mark_of("phone"), name=part.phone)
        for mark, text in _prose(service):
            _check_text(mark, text, phones, context)
    for topic in context.source.topics:
        _check_text(topic.mark_of("say"), topic.say, [], context)
    for reply in context.source.replies.values():
        _check_text(reply.mark, reply.text, [], context)


def _prose(service: ServiceFields) -> Iterator[tuple[Mark, str]]:
    for name in ("name", "summary", "how_to_apply"):
        yield service.mark_of(name), service.text_of(name)


def _check_text(mark: Mark, text: str, phones: list[str], context: CheckContext) -> None:
    for found in _IN_TEXT.finditer(text):
        digits = _digits(found[0])
        if digits in phones:
            continue
        close = next((one for one in phones if 0 < Levenshtein.distance(one, digits) <= 1 + (len(one) > _LONG)), None)
        if close is not None and digits not in KNOWN_SHORT:
            context.problems.add(OTHER_NUMBER, mark, name=found[0], other=close)
        elif not exists(found[0]) and _CALLED.search(text[: found.start()]):
            context.problems.add(UNLIKELY_PHONE, mark, name=found[0])


def exists(phone: str) -> bool:
    """Return True if a telephone number can exist in Italy; a short one must be a known one."""
    digits = _digits(phone)
    if digits in KNOWN_SHORT or len(digits) < _LONG or has_short_form(digits):
        return digits in KNOWN_SHORT
    try:
        number = phonenumbers.parse(phone if phone.startswith("+") else digits, COUNTRY)
    except phonenumbers.NumberParseException:
        return False
    return phonenumbers.is_valid_number(number)


def _digits(phone: str) -> str:
    return re.sub(r"\D", "", phone)


@rule
def implausible_ages(context: CheckContext) -> None:
    """Record ages that nobody reaches, and offers for children that go on to ages of grown-ups."""
    for service in context.source.services:
        parts: tuple[ServiceFields | LocationFields, ...] = (service, *service.locations)
        for part in parts:
            _check_ages(service.eligibility, part.eligibility, part.mark_of("eligibility"), context)


def _check_ages(whole: Condition, part: Condition, mark: Mark, context: CheckContext) -> None:
    persons = frozenset[str]().union(*(one.accepted for one in _required(whole, PERSON) if isinstance(one.accepted, frozenset)))
    spans = [span for one in _required(part, AGE) if isinstance(one.accepted, tuple) for span in one.accepted]
    if not spans:
        return
    ends = [span.high / MONTHS_PER_YEAR for span in spans if span.high != float("inf")]
    if max([span.low / MONTHS_PER_YEAR for span in spans]) >= _OLDEST or max(ends, default=0) > _OLDEST + 1:
        context.problems.add(FAR_AGE, mark, age=round(max(span.low / MONTHS_PER_YEAR for span in spans) or max(ends)))
    elif persons and persons <= _CHILDREN and persons != {"famiglia"} and max(ends, default=0) > _OLDEST_CHILD + 1:
        context.problems.add(UNLIKELY_AGE, mark, age=round(max(ends)) - 1, name=", ".join(sorted(persons)))


def _required(condition: Condition, attribute: str) -> Iterator[Atom]:
    """Yield the atoms on an attribute that must be true for a condition to be true."""
    match condition:
        case Atom() if condition.attribute == attribute:
            yield condition
        case All(parts):
            for part in parts:
                yield from _required(part, attribute)


@rule
def implausible_costs(context: CheckContext) -> None:
    """Record prices with more digits than any real price of a service."""
    for service in context.source.services:
        # "ISEE fino a 26.000 €" is no price.
        for amount in _EUROS.findall(service.cost) if "ISEE" not in service.cost else ():
            if int(amount.replace(".", "")) > _HIGHEST_COST:
                context.problems.add(HIGH_COST, service.mark_of("cost"), name=amount)
