"""Figures of how well test sentences are understood: the meaning found for each is compared with the expected one. Pure."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, quantiles

from bot.authoring.models.queries import Query, Stated, StatedPeriod, Times, Weekday
from bot.core.attributes import AGE, DISABILITY, MONTHS_PER_YEAR, PERIOD, PERSON, PLACE, SCHEDULE, Term, Vocabulary
from bot.core.conditions import Hours, Span, Value
from bot.core.topics import DangerTier, IntentId
from bot.language.meaning.understand import Meaning, MeaningKind

#: So many needs are shown at once.
SHOWN = 3
_ASKED = frozenset({MeaningKind.NEED, MeaningKind.CHOOSE})
#: What is said to the bot itself, or to nobody, is out of scope too, and has an answer of its own.
_BESIDE_SERVICES = frozenset(
    {
        IntentId.THANKS, IntentId.GOODBYE, IntentId.GREETING, IntentId.LAUGHTER, IntentId.WHO_ARE_YOU, IntentId.WHO_READS,
        IntentId.WHY_ASK, IntentId.INSULT, IntentId.COMPLAINT, IntentId.WHAT_CAN_YOU_DO, IntentId.PRIVACY, IntentId.DELETE_DATA,
        IntentId.EXPORT_DATA,
    }
)  # fmt: skip
#: Tenths of probability.
_BINS = 10
_ESCALATED = frozenset({MeaningKind.OUT_OF_SCOPE, MeaningKind.NOT_UNDERSTOOD})
SLOTS = (AGE, PLACE, PERSON, SCHEDULE, DISABILITY)
#: All that a sentence can state, periods included.
_ALL_SLOTS = (*SLOTS, PERIOD)
#: An age is right within half a month, and says nothing when it is longer than this many months.
_CLOSE, _LONGEST = 0.5, 25
_WINDOW = re.compile(r"(?P<days>[A-Z][A-Za-z,-]*) (?P<start>\d\d:\d\d)-(?P<end>\d\d:\d\d)")

Slots = Mapping[str, tuple[Value, ...]]


@dataclass(frozen=True, slots=True)
class QueryResult:
    """A test sentence, the meaning that the bot found, and how many seconds it took."""

    query: Query
    meaning: Meaning
    seconds: float

    @property
    def shown(self) -> tuple[str, ...]:
        """Return the needs that the bot would show, best first."""
        return tuple(one.need for one in self.meaning.needs[:SHOWN]) if self.meaning.kind in _ASKED else ()

    @property
    def rank(self) -> int:
        """Return the rank of the first right need among the needs shown, from 1; 0 if none is right."""
        return next((place for place, need in enumerate(self.shown, 1) if need in self.query.finds.needs), 0)

    @property
    def is_right(self) -> bool:
        """Return True if the bot's reaction is what the test sentence expects."""
        kind = self.meaning.kind
        if self.query.finds.needs:
            return self.rank > 0
        if self.query.finds.urgent:
            danger = self.meaning.danger
            return kind is MeaningKind.URGENT and danger is not None and danger.danger == self.query.finds.urgent
        if self.query.finds.human:
            return kind is MeaningKind.HUMAN
        if self.query.kind == "out_of_scope":
            return kind in _ESCALATED or self.meaning.intent in _BESIDE_SERVICES
        return kind is not MeaningKind.URGENT

    @property
    def is_meant(self) -> bool:
        """Return True if the meaning found is right, even if other suggestions are shown beside it."""
        return self.rank == 1 if self.query.finds.needs else self.is_right

    @property
    def is_brushed_off(self) -> bool:
        """Return True if a sentence of danger gets neither help, nor a gentle question, nor neutral words with the numbers."""
        heard = self.meaning
        return bool(self.query.finds.urgent) and heard.danger is None and heard.kind is not MeaningKind.NOT_UNDERSTOOD


def evaluate_queries(queries: Iterable[Query], read: Callable[[str], Meaning], clock: Callable[[], float]) -> list[QueryResult]:
    """Let the bot read each test sentence in turn, and return the results; `clock` gives seconds."""
    results = []
    for query in queries:
        start = clock()
        meaning = read(query.say)
        results.append(QueryResult(query, meaning, clock() - start))
    return results


