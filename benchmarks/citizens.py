"""Seeded citizens with a goal talk to the real bot until they have their service, or give up.

Each persona is somebody for whom an offer of the shipped content, drawn at random, really fits (`questions.py`). They press
buttons, write sentences, ask about what they see, or change their mind; some misspell, some write few words, some give up soon.
They accept the first service listed that answers their need and that the bot calls fitting; a wrong one does not fit
what is true of them. A dead end is a reply that leaves them no way on.

    python benchmarks/citizens.py [--profiles 300] [--seed 1] [--show]
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from common.targets import missed
from questions import NOW, Citizen, answer, draw, without

from bot import installation
from bot.core.attributes import AGE, CATEGORY, DISABILITY, MONTHS_PER_YEAR, NEED, PERSON, PLACE, SCHEDULE
from bot.core.conditions import Span
from bot.core.explanation import Verdict, explain
from bot.core.replies import Action, Choice, Verb
from bot.core.services import Offer
from bot.dialogue.incoming import Incoming, Press, Text
from bot.dialogue.intents import NotUnderstood
from bot.dialogue.position import position_of
from bot.dialogue.session import Screen, Session
from bot.dialogue.turn import Turn, turn
from bot.dialogue.world import World
from bot.home import HOME

#: Replies without an answer, one after the other, that are a dead end.
MOST_UNANSWERED = 3
#: Words around a need, by how well somebody writes Italian.
OPENINGS = {
    "plain": "cerco {need} per {who} a {place}",
    "polite": "buongiorno, avrei bisogno di {need} per {who}, abitiamo a {place}. grazie",
    "simple": "io vuole {need}. {who}. {place}",
    "short": "{need} {place} {who}",
}
WHO = {
    "bambino": "mio figlio di {age}",
    "ragazzo": "mia figlia di {age}",
    "adulto": "me, ho {age}",
    "anziano": "mia mamma di {age}",
    "famiglia": "la mia famiglia, il bimbo ha {age}",
}
#: Questions about what is shown; the reply must leave the services in front.
ASIDES = ("quanto costa?", "che orari fa?", "dov'è?", "come si fa domanda?", "c'è posto?")


class Habit(StrEnum):
    """A way to talk to the bot."""

    BUTTONS = "buttons"
    SENTENCES = "sentences"
    QUESTIONS = "questions"
    CHANGES = "changes of mind"


@dataclass(frozen=True)
class Persona:
    """A citizen with a goal and a manner."""

    citizen: Citizen
    habit: Habit
    language: str
    #: Letters in a hundred that are left out.
    misspelling: int
    #: Messages before they give up.
    patience: int


@dataclass
class Talk:
    """One persona's talk, and its end."""

    persona: Persona
    taps: int = 0
    words: int = 0
    end: str = "gave up"
    lines: list[str] = field(default_factory=list)


def people(world: World, count: int, chance: random.Random) -> Iterator[Persona]:
    """Yield personas with a private need: a company's are in another flow."""
    offers = list(world.dated.index(world.first_flow).offers)
    made = 0
    while made < count:
        citizen = draw(world, offers, chance)
        if citizen.facts[PERSON][0] not in WHO:
            continue
        made += 1
        yield Persona(
            citizen,
            chance.choice(list(Habit)),
            chance.choice(list(OPENINGS)),
            chance.choice((0, 0, 2, 4)),
            chance.choice((12, 16, 24)),
        )


