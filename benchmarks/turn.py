"""What one turn costs at 250, 10,000 and 100,000 offers, the bytes of a session, and loading and checking the content.

The shipped offers are thinned to 250, or replicated with seeded variation of place, ages, hours and accessibility. Seeded
citizens press buttons, type answers and open cards. Baseline, in the same run: the turn at 250 offers.

    python benchmarks/turn.py [--sizes 250,10000,100000] [--turns 1500] [--seed 1]
"""

from __future__ import annotations

import argparse
import datetime as dt
import random
import time
from dataclasses import replace

from bot.authoring.check import check
from bot.authoring.load import read_content
from bot.core import hours
from bot.core.attributes import AGE, PLACE
from bot.core.conditions import All, Any, Atom, Condition, Not, Span
from bot.core.content import Content
from bot.core.replies import Action, Reply, Verb
from bot.core.services import Access, Location, Service
from bot.dialogue.incoming import Incoming, Press, Text
from bot.dialogue.session import Session
from bot.dialogue.stored_session import dump_session, load_session
from bot.dialogue.turn import turn
from bot.dialogue.world import World
from bot.home import HOME

NOW = dt.datetime(2026, 11, 22, 10)
TYPED = (
    "7 anni",
    "otto mesi",
    "san donato",
    "melegnnano",
    "non lo so",
    "dopo le 18",
    "bambino",
    "mia nonna",
    "boh",
    "doposcuola",
    "grazie mille",
)
EXPRESSIONS = [f"{days} {start:02}:{minute}-{start + length:02}:30" for days in ("Mo-Fr", "Mo,We", "Tu,Th", "Sa", "Mo-Sa")
               for start in range(7, 19) for length in (2, 4) for minute in ("00", "30")]  # fmt: skip


def varied(content: Content, size: int, chance: random.Random) -> Content:
    """Content with `size` offers."""
    if size <= len(content.offers):
        thinned, count = [], 0
        for service in chance.sample(content.services, len(content.services)):
            if count < size:
                thinned.append(replace(service, locations=service.locations[: size - count]))
                count += len(thinned[-1].locations)
        return replace(content, services=tuple(thinned))
    services, count, copy = list(content.services), len(content.offers), 0
    while count < size:
        copy += 1
        for service in content.services:
            if count < size:
                services.append(variation(service, f"{service.id}-{copy}", content, chance, size - count))
                count += len(services[-1].locations)
    return replace(content, services=tuple(services))


def variation(service: Service, id: str, content: Content, chance: random.Random, most: int) -> Service:
    places = list(content.vocabulary[PLACE].terms)
    taken = chance.sample(places, min(len(service.locations), most))
    locations = tuple(moved(location, place, chance) for location, place in zip(service.locations, taken, strict=False))
    access = {name: chance.choice(list(Access)) for name in service.accessibility}
    return replace(service, id=id, locations=locations, accessibility=access, eligibility=shifted(service.eligibility, chance))


def moved(location: Location, place: str, chance: random.Random) -> Location:
    opening = chance.choice(EXPRESSIONS) if location.opening else ""
    serves = frozenset({place}) if location.serves is not None else None
    return replace(location, place=place, serves=serves, opening=opening, week=hours.week(opening) if opening else None)


def shifted(condition: Condition, chance: random.Random) -> Condition:
    match condition:
        case Atom(attribute, accepted) if attribute == AGE and isinstance(accepted, tuple):
            return Atom(
                AGE, tuple(Span(max(0, s.low - 12 * chance.randrange(2)), s.high + 12 * chance.randrange(3)) for s in accepted)
            )
        case All(parts):
            return All(tuple(shifted(part, chance) for part in parts))
        case Any(parts):
            return Any(tuple(shifted(part, chance) for part in parts))
        case Not(part):
            return Not(shifted(part, chance))
        case _:
            return condition


def said(reply: Reply | None, chance: random.Random) -> Incoming:
    """What a citizen does next: mostly one of the buttons, often one that answers."""
    if reply is None or chance.random() < 0.05:
        return Press(Action(Verb.START))
    if chance.random() < 0.25:
        return Text(chance.choice(TYPED))
    choices = [choice for row in reply.rows for choice in row]
    answers = [c for c in choices if c.action.verb in (Verb.ANSWER, Verb.TOGGLE, Verb.CARD, Verb.UNKNOWN)]
    return Press(chance.choice(answers or choices).action)


def measure(world: World, turns: int, chance: random.Random) -> tuple[list[float], int]:
    """Milliseconds of every turn, sorted, and the bytes of the largest session."""
    session, reply, times, largest = Session(), None, [], 0
    for _ in range(turns):
        incoming = said(reply, chance)
        session = load_session(dump_session(session), world.content.vocabulary)
        start = time.perf_counter()
        result = turn(world, session, incoming, NOW)
        times.append((time.perf_counter() - start) * 1000)
        session = result.session
        # Whoever has asked for a person is answered by one: they begin anew.
        reply = result.replies[0] if result.replies else None
        largest = max(largest, len(dump_session(session).encode()))
    return sorted(times), largest


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="250,10000,100000")
    parser.add_argument("--turns", type=int, default=1500)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    start = time.process_time()
    source = read_content(HOME)
    report = check(source, NOW.date())
    print(f"load and check of the shipped content: {time.process_time() - start:.2f} s of CPU, {report.counts['offers']} offers")
    assert source.content is not None
    baseline = 0.0
    for size in (int(text) for text in options.sizes.split(",")):
        chance = random.Random(options.seed)
        content = varied(source.content, size, chance)
        start = time.perf_counter()
        world = World.on(content, NOW.date())
        world.dated.index(world.first_flow)
        built = time.perf_counter() - start
        measure(world, 200, chance)
        times, largest = measure(world, options.turns, chance)
        p50, p95 = times[len(times) // 2], times[int(len(times) * 0.95)]
        baseline = baseline or p95
        print(
            f"{len(content.offers)} offers: turn p50 {p50:.2f} ms, p95 {p95:.2f} ms ({p95 / baseline:.1f} of the first),"
            f" session at most {largest} bytes, world built in {built:.2f} s"
        )


if __name__ == "__main__":
    main()