def query_figures(results: Sequence[QueryResult], vocabulary: Vocabulary) -> dict[str, object]:
    """Return all figures in the form of `evaluate --json`: shares between 0 and 1, None where there is nothing to count."""
    asked = [one for one in results if one.query.finds.needs]
    kinds = dict.fromkeys(one.query.kind for one in asked)
    scope = [one for one in results if one.query.kind == "out_of_scope"]
    urgent = [one for one in results if one.query.finds.urgent]
    calm = [one for one in results if not one.query.finds.urgent]
    human = [one for one in results if one.query.finds.human]
    ms = sorted(one.seconds * 1_000 for one in results)
    return {
        "kinds": {kind: rank_figures([one for one in asked if one.query.kind == kind]) for kind in kinds}
        | {"all": rank_figures(asked)},
        "out_of_scope": {"n": len(scope), "found": _share(one.is_right for one in scope)},
        "false_escalation": _share(one.meaning.kind not in _ASKED for one in asked),
        "urgent": {
            "n": len(urgent),
            "found": _share(one.is_right for one in urgent),
            "any": _share(one.meaning.kind is MeaningKind.URGENT for one in urgent),
            "false": _share(one.meaning.kind is MeaningKind.URGENT for one in calm),
            "false_n": len(calm),
        },
        "danger": _danger_figures(urgent, calm),
        "calibration": calibration_error(results),
        "human": {"n": len(human), "found": _share(one.is_right for one in human)},
        "periods": period_figures(results, vocabulary),
        "slot_f1": slot_f1(asked, vocabulary),
        "slots": slot_figures([one for one in results if one.query.finds.needs], vocabulary),
        "ms": {"p50": _quantile(ms, 50), "p95": _quantile(ms, 95)},
    }


def _danger_figures(urgent: Sequence[QueryResult], calm: Sequence[QueryResult]) -> dict[str, object]:
    """Return the share of dangers that are recognised, by certainty, and the share of harmless texts mistaken for a danger."""

    def tier(results: Sequence[QueryResult], wanted: DangerTier) -> float | None:
        return _share(one.meaning.danger is not None and one.meaning.danger.tier is wanted for one in results)

    return {
        "n": len(urgent),
        "sure": tier(urgent, DangerTier.SURE),
        "likely": tier(urgent, DangerTier.LIKELY),
        "quiet": tier(urgent, DangerTier.QUIET),
        "brushed_off": sum(one.is_brushed_off for one in urgent),
        "wrong_kind": _share(one.meaning.kind is MeaningKind.URGENT and not one.is_right for one in urgent),
        "false_sure": tier(calm, DangerTier.SURE),
        "false_likely": tier(calm, DangerTier.LIKELY),
    }


def reliability(results: Sequence[QueryResult]) -> list[tuple[int, float, float]]:
    """Return for each tenth of probability: how many readings it has, their mean probability, and the share that is right."""
    bins: list[list[QueryResult]] = [[] for _ in range(_BINS)]
    for one in results:
        bins[min(int(one.meaning.probability * _BINS), _BINS - 1)].append(one)
    return [
        (len(each), fmean(one.meaning.probability for one in each), sum(one.is_meant for one in each) / len(each))
        for each in bins
        if each
    ]


def calibration_error(results: Sequence[QueryResult]) -> float | None:
    """Return the mean difference between stated probability and share of right readings; None without readings."""
    if not results:
        return None
    return round(sum(count * abs(said - right) for count, said, right in reliability(results)) / len(results), 4)


def rank_figures(results: Sequence[QueryResult]) -> dict[str, float | int | None]:
    """Return the shares of queries with a right need first and among the first three, and the mean reciprocal rank."""
    return {
        "n": len(results),
        "recall@1": _share(one.rank == 1 for one in results),
        "recall@3": _share(one.rank > 0 for one in results),
        "mrr": round(fmean(1 / one.rank if one.rank else 0.0 for one in results), 4) if results else None,
    }


def slot_figures(results: Sequence[QueryResult], vocabulary: Vocabulary) -> dict[str, object]:
    """Return for each attribute the share of sentences stating it in which it is read right; under "all" all values together.

    Under "heard": how many sentences had an attribute read that they do not state.
    """
    right = [right_slots(one.query.stated, one.meaning.slots, vocabulary) for one in results]
    stated = [set(_stated(one.query.stated)) for one in results]
    found: dict[str, object] = {
        name: _share(got[name] for got, said in zip(right, stated, strict=True) if name in said) for name in SLOTS
    }
    found["all"] = _share(all(got[name] for name in SLOTS) for got in right)
    found["heard"] = {
        name: sum(not got[name] and name not in said for got, said in zip(right, stated, strict=True)) for name in SLOTS
    }
    return found


