"""How many taps a citizen needs to the first fitting card, over profiles drawn from the shipped content.

Each profile is somebody for whom an offer, drawn at random, really fits. They press buttons only, and truthfully; what they
do not care about they do not know. A tap is any press, that which opens the card included. Baseline, in the same run: the same
people when every question that applies is asked before results are shown.

    python benchmarks/questions.py [--profiles 10000] [--seed 1]
"""

from __future__ import annotations

import argparse
import datetime as dt
import random
import statistics
from collections.abc import Mapping
from dataclasses import dataclass, replace

from bot import installation
from bot.core.attributes import AGE, CATEGORY, DISABILITY, FAMILY, MONTHS_PER_YEAR, NEED, PERSON, PLACE, SCHEDULE
from bot.core.conditions import Known, Span, Value
from bot.core.explanation import Verdict, explain
from bot.core.interview import Pace
from bot.core.replies import Action, Choice, Reply, Verb
from bot.core.services import Offer
from bot.dialogue.incoming import Press
from bot.dialogue.position import flow_of, position_of
from bot.dialogue.session import Session
from bot.dialogue.turn import Turn, turn
from bot.dialogue.world import World
from bot.home import HOME

NOW = dt.datetime(2026, 11, 22, 10)
#: How many people name a disability, a family situation, or hours.
CARES = {DISABILITY: 0.15, FAMILY: 0.3, SCHEDULE: 0.4}
MOST_TAPS = 60
#: Taps from the card of a service to that of another of its places.
TAPS_TO_OTHER_PLACE = 2


@dataclass(frozen=True)
class Citizen:
    """A person who tells the truth."""

    facts: dict[str, tuple[Value, ...]]

    def known(self, world: World) -> dict[str, Known | None]:
        """What they would say if they were asked everything."""
        return {name: world.content.vocabulary.known(name, values) for name, values in self.facts.items()}


@dataclass(frozen=True)
class Run:
    """How one citizen fared."""

    taps: int
    asked: int
    applicable: int


def draw(world: World, offers: list[Offer], chance: random.Random) -> Citizen:
    """Somebody whom an offer drawn at random fits."""
    vocabulary = world.content.vocabulary
    core = [term.id for term in vocabulary[PLACE].terms.values() if getattr(term, "core", False)]
    while True:
        offer = chance.choice([one for one in offers if one.service.needs])
        facts: dict[str, tuple[Value, ...]] = {PERSON: (chance.choice(list(vocabulary[PERSON].terms)),)}
        years = {"bambino": (0, 11), "ragazzo": (11, 18), "adulto": (18, 65), "anziano": (65, 95), "famiglia": (0, 18)}
        if (ages := years.get(str(facts[PERSON][0]))) is not None:
            month = chance.randrange(ages[0] * MONTHS_PER_YEAR, ages[1] * MONTHS_PER_YEAR)
            facts[AGE] = (Span(month, month + 1),)
        facts[PLACE] = (chance.choice(sorted(offer.location.serves & set(core)) if offer.location.serves else core),)
        facts[NEED] = (chance.choice(offer.service.needs),)
        for name, share in CARES.items():
            terms = [term.id for term in vocabulary[name].terms.values() if not term.none]
            if chance.random() < share:
                facts[name] = (chance.choice(terms),)
            elif name != SCHEDULE:
                facts[name] = ("nessuna",)
        citizen = Citizen(facts)
        if explain(offer, vocabulary.people(citizen.known(world))).verdict is Verdict.FITS:
            return citizen


def answer(citizen: Citizen, attribute: str, reply: Reply, world: World) -> Choice:
    """The button that a truthful citizen presses."""
    choices = [choice for row in reply.rows for choice in row]
    truth = citizen.facts.get(attribute, ())
    if done := next((c for c in choices if c.action.verb is Verb.CONFIRM and any(o.chosen for o in choices)), None):
        return done
    for choice in choices:
        if choice.action.verb in (Verb.ANSWER, Verb.TOGGLE) and choice.action.target == attribute:
            value = world.content.vocabulary[attribute].kind.decode(choice.action.value)
            if value in truth or any(_covers(value, true, world) for true in truth):
                return choice
    onward = (c for c in choices if c.action.verb is Verb.PAGE and c.action.target != "0")
    ways = {Verb.UNKNOWN: 0, Verb.DECLINE: 0, Verb.CONFIRM: 1, Verb.WIDEN: 2}
    away = sorted((c for c in choices if c.action.verb in ways), key=lambda choice: ways[choice.action.verb])
    return next(onward, None) or away[0]


