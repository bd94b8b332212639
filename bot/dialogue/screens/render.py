"""A session → the one message that shows where the citizen stands. Pure: the same session always gives the same message."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace
from functools import cached_property

from bot.core.attributes import CATEGORY, MONTHS, PLACE, Attribute, Kind, encode
from bot.core.case import CaseReason
from bot.core.conditions import Span, Value
from bot.core.flow import Purpose, Question
from bot.core.interview import AnswerKind, Pace, Position, PositionReason, choices, common_needs
from bot.core.matching import Verdict, explain
from bot.core.replies import Action, Choice, Document, Expects, Reply, Run, Venue, Verb
from bot.core.services import Offer
from bot.dialogue.calendar import calendar, has_dates
from bot.dialogue.cases.citizen_screens import case_screen
from bot.dialogue.position import flow_of, position_of
from bot.dialogue.service_cards import OfferTexts
from bot.dialogue.session import Screen, Session
from bot.dialogue.world import World

#: The commonest needs are shown at once; the others are found by their category.
MOST_NEEDS = 8
#: Labels up to this length go two in a row: a phone shows about thirty characters.
_SHORT_LABEL = 16
_NEAREST = 3
#: Several ages are those of brothers and sisters: in months, the age from which nobody asks for them.
_GROWN_UP = 18 * MONTHS


def has_toggles(attribute: Attribute) -> bool:
    """Whether its buttons add to a choice. Several ages are typed instead: one press answers for a single child."""
    return attribute.multiple and attribute.kind not in (Kind.AGE, Kind.NUMBER, Kind.NEED)


class Renderer:
    """Renders one session."""

    def __init__(self, session: Session, world: World) -> None:
        self.session = session
        self.world = world
        self.words = world.phrasing
        self.say = world.phrasing.say
        self.cards = OfferTexts(world)

    @cached_property
    def position(self) -> Position | None:
        """Where the interview stands."""
        return position_of(self.session, self.world)

    def message(self, notice: str = "") -> Reply:
        """The message, with `notice` (what has just happened) above."""
        match self.session.screen:
            case Screen.HELP:
                body = self._help()
            case Screen.HUMAN | Screen.SHARE | Screen.CASE | Screen.HELPED | Screen.COMMENT:
                body = case_screen(self.session, self.world)
            case Screen.CHANGES:
                body = self._changes()
            case Screen.CARD if self.session.card in self.world.dated.offers:
                body = self._card(self.world.dated.offers[self.session.card])
            case _:
                body = self._interview()
        if not notice:
            return body
        return replace(body, text=(Run(notice), Run("\n\n"), *body.text))

    def settled(self, question: Question) -> Reply:
        """What a question becomes once it is answered: itself and the answer, without buttons."""
        return Reply((Run(question.ask, bold=True), Run("\n"), Run(self.say("settled", answer=self._answer(question.fills)))))

    def attached(self, offer: Offer, verb: Verb, now: dt.datetime) -> Reply | None:
        """Return an offer's dates as a file, or its place, with the buttons of what is in front; None if it has none any more."""
        title, where = self.cards.title(offer), self.cards.where(offer)
        if verb is Verb.MAP and offer.location.position is not None:
            venue = Venue(offer.service.name, where, *offer.location.position)
            return replace(self.message(), text=(Run(title),), attachment=venue)
        if verb is Verb.CALENDAR and has_dates(offer, now.date()):
            file = Document(f"{offer.service.id}.ics", calendar(offer, title, where, self.words, now))
            return replace(self.message(), text=(Run(self.say("calendar", name=title)),), attachment=file)
        return None

    def _button(self, key: str, verb: Verb, target: str = "", value: str = "") -> Choice:
        return Choice(self.say(key), Action(verb, target, value))

    def _human_button(self) -> Choice:
        return self._button("human_button", Verb.HUMAN, "asked")

    # --- A question

    def _interview(self) -> Reply:
        here = self.position
        if here is None or self.session.interview is None:
            return self._help()
        if here.question is not None:
            return self._question(here.question, here)
        if flow_of(self.session, self.world).purpose is Purpose.SURVEY:
            thanks = flow_of(self.session, self.world).thanks or self.say("survey_thanks")
            return Reply((Run(thanks),), _rows([self._button("restart_button", Verb.RESTART)], [self._human_button()]))
        if not here.match.remaining:
            return self._nothing(here)
        only = list(self.world.dated.index(flow_of(self.session, self.world)).members(here.match.remaining))
        return self._card(only[0], only=True) if len(only) == 1 else self._results(here)

    def _question(self, question: Question, here: Position) -> Reply:
        session, say = self.session, self.say
        assert session.interview is not None
        flow = flow_of(session, self.world)
        attribute = self.world.content.vocabulary[question.fills]
        answer = session.interview.answers.get(question.fills)
        lines: list[Run] = []
        if not session.interview.answers and session.interview.focus is None and flow.intro:
            lines += [Run(flow.intro), Run("\n\n")]
        lines += [Run(say("progress", number=here.number, total=here.total)), Run("\n"), Run(question.ask, bold=True)]
        hints = [question.help] if question.help else []
        category = session.interview.category_draft if attribute.kind is Kind.NEED else None
        offered = session.suggestions if session.suggested_attribute == attribute.id else ()
        values = choices(question, self.world.dated.index(flow), here.profile, here.match)
        if offered:
            hints = [say("maybe")]
        elif category:
            hints = [say("narrowed", category=self.words.value(attribute, CATEGORY + category))]
        elif has_toggles(attribute):
            hints.append(say("multiple_hint", done=say("done_button")))
        elif attribute.kind is Kind.AGE and attribute.multiple and any(isinstance(v, Span) and v.low < _GROWN_UP for v in values):
            hints.append(say("several_ages_hint"))
        elif attribute.kind is Kind.PLACE and attribute.id == PLACE:
            hints.append(say("place_hint"))
        if attribute.sensitive:
            hints.append(say("sensitive_hint"))
        if answer is not None and here.reason is PositionReason.REOPENED and answer.kind is not AnswerKind.DRAFT:
            hints.append(say("so_far", answer=self._answer(attribute.id)))
        lines += [run for hint in hints for run in (Run("\n"), Run(hint))]
        suggested = self._value_rows(attribute, offered, category, suggested=True) if offered else []
        said = {choice.label for row in suggested for choice in row}
        offering = self._value_rows(attribute, values, category, suggested=False)
        usual = [[choice for choice in row if choice.label not in said] for row in offering]
        rows = _rows(*suggested, *usual, *self._exits(attribute, category, here))
        expects = Expects.NUMBER if attribute.kind in (Kind.AGE, Kind.NUMBER, Kind.TEXT) else Expects.WORDS
        return Reply(tuple(lines), rows, expects)

    def _value_rows(
        self, attribute: Attribute, values: Iterable[Value], category: str | None, *, suggested: bool
    ) -> list[tuple[Choice, ...]]:
        id = attribute.id
        if attribute.kind is Kind.NEED and not suggested:
            return _packed(self._need_choices(attribute, [str(v) for v in values], category))
        if attribute.kind is Kind.YES_NO:
            values = ("yes", "no")
        chosen = self._draft(id)
        buttons = []
        for value in values:
            term = attribute.terms.get(value) if isinstance(value, str) else None
            toggles = has_toggles(attribute) and not suggested and not (term is not None and term.none)
            verb = Verb.TOGGLE if toggles else Verb.ANSWER
            label = self.words.value(attribute, value)
            buttons.append(Choice(label, Action(verb, id, encode(value)), chosen=toggles and value in chosen))
        rows = _packed(buttons)
        if not chosen:
            return rows
        return [*rows, (self._button("done_button" if has_toggles(attribute) else "keep_button", Verb.CONFIRM, id),)]

    def _draft(self, attribute: str) -> tuple[Value, ...]:
        """What is chosen so far in a multiple choice: the draft, or the answer that is being changed."""
        interview = self.session.interview
        answer = interview.answers.get(attribute) if interview else None
        return answer.values if answer is not None and answer.kind in (AnswerKind.DRAFT, AnswerKind.VALUE) else ()

    def _need_choices(self, attribute: Attribute, needs: list[str], category: str | None) -> list[Choice]:
        """The commonest needs, and the categories of the others; or the needs of one category."""

        def answer(value: str) -> Choice:
            return Choice(self.words.value(attribute, value), Action(Verb.ANSWER, attribute.id, value))

        here = self.position
        assert here is not None
        if category:
            inside = [answer(need) for need in needs if attribute.terms[need].category == category]
            whole = Choice(self.say("whole_category_button"), Action(Verb.CONFIRM, attribute.id))
            return [*inside, whole, self._button("widen_button", Verb.WIDEN, attribute.id)]
        index = self.world.dated.index(flow_of(self.session, self.world))
        common = common_needs(index, here.profile, here.match, MOST_NEEDS)
        if len(needs) == len(common):
            return [answer(need) for need in needs]
        found = [answer(need) for need in needs if need in common]
        for id in self.world.content.vocabulary.categories:
            if not common.issuperset(need for need in needs if attribute.terms[need].category == id):
                label = self.say("more_button", category=self.words.value(attribute, CATEGORY + id))
                found.append(Choice(label, Action(Verb.TOGGLE, attribute.id, CATEGORY + id)))
        return found

    def _exits(self, attribute: Attribute, category: str | None, here: Position) -> list[tuple[Choice, ...]]:
        """The ways on that every question has: not knowing, not saying, going back, seeing the results, a person."""
        assert self.session.interview is not None
        aside = []
        if category is None:
            aside.append(self._button("unknown_button", Verb.UNKNOWN, attribute.id))
        if attribute.sensitive:
            aside.append(self._button("decline_button", Verb.DECLINE, attribute.id))
        ways = []
        others = [a for a in self.session.interview.answers if a != attribute.id and a in here.profile]
        if others:
            ways.append(self._button("back_button", Verb.BACK))
        if others and here.match.remaining and flow_of(self.session, self.world).purpose is Purpose.MATCH:
            ways.append(self._button("show_button", Verb.SHOW))
        return [tuple(row) for row in (aside, ways, [self._human_button()]) if row]

    def _answer(self, attribute: str) -> str:
        """An answer in words."""
        assert self.session.interview is not None
        answer = self.session.interview.answers[attribute]
        match answer.kind:
            case AnswerKind.UNKNOWN:
                return self.say("does_not_know")
            case AnswerKind.DECLINED:
                return self.say("declined")
            case AnswerKind.SKIPPED:
                return self.say("skipped")
            case _:
                return self.words.values(self.world.content.vocabulary[attribute], answer.values)

    # --- Results

    def _results(self, here: Position) -> Reply:
        flow = flow_of(self.session, self.world)
        index = self.world.dated.index(flow)
        size, count, fits = flow.show, here.match.remaining.bit_count(), here.match.fits.bit_count()
        page = min(self.session.page, (count - 1) // size)
        best = index.best(here.match, here.people, (page + 1) * size)[page * size :]
        if fits and fits < count:
            text = [Run(self.say("found_both", count=fits, open=count - fits))]
        else:
            text = [Run(self.say("found_many" if fits else "to_check_many", count=count))]
        if count > size:
            shown = self.say("found_page", first=page * size + 1, last=page * size + len(best), count=count)
            text += [Run("\n"), Run(shown)]
        for number, offer in enumerate(best, 1):
            text += [Run("\n\n"), *self.cards.entry(number, offer, here.people)]
        paging = []
        if page > 0:
            paging.append(self._button("previous_page_button", Verb.PAGE, str(page - 1)))
        if (page + 1) * size < count:
            paging.append(self._button("next_page_button", Verb.PAGE, str(page + 1)))
        useless = [self._button("useless_button", Verb.OFFER_HUMAN, CaseReason.USELESS)]
        rows = _rows(*self._card_buttons(best), paging, self._more_questions(), useless, *self._after_results())
        return Reply(tuple(text), rows)

    def _card_buttons(self, offers: Iterable[Offer]) -> list[list[Choice]]:
        return [[Choice(self.cards.title(offer), Action(Verb.CARD, offer.id))] for offer in offers]

    def _more_questions(self) -> list[Choice]:
        """The way to the questions that were left out, if one of them matters."""
        here, interview = self.position, self.session.interview
        if here is None or interview is None or here.reason not in (PositionReason.ENOUGH, PositionReason.STOPPED):
            return []
        thorough = replace(self.session, interview=replace(interview, pace=Pace.THOROUGH))
        onward = position_of(thorough, self.world)
        if onward is None or onward.question is None:
            return []
        attributes = (self.world.content.vocabulary[id].label.lower() for id in onward.relevant)
        label = self.say("more_questions_button", attributes=", ".join(attributes))
        return [Choice(label, Action(Verb.MORE_QUESTIONS))]

    def _after_results(self, extras: Iterable[Choice] = ()) -> list[list[Choice]]:
        change = [self._button("change_button", Verb.CHANGE), self._button("restart_button", Verb.RESTART)]
        return [change, list(extras), [self._human_button()]]

    def _nothing(self, here: Position) -> Reply:
        index = self.world.dated.index(flow_of(self.session, self.world))
        near = index.nearest(here.match, here.people, _NEAREST)
        text = [Run(self.say("nothing_fits"))]
        if near:
            text += [Run("\n"), Run(self.say("nearest_one" if len(near) == 1 else "nearest_many"))]
        for number, offer in enumerate(near, 1):
            text += [Run("\n\n"), *self.cards.entry(number, offer, here.people)]
        text += [Run("\n\n"), Run(self.say("nothing_offer_human"))]
        human = [self._button("human_button", Verb.HUMAN, "nothing_fits")]
        return Reply(tuple(text), _rows(*self._card_buttons(near), human, self._after_results()[0]))

    # --- A card

    def _card(self, offer: Offer, *, only: bool = False) -> Reply:
        """A card; `only` when it is all that was found, so that there is no list to go back to."""
        people = self.position.people if self.position is not None else None
        text = self.cards.card(offer, people)
        links, extras = self.cards.links(offer), self._extras(offer)
        if only:
            found = "found_one" if people and explain(offer, people).verdict is Verdict.FITS else "to_check_one"
            text = (Run(self.say(found)), Run("\n\n"), *text)
            return Reply(text, _rows(self._more_questions(), *self._after_results(extras)), links=links)
        back = [self._button("list_button", Verb.LIST)] if people is not None else []
        return Reply(text, _rows(back, *self._after_results(extras)), links=links)

    def _extras(self, offer: Offer) -> list[Choice]:
        """What else can be had of an offer: its dates for the calendar, its place on the map."""
        extras = []
        if has_dates(offer, self.world.dated.date):
            extras.append(self._button("calendar_button", Verb.CALENDAR, offer.id))
        if offer.location.position is not None:
            extras.append(self._button("map_button", Verb.MAP, offer.id))
        return extras

    # --- The rest

    def _changes(self) -> Reply:
        interview = self.session.interview
        given = [a for a in interview.answers if interview.answers[a].kind is not AnswerKind.DRAFT] if interview else []
        buttons = []
        for id in given:
            attribute = self.world.content.vocabulary[id]
            label = self.say("answer_line", attribute=attribute.label, answer=self._answer(id))
            buttons.append([Choice(label, Action(Verb.REOPEN, id))])
        text = self.say("changes" if given else "no_changes")
        onward = [self._button("continue_button", Verb.LIST), self._button("restart_button", Verb.RESTART)]
        return Reply((Run(text),), _rows(*buttons, onward, [self._human_button()]))

    def _help(self) -> Reply:
        say = self.say
        flows = self.world.flows
        lines = [say("help"), "", *(say("command_line", command=flow.command, title=flow.title) for flow in flows)]
        lines += [say(key) for key in ("help_start", "help_search", "help_back", "help_change", "help_human")]
        begin = [[Choice(flow.title, Action(Verb.START, flow.id))] for flow in flows]
        onward = [self._button("continue_button", Verb.LIST)] if self.session.interview is not None else []
        return Reply((Run("\n".join(lines)),), _rows(*begin, onward, [self._human_button()]))


def _rows(*rows: Iterable[Choice]) -> tuple[tuple[Choice, ...], ...]:
    """Rows of buttons without the empty ones."""
    return tuple(tuple(row) for row in rows if list(row))


def _packed(buttons: list[Choice]) -> list[tuple[Choice, ...]]:
    """Short buttons two in a row, long ones alone."""
    rows: list[tuple[Choice, ...]] = []
    for button in buttons:
        pair = rows[-1] if rows else ()
        if len(pair) == 1 and max(len(pair[0].label), len(button.label)) <= _SHORT_LABEL:
            rows[-1] = (pair[0], button)
        else:
            rows.append((button,))
    return rows
