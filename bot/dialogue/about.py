"""Answers to questions about the offers that are shown, from the fields of their cards. Pure.

Where the fields do not hold the fact, the answer says so and gives the contact and the button to a person. A question changes
none of the citizen's answers. Recognising the question is in `intent_readers.py`; which offers are shown is in `shown.py`.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from bot.core import hours
from bot.core.attributes import AGE, DISABILITY, PERIOD, PERSON, PLACE, encode
from bot.core.conditions import Span, Truth, Value, evaluate, merge_spans
from bot.core.explanation import Verdict, explain
from bot.core.matching import kilometres
from bot.core.replies import Action, Choice, Reply, Run, Verb
from bot.core.services import Offer, Standing, State, attributes_of, holds
from bot.core.topics import IntentId
from bot.dialogue.card_sentences import sentences_of, shared_roots
from bot.dialogue.context import Context
from bot.dialogue.intents import AboutShown
from bot.dialogue.layout import person_button
from bot.dialogue.service_cards import OfferTexts
from bot.dialogue.statements import is_minor
from bot.kinds.registry import kind_of
from bot.language.entities.references import particular_words, wants_phone

#: Characters of an answer, and of a fact in a line of a list.
_MOST_CHARACTERS, _MOST_OF_LINE = 700, 110
DAYS_OF_YEAR = 366
#: The beginning of the name of a disability that needs no "disabilità" before it: "altra disabilità".
_DISABILITY_ITSELF = "altra"
#: Attributes that are given up to those of another person, who is asked about.
_OF_A_PERSON = (AGE, PERSON)


def about_reply(context: Context, asked: AboutShown, front: Reply) -> Reply:
    """Return the answer to a question about the offers shown, with the buttons of the message that the citizen has in front."""
    offers = [one for id in asked.offers if (one := context.world.dated.offers.get(id)) is not None]
    facts = Facts(context, asked)
    if asked.numbers:
        told = {offer.id for offer in offers if facts.fact(offer)}
        # Offers whose cards are silent are left out where no field could tell.
        shown = [(n, one) for n, one in zip(asked.numbers, offers, strict=True) if one.id in told or asked.fact is not None]
        lines = [f"{number}. {facts.line(offer)}" for number, offer in shown]
        silent = "about_remark_of_all" if asked.is_remark else "about_unknown_of_all"
        text = _within("\n".join(lines)) if told else context.say(silent)
    else:
        text = _within(facts.answers(offers[0]))
    rows = front.rows
    if search := _search_row(context, asked):
        rows = (search, *rows)
    if not any(choice.action.verb is Verb.HUMAN for row in rows for choice in row):
        rows = (*rows, (person_button(context),))
    title = () if asked.numbers else (Run(facts.title(offers[0]), bold=True), Run("\n"))
    return Reply((*title, Run(text)), rows, links=front.links)


def judgement(context: Context, offer: Offer, stated: Mapping[str, tuple[Value, ...]]) -> str:
    """Return a sentence that an offer suits a person, does not, or perhaps does."""
    facts = Facts(context, AboutShown(IntentId.ABOUT_AGE, (offer.id,), stated=stated))
    return f"{facts.title(offer)}: {facts.fact(offer)}"


def _within(text: str) -> str:
    return text if len(text) <= _MOST_CHARACTERS else text[: _MOST_CHARACTERS - 1].rsplit(" ", 1)[0] + "…"


def _search_row(context: Context, asked: AboutShown) -> tuple[Choice, ...]:
    """Return the button that searches for the other person who was asked about; without a press the answers stay."""
    interview = context.session.interview
    flow = {question.fills for question in context.flow.questions}
    for attribute in (AGE, PLACE):
        values = asked.stated.get(attribute, ())
        known = interview.answers.get(attribute) if interview is not None else None
        if len(values) == 1 and attribute in flow and (known is None or known.values != values):
            declared = context.world.content.vocabulary[attribute]
            label = context.say("about_search_button", value=context.phrasing.inside(declared, values[0]))
            return (Choice(label, Action(Verb.ANSWER, attribute, encode(values[0]))),)
    return ()


class Facts:
    """The facts about offers that one question asks for, and their wording."""

    def __init__(self, context: Context, asked: AboutShown) -> None:
        self._context = context
        self._asked = asked
        self._say = context.say
        self._texts = OfferTexts(context.world, context.phrasing)

    def title(self, offer: Offer) -> str:
        """Return the name of an offer with its municipality."""
        return self._texts.title(offer)

    def line(self, offer: Offer) -> str:
        """Return one line of a list: the name of an offer and the fact asked for."""
        found = (one.fact(offer) or self._say("about_unknown_short") for one in self._single())
        fact = " · ".join(" ".join(one.split()).rstrip(".") if self._asked.also else " ".join(one.split()) for one in found)
        if len(fact) > _MOST_OF_LINE:
            fact = fact[:_MOST_OF_LINE].rsplit(" ", 1)[0].rstrip(",;.") + " …"
        return self._say("about_line", name=self.title(offer), fact=fact)

    def answers(self, offer: Offer) -> str:
        """Return the answer about one offer: a line or more for each fact that the question asks for."""
        return "\n".join(one.answer(offer) for one in self._single())

    def _single(self) -> Iterator[Facts]:
        """Split a question for several facts: yield a `Facts` for each."""
        if not self._asked.also:
            yield self
        for fact in (self._asked.fact, *self._asked.also) if self._asked.also else ():
            yield Facts(self._context, replace(self._asked, fact=fact, also=(), words=(), week=0, date=None))

    def answer(self, offer: Offer) -> str:
        """Return the answer about one offer; if its card does not hold the fact, the contact to ask."""
        fact = self.fact(offer)
        if not fact:
            return f"{self._say('about_remark' if self._asked.is_remark else 'about_unknown')} {self._whom_to_ask(offer)}"
        key = _SENTENCES.get(self._asked.fact) if self._asked.fact is not None else None
        is_sentence = self._is_judgement() or fact == self._quoted(offer)
        said = self._say(key, fact=_closed(fact)) if key and not is_sentence else _closed(fact[:1].upper() + fact[1:])
        return "\n".join(filter(None, (said, self._extra(offer), "" if is_sentence else self._particular(offer, fact))))

    def fact(self, offer: Offer) -> str:
        """Return the asked fact from the fields of an offer, in words; "" if the fields do not hold it."""
        if self._asked.stated and self._asked.fact in _OF_PEOPLE:
            return self._judgement(offer)
        fields: Mapping[IntentId, Callable[[Offer], str]] = {
            IntentId.ABOUT_COST: lambda offer: offer.service.cost,
            IntentId.ABOUT_PLACE: self._place,
            IntentId.ABOUT_HOURS: self._hours,
            IntentId.ABOUT_PERIOD: self._period,
            IntentId.ABOUT_DOCUMENTS: self._documents,
            IntentId.ABOUT_APPLY: lambda offer: offer.service.how_to_apply,
            IntentId.ABOUT_ROOM: self._room,
            IntentId.ABOUT_AGE: lambda offer: self._audience(offer) or self._say("about_any_age"),
            IntentId.ABOUT_ACCESS: lambda offer: self._texts.accessibility(offer) if offer.service.accessibility else "",
            IntentId.ABOUT_CONTACT: self._contacts,
            IntentId.ABOUT_PROVIDER: lambda offer: offer.service.organization,
            IntentId.ABOUT_PRECEDENCE: self._residents,
        }
        found = fields[self._asked.fact](offer) if self._asked.fact is not None else ""
        return found if found or self._asked.fact not in _QUOTED else self._quoted(offer)

    # --- Single facts

    def _quoted(self, offer: Offer) -> str:
        """Quote the first sentence of an offer's card that contains the detail asked for; "" if none does.

        The rarest asked word is looked for first, then other words for the detail, then any two of the asked words together.
        """
        words, details = self._asked.words, particular_words(self._asked.words)
        telling = self._context.world.card_words.most_telling(words) if not details else details.intersection(words)
        # On a list the other words for a detail tell of another: "si mangia?" is no "ora di pranzo" of a gym.
        others, several = () if self._asked.numbers else details, () if details else words
        for wanted, least in ((telling, 1), (others, 1), (several, 2)):
            if told := next((one for one in self._sentences(offer) if shared_roots(one, wanted) >= least), ""):
                return self._say("about_quoted", sentence=_closed(told))
        return ""

    def _particular(self, offer: Offer, fact: str) -> str:
        """Return the card's sentence on a detail asked for ("in contanti?") that the fact itself does not mention.

        If the card does not mention it either, return that it is unknown; "" if the question names no detail, or the fact has it.
        """
        details = particular_words(self._asked.words)
        if not details or shared_roots(fact, details):
            return ""
        told = next((one for one in self._sentences(offer) if shared_roots(one, details)), "")
        if told:
            return self._say("about_quoted", sentence=_closed(told))
        return self._say("about_rest_unknown", ask=self._whom_to_ask(offer))

    def _sentences(self, offer: Offer) -> Iterator[str]:
        """Yield the sentences that staff wrote about an offer; for a citizen under 18 also what its needs say to minors."""
        yield from sentences_of(offer)
        if offer.service.documents:
            yield self._say("about_documents", fact=self._documents(offer))
        ages = self._context.known.get(AGE)
        if ages is not None and is_minor(ages.values):
            needs = self._context.world.content.vocabulary.needs
            yield from (needs[need].say_to_minors for need in offer.service.needs if needs[need].say_to_minors)

    def _standing(self, offer: Offer) -> Standing:
        return self._context.world.dated.standings[offer.id]

    def _documents(self, offer: Offer) -> str:
        return self._context.phrasing.join("and_word", offer.service.documents)

    def _room(self, offer: Offer) -> str:
        return self._context.phrasing.standing(offer, self._standing(offer)) or self._say("about_room_open")

    def _place(self, offer: Offer) -> str:
        where = self._texts.where(offer)
        if not where:
            return self._say("remote")
        km = self._kilometres(offer)
        return self._say("about_distance", where=where, km=km[1], home=km[0]) if km is not None else where

    def _kilometres(self, offer: Offer) -> tuple[str, int] | None:
        """Return the citizen's municipality and its distance from an offer elsewhere; None if one of them is not known."""
        vocabulary, here = self._context.world.content.vocabulary, self._context.position
        known = here.profile.get(PLACE) if here is not None else None
        there = vocabulary.place(offer.location.place) if offer.location.place else None
        home = vocabulary.place(str(known.values[0])) if known is not None and known.values else None
        if home is None or there is None or home.id == there.id:
            return None
        return home.label, max(1, round(kilometres(home, there)))

    def _hours(self, offer: Offer) -> str:
        """Return the hours of an offer; if the question names a day or time, first whether it is open then."""
        if offer.week is None:
            return ""
        when, asked = self._context.phrasing.when(offer), self._asked
        if asked.date is not None:
            return self._hours_on(offer, asked.date, when)
        if not asked.week:
            return when
        wanted = asked.week & _days_of(offer.week)
        covered = wanted & offer.week
        if not covered:
            return self._say("about_closed", when=when)
        key = "about_open" if covered == wanted or _is_whole_days(asked.week) else "about_partly_open"
        return self._say(key, covered=self._context.phrasing.week(covered))

    def _hours_on(self, offer: Offer, date: dt.date, when: str) -> str:
        """Return a sentence that an offer is open or closed on a date, or right now."""
        phrasing, valid = self._context.phrasing, offer.service.valid
        day = phrasing.day(date)
        if valid is not None and not valid.contains(date):
            return self._say("about_out_of_season", day=day, season=phrasing.window(valid))
        opening = offer.location.opening
        if offer.location.events or not opening:
            is_open = any(event.start.date() <= date <= event.last_day for event in offer.location.events)
            return self._say("about_open_on" if is_open else "about_closed_on", day=day, when=when)
        midnight = dt.datetime.combine(date, dt.time())
        moment = self._context.now.replace(tzinfo=None) if self._asked.is_now else midnight
        change = hours.next_change(opening, moment)
        is_open = hours.is_open(opening, moment)
        if not self._asked.is_now:
            is_open = is_open or (change is not None and change.date() == date)
        return self._say("about_open_on" if is_open else "about_closed_on", day=day, when=when)

    def _period(self, offer: Offer) -> str:
        phrasing, service, days = self._context.phrasing, offer.service, self._asked.stated.get(PERIOD, ())
        if days and service.valid is not None and not offer.location.events:
            opens = [any(map(service.valid.contains, _dates(span))) for span in days if isinstance(span, Span)]
            return self._say("about_in_period" if any(opens) else "about_out_of_period", season=phrasing.window(service.valid))
        parts = []
        if offer.location.events:
            parts.append(phrasing.events(offer))
        if service.valid is not None:
            parts.append(phrasing.window(service.valid))
        if service.apply is not None:
            parts.append(self._say("about_enrolment", window=phrasing.window(service.apply)))
        state = self._standing(offer)
        if parts and state.state in (State.LATER, State.CLOSED):
            parts.append(phrasing.standing(offer, state))
        return "; ".join(parts)

    def _contacts(self, offer: Offer) -> str:
        contacts = offer.location.contacts
        return ", ".join(one for one in (contacts.phone, contacts.email, contacts.website) if one)

    def _residents(self, offer: Offer) -> str:
        serves = offer.location.serves
        if serves is None:
            return self._say("about_anyone")
        place = self._context.world.content.vocabulary[PLACE]
        return self._say("about_residents", residents=kind_of(place).say_accepted(place, serves, self._context.phrasing))

    def _audience(self, offer: Offer) -> str:
        """Return the ages that an offer is for; without ages the people it is for; "" if it states neither."""
        vocabulary, phrasing = self._context.world.content.vocabulary, self._context.phrasing
        reasons = [one for one in evaluate(offer.service.eligibility, {}).reasons if not one.negated]
        spans = tuple(
            span for one in reasons if one.attribute == AGE and isinstance(one.accepted, tuple) for span in one.accepted
        )
        if spans:
            return kind_of(vocabulary[AGE]).say_accepted(vocabulary[AGE], merge_spans(spans), phrasing)
        named = [one.accepted for one in reasons if one.attribute == PERSON and isinstance(one.accepted, frozenset)]
        people = frozenset(name for each in named for name in each)
        return kind_of(vocabulary[PERSON]).say_accepted(vocabulary[PERSON], people, phrasing) if people else ""

    # --- For somebody else

    def _is_judgement(self) -> bool:
        """Return True if the answer is a complete sentence (yes, no, perhaps) rather than a bare fact such as a price."""
        asked = self._asked
        is_yes_or_no = asked.fact is IntentId.ABOUT_HOURS and (bool(asked.week) or asked.date is not None)
        return is_yes_or_no or (bool(asked.stated) and asked.fact in _OF_PEOPLE)

    def _judgement(self, offer: Offer) -> str:
        """Return a sentence on the fit of an offer for a person: yes, no or perhaps, and the offer's conditions."""
        vocabulary, stated = self._context.world.content.vocabulary, self._asked.stated
        said = _in_words(self._context, stated)
        here = self._context.position
        before = {} if here is None or not here.people else dict(here.people[0])
        if not stated.keys().isdisjoint(_OF_A_PERSON):
            before = {id: known for id, known in before.items() if id not in _OF_A_PERSON}
        person = vocabulary.people(before | {id: vocabulary.known(id, values) for id, values in stated.items()})[0]
        touched = frozenset().union(*(vocabulary.attributes_affected_by(id) for id in stated))
        concerned = [one for one in offer.requirements() if attributes_of(one) & touched]
        result = min((holds(one, person) for one in concerned), default=Truth.TRUE)
        if stated.keys() == {DISABILITY} and offer.service.accessibility:
            accepted = self._say("about_access", fact=_closed(self._texts.accessibility(offer)))
        else:
            accepted = self._residents(offer) if stated.keys() == {PLACE} else self._accepted(offer)
        whole = explain(offer, (person,))
        if result is Truth.TRUE and whole.verdict is Verdict.DOES_NOT_FIT:
            # A yes to the age is none to somebody of another municipality.
            return self._say("about_takes_but", said=said, obstacle=self._texts.obstacle(whole, offer))
        key = {Truth.TRUE: "about_takes", Truth.FALSE: "about_refuses"}.get(result, "about_may_take")
        return " ".join((self._say(key, said=said), accepted)).strip()

    def _accepted(self, offer: Offer) -> str:
        audience = self._audience(offer)
        return self._say("about_audience", fact=_closed(audience)) if audience else ""

    def _extra(self, offer: Offer) -> str:
        """Return further lines below the answer: enrolment dates, papers and contacts for "how do I apply?", or whom to ask."""
        if self._asked.fact is IntentId.ABOUT_APPLY:
            window = self._context.phrasing.window(offer.service.apply) if offer.service.apply is not None else ""
            enrolment = _closed(self._say("about_enrolment", window=window).capitalize()) if window else ""
            papers = self._documents(offer)
            needed = self._say("about_documents", fact=_closed(papers)) if papers else ""
            contacts = self._contacts(offer)
            return "\n".join(filter(None, (enrolment, needed, self._say("about_contact", fact=contacts) if contacts else "")))
        if self._asked.fact is IntentId.ABOUT_CONTACT and not offer.location.contacts.phone:
            return self._say("about_no_phone") if wants_phone(self._asked.words) else ""
        is_free_of_words = self._asked.fact is IntentId.ABOUT_ROOM and self._standing(offer).state is State.OPEN
        return self._whom_to_ask(offer) if is_free_of_words else ""

    def _whom_to_ask(self, offer: Offer) -> str:
        contacts = self._contacts(offer)
        return self._say("about_ask", contacts=contacts) if contacts else self._say("about_ask_person")