def _covers(offered: Value, true: Value, world: World) -> bool:
    if isinstance(offered, Span) and isinstance(true, Span):
        return offered.low <= true.low and true.high <= offered.high
    if isinstance(offered, str) and offered.startswith(CATEGORY) and isinstance(true, str):
        return world.content.vocabulary.needs[true].category == offered.removeprefix(CATEGORY)
    return False


def run(world: World, citizen: Citizen, *, thorough: bool) -> Run | None:
    """Presses buttons until a card that fits is open; None if none is found."""
    people = world.content.vocabulary.people(citizen.known(world))
    step = turn(world, Session(), Press(Action(Verb.START)), NOW)
    asked: dict[str, None] = {}
    narrowed: set[str] = set()
    applicable = 0
    for taps in range(1, MOST_TAPS):
        session = step.session
        assert session.interview is not None
        if thorough and session.interview.pace is not Pace.THOROUGH:
            step = turn(world, session, Press(Action(Verb.MORE_QUESTIONS)), NOW)
        here = position_of(step.session, world)
        assert here is not None
        if here.question is not None:
            asked[here.question.fills] = None
            choice = answer(citizen, here.question.fills, without(step.replies[0], narrowed), world)
            if choice.action.verb is Verb.TOGGLE and choice.action.value.startswith(CATEGORY):
                narrowed.add(choice.action.value)
        else:
            applicable = len({question.fills for question in flow_of(session, world).questions})
            if here.match.remaining.bit_count() == 1:
                # A single offer is shown as its card at once: the press that led here has opened it.
                (offer,) = world.dated.index(flow_of(session, world)).members(here.match.remaining)
                fits = explain(offer, people).verdict is Verdict.FITS
                return Run(taps - 1, len(asked), applicable) if fits else None
            is_grouped = not any(c.action.verb is Verb.CARD for row in step.replies[0].rows for c in row)
            found = answer(citizen, NEED, step.replies[0], world) if is_grouped else _card(step, world, people)
            if found is None:
                return None
            choice = found
        step = turn(world, step.session, Press(choice.action), NOW)
        if choice.action.verb is Verb.CARD:
            fits = explain(world.dated.offers[choice.action.target], people).verdict is Verdict.FITS
            return Run(taps if fits else taps + TAPS_TO_OTHER_PLACE, len(asked), applicable)
    return None


def without(reply: Reply, values: set[str]) -> Reply:
    """A reply without the buttons of these values: nobody opens a category twice."""
    return replace(reply, rows=tuple(tuple(one for one in row if one.action.value not in values) for row in reply.rows))


def _card(step: Turn, world: World, people: tuple[Mapping[str, Known | None], ...]) -> Choice | None:
    """The first card in the list that really fits, or has another place that does, or the way to the next page."""
    choices = [choice for row in step.replies[0].rows for choice in row]
    offers = world.dated.offers
    for choice in (one for one in choices if one.action.verb is Verb.CARD):
        if explain(offers[choice.action.target], people).verdict is Verdict.FITS:
            return choice
    services = {offer.service.id for offer in offers.values() if explain(offer, people).verdict is Verdict.FITS}
    for choice in (one for one in choices if one.action.verb is Verb.CARD):
        if offers[choice.action.target].service.id in services:
            return choice
    later = (c for c in choices if c.action.verb is Verb.PAGE and int(c.action.target) > step.session.page)
    return next(later, None)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--profiles", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    world = installation.world_of(HOME, NOW)
    offers = list(world.dated.index(world.first_flow).offers)
    chance = random.Random(options.seed)
    citizens = [draw(world, offers, chance) for _ in range(options.profiles)]
    runs = [run(world, citizen, thorough=False) for citizen in citizens]
    baseline = [run(world, citizen, thorough=True) for citizen in citizens[: max(100, options.profiles // 10)]]
    for name, results in (("as shipped", runs), ("every question that matters", baseline)):
        found = [result for result in results if result is not None]
        taps = sorted(result.taps for result in found)
        saved = 1 - sum(result.asked for result in found) / sum(result.applicable for result in found)
        p95 = taps[int(len(taps) * 0.95)]
        print(f"{name}: {len(found)} of {len(results)} reach a fitting card; taps median {statistics.median(taps):g}, p95 {p95},")
        print(f"    mean {statistics.fmean(taps):.2f}; questions saved {saved:.0%}")
    both = [(a.taps, b.taps) for a, b in zip(runs, baseline, strict=False) if a is not None and b is not None]
    print(f"ratio of taps to the baseline: {sum(a for a, _ in both) / sum(b for _, b in both):.2f}")


if __name__ == "__main__":
    main()