def right_slots(stated: Stated, heard: Slots, vocabulary: Vocabulary) -> dict[str, bool]:
    """Return for each attribute whether the value read equals the value stated; both may be absent."""
    profile = {name: vocabulary.known(name, values) for name, values in heard.items()}
    persons = {value for person in vocabulary.people(profile) if (known := person.get(PERSON)) for value in known.values}
    named = [v for v in heard.get(DISABILITY, ()) if not vocabulary[DISABILITY].terms[str(v)].none]
    return {
        AGE: _ages_right(stated.ages, heard.get(AGE, ())),
        PLACE: heard.get(PLACE, ()) == ((stated.place,) if stated.place else ()),
        # Of brothers and sisters one may be a child, and the other not: then none of both is stated.
        PERSON: (persons if len(persons) == 1 else set()) == ({stated.person} if stated.person else set()),
        SCHEDULE: _times_right(stated.times, heard.get(SCHEDULE, ()), vocabulary[SCHEDULE].terms),
        DISABILITY: bool(named) == stated.disability,
        PERIOD: _period_right(stated.period, heard.get(PERIOD, ())),
    }


def _stated(stated: Stated) -> Iterable[str]:
    written = (stated.ages, stated.place, stated.person, stated.times, stated.disability, stated.period)
    return (name for name, value in zip(_ALL_SLOTS, written, strict=True) if value)


def _period_right(stated: StatedPeriod | None, heard: Sequence[Value]) -> bool:
    """Return True if the days read are those stated; of several periods read one is enough."""
    if stated is None:
        return not heard
    first = -math.inf if stated.first is None else stated.first.toordinal()
    last = math.inf if stated.last is None else stated.last.toordinal() + 1
    return Span(first, last) in heard


def period_figures(results: Sequence[QueryResult], vocabulary: Vocabulary) -> dict[str, float | int | None]:
    """Return the share of sentences asking for days in which the days are read right."""
    asking = [one for one in results if one.query.stated.period is not None]
    return {
        "n": len(asking),
        "right": _share(right_slots(one.query.stated, one.meaning.slots, vocabulary)[PERIOD] for one in asking),
    }


def slot_f1(results: Sequence[QueryResult], vocabulary: Vocabulary) -> float | None:
    """Return the micro F1 score over all values; a wrong value counts as both missed and made up."""
    right = missed = made_up = 0
    for one in results:
        stated, heard = set(_stated(one.query.stated)), {name for name in _ALL_SLOTS if one.meaning.slots.get(name)}
        for name, is_right in right_slots(one.query.stated, one.meaning.slots, vocabulary).items():
            right += name in stated and is_right
            missed += name in stated and not is_right
            made_up += name in heard and not is_right
    return round(2 * right / (2 * right + missed + made_up), 4) if right or missed or made_up else None


def _ages_right(stated: Sequence[float], heard: Sequence[Value]) -> bool:
    spans = [value for value in heard if isinstance(value, Span) and value.high - value.low <= _LONGEST]
    return len(stated) == len(spans) and all(any(_is_age(age, span) for span in spans) for age in stated)


def _is_age(years: float, span: Span) -> bool:
    return span.low - _CLOSE <= years * MONTHS_PER_YEAR < span.high + _CLOSE


def _times_right(stated: Times | None, heard: Sequence[Value], terms: Mapping[str, Term]) -> bool:
    """Return True if the hours read are those stated; names of parts of a day ("mattina") are ignored."""
    windows = [m for value in heard if isinstance(value, Hours) for m in _WINDOW.finditer(value.expression)]
    named = {str(value) for value in heard if not isinstance(value, Hours)}
    if stated is None:
        return not windows and named.isdisjoint({"sabato", "domenica"})
    days = {day for window in windows for day in _days(window["days"])}
    days |= {day for name, day in (("sabato", "sa"), ("domenica", "su")) if name in named}
    if not windows:
        windows = [m for name in named for m in _WINDOW.finditer(terms[name].window)]
    if stated.days and days != stated.days:
        return False
    starts, ends = {m["start"] for m in windows}, {m["end"] for m in windows}
    return (not stated.start or starts == {stated.start}) and (not stated.end or ends == {stated.end})


def _days(written: str) -> Iterable[str]:
    week: list[str] = [*Weekday]
    for part in written.lower().split(","):
        first, _, last = part.partition("-")
        start = week.index(first)
        yield from week[start : week.index(last or first) + 1]


def _share(found: Iterable[bool]) -> float | None:
    counted = list(found)
    return round(sum(counted) / len(counted), 4) if counted else None


def _quantile(ms: Sequence[float], percent: int) -> float | None:
    if not ms:
        return None
    return round(quantiles([*ms, ms[-1]], n=100, method="inclusive")[percent - 1], 3)