#: Questions that a sentence of the card may answer where no field does.
_QUOTED = {None, IntentId.ABOUT_PERIOD}
#: Questions that may be about somebody who is named: "e per mia figlia di 12?".
_OF_PEOPLE = {IntentId.ABOUT_AGE, IntentId.ABOUT_PRECEDENCE, IntentId.ABOUT_ACCESS}
#: The sentence around a fact; a fact without one is a sentence itself.
_SENTENCES: Mapping[IntentId, str] = {
    IntentId.ABOUT_COST: "about_cost",
    IntentId.ABOUT_PLACE: "about_place",
    IntentId.ABOUT_HOURS: "about_hours",
    IntentId.ABOUT_PERIOD: "about_period",
    IntentId.ABOUT_DOCUMENTS: "about_documents",
    IntentId.ABOUT_APPLY: "about_how",
    IntentId.ABOUT_AGE: "about_audience",
    IntentId.ABOUT_ACCESS: "about_access",
    IntentId.ABOUT_CONTACT: "about_contact",
    IntentId.ABOUT_PROVIDER: "about_provider",
}


def _closed(text: str) -> str:
    """Return a text as a sentence: with a full stop at its end, and a capital if it begins with a word."""
    text = text.strip()
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."


def _in_words(context: Context, stated: Mapping[str, Sequence[Value]]) -> str:
    """Return stated values in words: "12 anni", "chi abita a Lodi"."""
    vocabulary, phrasing = context.world.content.vocabulary, context.phrasing
    parts = []
    for attribute, values in stated.items():
        if attribute == PERSON and AGE in stated:
            continue
        declared = vocabulary[attribute]
        words = [phrasing.inside(declared, value) for value in values]
        if attribute == DISABILITY:
            words = [one if one.startswith(_DISABILITY_ITSELF) else context.say("disabled", value=one) for one in words]
        parts += [context.say("resident", place=one) for one in words] if attribute == PLACE else words
    return phrasing.join("and_word", parts)


def _dates(span: Span) -> Iterator[dt.date]:
    """Yield the days of a period, no more than a year's."""
    first = max(span.low, span.high - DAYS_OF_YEAR) if math.isinf(span.low) else span.low
    last = min(span.high, first + DAYS_OF_YEAR)
    return map(dt.date.fromordinal, range(int(first), int(last)))


def _days_of(week: int) -> int:
    """Return the whole days of a week (all 24 hours) on which the given slots have some hours."""
    day = (1 << hours.SLOTS_PER_DAY) - 1
    return hours.union(day << number * hours.SLOTS_PER_DAY for number in range(8) if week >> number * hours.SLOTS_PER_DAY & day)


def _is_whole_days(week: int) -> bool:
    return week == _days_of(week)