class Visit:
    """The talk of one persona with the bot."""

    def __init__(self, world: World, persona: Persona, chance: random.Random) -> None:
        """Begin with an empty chat."""
        self._world, self._persona, self._chance = world, persona, chance
        self._citizen, self.talk = persona.citizen, Talk(persona)
        self._step = Turn(Session(), ())
        self._unanswered = 0
        self._opened: set[str] = set()
        self._seen: set[str] = set()

    def play(self) -> Talk:
        """Talk until the service is found, the patience is over, or there is no way on."""
        self._begin()
        while not self.talk.lines or self.talk.end == "gave up":
            if len(self.talk.lines) >= self._persona.patience:
                break
            self._go_on()
        return self.talk

    # --- Messages

    def _say(self, text: str) -> None:
        self.talk.words += len(text.split())
        self._send(Text(self._misspelt(text)), text)

    def _press(self, choice: Choice) -> None:
        self.talk.taps += 1
        self._send(Press(choice.action), f"[{choice.label}]")

    def _send(self, incoming: Incoming, line: str) -> None:
        self._step = turn(self._world, self._step.session, incoming, NOW)
        self.talk.lines.append(line)
        self._unanswered = self._unanswered + 1 if isinstance(self._step.intent, NotUnderstood) else 0
        has_way = any(reply.rows for reply in self._step.replies)
        if self._unanswered >= MOST_UNANSWERED or not has_way:
            self.talk.end = "dead end"

    def _misspelt(self, text: str) -> str:
        def is_lost(letter: str) -> bool:
            return letter.isalpha() and self._chance.random() * 100 < self._persona.misspelling

        return "".join(letter for letter in text if not is_lost(letter))

    # --- The beginning, by habit

    def _begin(self) -> None:
        habit = self._persona.habit
        if habit is Habit.BUTTONS or NEED not in self._citizen.facts:
            self._press(Choice("/start", Action(Verb.START)))
            return
        self._say(self._wish(other_age=habit is Habit.CHANGES))
        if habit is Habit.CHANGES and AGE in self._citizen.facts and self.talk.end == "gave up":
            self._say(f"anzi, ha {self._age()}")

    def _wish(self, *, other_age: bool) -> str:
        facts, vocabulary = self._citizen.facts, self._world.content.vocabulary
        need = vocabulary.needs[str(facts[NEED][0])].label.lower()
        years = self._age(MONTHS_PER_YEAR if other_age else 0)
        who = WHO[str(facts[PERSON][0])].format(age=years)
        place = vocabulary[PLACE].terms[str(facts[PLACE][0])].label
        wish = OPENINGS[self._persona.language].format(need=need, who=who, place=place)
        if SCHEDULE in facts:
            wish += f", {vocabulary[SCHEDULE].terms[str(facts[SCHEDULE][0])].label.lower()}"
        if facts[DISABILITY][0] != "nessuna":
            wish += f". ha una disabilità {vocabulary[DISABILITY].terms[str(facts[DISABILITY][0])].label.lower()}"
        return wish

    def _age(self, more: int = 0) -> str:
        (age,) = self._citizen.facts[AGE]
        assert isinstance(age, Span)
        months = int(age.low) + more
        return f"{months} mesi" if months < 2 * MONTHS_PER_YEAR else f"{months // MONTHS_PER_YEAR} anni"

    # --- The way on

    def _go_on(self) -> None:
        """Answer the question in front, choose among the services, or leave a screen that asks for something else."""
        session, reply = self._step.session, self._step.replies[0]
        here = position_of(session, self._world)
        choices = [choice for row in reply.rows for choice in row]
        if here is None or session.screen not in (Screen.INTERVIEW, Screen.CARD):
            back = [one for one in choices if one.action.verb in (Verb.LIST, Verb.NO_HUMAN, Verb.START)]
            self._press(back[0]) if back else self._stop("dead end")
        elif here.question is not None and session.screen is Screen.INTERVIEW:
            self._answer(here.question.fills)
        else:
            self._choose(choices)

    def _answer(self, attribute: str) -> None:
        choice = answer(self._citizen, attribute, without(self._step.replies[0], self._seen), self._world)
        if choice.action.verb is Verb.TOGGLE and choice.action.value.startswith(CATEGORY):
            self._seen.add(choice.action.value)
        is_typed = self._persona.habit is not Habit.BUTTONS and attribute in (AGE, PLACE) and attribute in self._citizen.facts
        if is_typed and self._unanswered == 0:
            place = self._world.content.vocabulary[PLACE].terms[str(self._citizen.facts[PLACE][0])].label
            self._say(self._age() if attribute == AGE else place)
        else:
            self._press(choice)

    def _choose(self, choices: list[Choice]) -> None:
        """Open the next service that answers the need and is not called doubtful, or look further."""
        session, offers = self._step.session, self._world.dated.offers
        here = position_of(session, self._world)
        assert here is not None
        index = self._world.dated.index(self._world.flow(session.interview))
        listed = [offers[one.action.target] for one in choices if one.action.verb is Verb.CARD]
        if not listed and index.service_count(here.match.remaining) == 1:
            (only,) = index.best(here.match, here.people, 1)
            if self._wants(only):
                self._accept(only)
                return
        if listed and self._persona.habit is Habit.QUESTIONS and not self._opened:
            self._opened.add("")
            self._say(self._chance.choice(ASIDES))
            return
        more = next((one for one in choices if one.action.verb is Verb.MORE_QUESTIONS), None)
        if more is not None and self._citizen.facts[DISABILITY][0] != "nessuna" and here.profile.get(DISABILITY) is None:
            self._press(more)
            return
        fitting = frozenset(one.id for one in index.members(here.match.fits))
        for offer in listed:
            if offer.id in fitting and offer.id not in self._opened and self._wants(offer):
                self._opened.add(offer.id)
                self._press(next(one for one in choices if one.action.target == offer.id))
                self._accept(offer)
                return
        self._look_further(choices)

    def _wants(self, offer: Offer) -> bool:
        """Return True if an offer is what the persona came for, at hours that suit them: both can be read in the list."""
        facts = self._citizen.facts
        if not set(offer.service.needs) & set(facts[NEED]):
            return False
        if SCHEDULE not in facts:
            return True
        vocabulary = self._world.content.vocabulary
        suited = vocabulary.people({SCHEDULE: vocabulary.known(SCHEDULE, facts[SCHEDULE])})
        return explain(offer, suited).verdict is not Verdict.DOES_NOT_FIT

    def _look_further(self, choices: list[Choice]) -> None:
        """Press what leads to other services: a kind of help, a further page, more questions, another search."""
        if any(one.action.verb in (Verb.ANSWER, Verb.TOGGLE) and one.action.target == NEED for one in choices):
            self._answer(NEED)
            return
        page = self._step.session.page
        ways = [one for one in choices if one.action.verb is Verb.PAGE and int(one.action.target) > page]
        ways += [one for one in choices if one.action.verb is Verb.MORE_QUESTIONS]
        ways += [one for one in choices if one.action.verb is Verb.RESTART]
        if not ways:
            self._stop("dead end")
            return
        if ways[0].action.verb is Verb.RESTART:
            self._seen.clear()
        self._press(ways[0])

    def _accept(self, offer: Offer) -> None:
        """Take a service; it is right if one of its places fits all that is true, and wrong if none may fit."""
        true = self._world.content.vocabulary.people(self._citizen.known(self._world))
        places = [one for one in self._world.dated.offers.values() if one.service.id == offer.service.id]
        verdicts = {explain(one, true).verdict for one in places}
        self._stop("right" if Verdict.FITS in verdicts else "to check" if Verdict.TO_CHECK in verdicts else "wrong")

    def _stop(self, end: str) -> None:
        self.talk.end = end


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--profiles", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", action="store_true", help="print the talks that did not end well")
    options = parser.parse_args()
    world = installation.world_of(HOME, NOW)
    chance = random.Random(options.seed)
    talks = [Visit(world, persona, chance).play() for persona in people(world, options.profiles, chance)]
    for talk in talks if options.show else ():
        if talk.end != "right":
            print(talk.end, talk.persona, *talk.lines, sep="\n    ")
    for habit in Habit:
        ends = Counter(talk.end for talk in talks if talk.persona.habit is habit)
        print(f"{habit}: {', '.join(f'{end} {count}' for end, count in ends.most_common())}")
    right = [talk for talk in talks if talk.end == "right"]
    for name in ("taps", "words"):
        counts = sorted(getattr(talk, name) for talk in right)
        print(f"{name}: median {statistics.median(counts):g}, p95 {counts[int(len(counts) * 0.95)]}")
    shares = {end: 100 * sum(talk.end == end for talk in talks) / len(talks) for end in ("right", "wrong", "dead end")}
    print(f"goal reached {shares['right']:.1f} %, wrong service {shares['wrong']:.1f} %, dead ends {shares['dead end']:.1f} %")
    misses = [one for end, share in shares.items() for one in missed(f"citizens.{end.replace(' ', '_')}_percent", share)]
    print(*misses, sep="\n", end="\n" if misses else "")
    sys.exit(bool(misses))


if __name__ == "__main__":
    main()
