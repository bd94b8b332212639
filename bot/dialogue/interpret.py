"""What came in, and what it means where the citizen stands: a button, a phrase, or an answer."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from functools import cached_property

from rapidfuzz import fuzz, process

from bot.core.attributes import NEED, NO, YES, Kind, decode, encode
from bot.core.case import CaseReason
from bot.core.conditions import Value
from bot.core.flow import Question
from bot.core.replies import Action, Choice, Reply, Verb
from bot.dialogue.effects import News, Share
from bot.dialogue.position import flow_of
from bot.dialogue.screens.render import Renderer, has_toggles
from bot.dialogue.sentences import Sentence, is_correction, is_sentence, sentence_of
from bot.dialogue.session import Screen, Session
from bot.dialogue.world import World
from bot.language.meaning.phrases import Phrase, courtesy, phrase
from bot.language.meaning.understand import Meaning, MeaningKind
from bot.language.text.normalise import normalise

#: Similarity (0-100) from which typed words are those of a button.
_SAME_LABEL = 85.0
#: Said above a question that was answered with a mere "yes": the key of the text, and the value of the action.
WHICH_ONE = "which_one"

#: What phrases do: to the open question, and anywhere.
_OF_QUESTION = {
    Phrase.UNKNOWN: Verb.UNKNOWN,
    Phrase.DECLINE: Verb.DECLINE,
    Phrase.SKIP: Verb.SKIP,
    Phrase.DONE: Verb.CONFIRM,
}
_ANYWHERE = {
    Phrase.SHOW: Action(Verb.SHOW),
    Phrase.BACK: Action(Verb.BACK),
    Phrase.CHANGE: Action(Verb.CHANGE),
    Phrase.RESTART: Action(Verb.RESTART),
    Phrase.HELP: Action(Verb.HELP),
    Phrase.HUMAN: Action(Verb.HUMAN, CaseReason.ASKED),
}


@dataclass(frozen=True, slots=True)
class Text:
    """Something typed."""

    text: str


@dataclass(frozen=True, slots=True)
class Press:
    """A button that was pressed, and the number of the interview it was shown in; None for a button of now."""

    action: Action
    interview: int | None = None


@dataclass(frozen=True, slots=True)
class Attachment:
    """Something that is not text: a photo, a voice message, a place; or a sticker, which asks for nothing."""

    #: What to do about it: nothing, or ask whether a person should look.
    playful: bool
    #: The album it belongs to.
    album: str = ""
    #: Its number in the chat, and what it is.
    message: int = 0
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Command:
    """A command, without its slash, and what follows it."""

    name: str
    argument: str = ""


Incoming = Text | Press | Command | Attachment | News

#: A command: its name, the bot it is for (in groups), and what follows.
_COMMAND = re.compile(r"/(\w{1,32})(?:@\w+)?(?:\s+(.*))?", re.DOTALL | re.ASCII)


def typed(line: str) -> Text | Command:
    """A line as what came in: a command if it begins with a slash and a word."""
    command = _COMMAND.fullmatch(line.strip())
    if command is None:
        return Text(line)
    return Command(command[1].lower(), (command[2] or "").strip())


@dataclass(frozen=True, slots=True)
class Answers:
    """Typed values for the open question: as the answer, or as what may have been meant."""

    attribute: str
    values: tuple[Value, ...]
    suggested: bool = False
    #: Said before anything else was: no more is asked.
    shown_at_once: bool = False


@dataclass(frozen=True, slots=True)
class Aside:
    """Something that the network does not do: the id of the topic."""

    topic: str


Intent = Action | Answers | Sentence | Aside | None


class Listener:
    """Understands what is typed before one message."""

    def __init__(self, world: World, session: Session, now: dt.datetime) -> None:
        self.world = world
        self.session = session
        self.now = now
        self.shown = Renderer(session, world)

    @cached_property
    def front(self) -> Reply:
        """The message that the citizen has in front."""
        return self.shown.message()

    def is_plain(self, text: str) -> bool:
        """Return True if a text is a button, or if a short one is a courtesy or an answer: nothing else can be in it."""
        if self._button(text, self.front) is not None:
            return True
        if is_sentence(text):
            return False
        if phrase(text) is not None or courtesy(text) is not None:
            return True
        question = self.open_question()
        if question is not None and self.world.content.vocabulary[question.fills].kind is Kind.TEXT:
            return False
        reading = self._reading(text)
        return reading is not None and not reading.suggested

    def meaning_of(self, text: str, understood: Meaning) -> Intent:
        """What a text means here: a button, a phrase, an answer to the open question, a sentence, or something out of scope."""
        shown = self.front
        return (
            self._button(text, shown)
            or self._sensitive(text)
            or self._several_buttons(text, shown)
            or self._phrase(text, shown)
            or (Action(Verb.HUMAN, CaseReason.ASKED) if understood.kind is MeaningKind.HUMAN else None)
            or self._words(text, shown, understood)
        )

    def _words(self, text: str, shown: Reply, understood: Meaning) -> Intent:
        """A text in words of the citizen's own: an answer if it is a short one, else whatever the whole of it says."""
        question, reading = self.open_question(), self._reading(text)
        answer = reading if reading is not None and not reading.suggested else None
        if question is not None and answer is not None and self.world.content.vocabulary[question.fills].kind is Kind.TEXT:
            return answer
        # "Sì", "no" and "non lo so" to nothing mean nothing.
        sentence = sentence_of(understood, self.session, self.world) if phrase(text) is None else None
        if is_sentence(text):
            return self._long(text, understood, sentence) or answer or self._button_like(text, shown) or sentence or reading
        begun = self.session.interview is not None and bool(self.session.interview.answers)
        about_need = question.fills == NEED if question is not None else not begun and self.session.screen is Screen.INTERVIEW
        if sentence is not None and sentence.choices and not about_need:
            # A word or two at another question are more likely its answer, misspelt, than a wish.
            sentence = None
        said = answer or self._button_like(text, shown) or self._named(text)
        sure = sentence if sentence is not None and not sentence.choices else None
        aside = self._aside(understood) if len(text.split()) > 1 and phrase(text) is None else None
        return said or sure or reading or sentence or aside

    def _long(self, text: str, understood: Meaning, sentence: Sentence | None) -> Intent:
        """A whole sentence that says several things, or a wish, or something that the network does not do."""
        question, aside = self.open_question(), self._aside(understood)
        about_need = question is not None and question.fills == NEED
        if sentence is not None and (sentence.is_rich or about_need or is_correction(text)):
            return sentence
        return aside if question is None or question.fills not in understood.slots else None

    def _aside(self, understood: Meaning) -> Aside | None:
        return Aside(understood.topic) if understood.kind is MeaningKind.OUT_OF_SCOPE else None

    def _sensitive(self, text: str) -> Answers | None:
        """A need that is hard to put into words is heard whatever was asked, and what helps is shown at once."""
        need = self.world.slot_reader.sensitive_need(text)
        return Answers(NEED, (need,), shown_at_once=True) if need is not None else None

    def open_question(self) -> Question | None:
        """The question in front of the citizen."""
        here = self.shown.position
        return here.question if here is not None and self.session.screen is Screen.INTERVIEW else None

    def _button(self, text: str, shown: Reply) -> Action | None:
        said = normalise(text)
        for key, choice in shown.typed_keys():
            if said and said in (key, normalise(choice.label), normalise(choice.label.partition(":")[0])):
                return choice.action
        return None

    def _several_buttons(self, text: str, shown: Reply) -> Answers | None:
        """Several numbers, "1, 3" or "1 e 3", in a multiple choice."""
        keys = dict(shown.typed_keys())
        typed = [word for word in normalise(text).split() if word != "e"]
        chosen = [keys[word].action for word in typed if word in keys and keys[word].action.verb is Verb.TOGGLE]
        if len(typed) < 2 or len(chosen) != len(typed):
            return None
        attribute = self.world.content.vocabulary[chosen[0].target]
        values = dict.fromkeys(decode(attribute.kind, action.value) for action in chosen)
        return Answers(attribute.id, tuple(values)) if has_toggles(attribute) else None

    def _phrase(self, text: str, shown: Reply) -> Action | None:
        question = self.open_question()
        meant = phrase(text)
        if meant in (Phrase.YES, Phrase.NO):
            return self._yes_or_no(shown, question.fills if question else "", yes=meant is Phrase.YES)
        begun = self.session.interview is not None and self.session.interview.answers
        if meant is Phrase.DONE and (question is None or question.fills not in (begun or {})):
            # Having finished is no answer: it asks for what there is, once there is something.
            return Action(Verb.SHOW) if begun else None
        if question is not None and meant in _OF_QUESTION:
            return Action(_OF_QUESTION[meant], question.fills)
        if meant is Phrase.UNKNOWN and self.session.screen in (Screen.INTERVIEW, Screen.CARD):
            # Before results, "I do not know" is a call for somebody who helps to choose.
            return Action(Verb.OFFER_HUMAN)
        return _ANYWHERE.get(meant) if meant is not None else None

    def _yes_or_no(self, shown: Reply, attribute: str, *, yes: bool) -> Action | None:
        """Yes or no to what the bot itself proposed: a person, or what may have been meant."""
        offered = [choice.action for row in shown.rows for choice in row]
        human = next((a for a in offered if a.verb is Verb.HUMAN and a.target != CaseReason.ASKED), None)
        if self.session.screen is Screen.SHARE:
            return Action(Verb.SHARE, Share.PLAIN if yes else Share.NOTHING)
        if self.session.screen is Screen.HELPED:
            return Action(Verb.HELPED, YES if yes else NO)
        if self.session.screen is Screen.HUMAN or human is not None:
            return (human or Action(Verb.HUMAN, CaseReason.ASKED)) if yes else Action(Verb.NO_HUMAN)
        terms = self.world.content.vocabulary[attribute].terms.values() if attribute else ()
        if self.session.awaiting_confirmation and not any(term.none for term in terms):
            return Action(Verb.LIST if yes else Verb.CHANGE)
        if yes and any(term.none for term in terms) and not self.session.suggestions:
            return Action(Verb.REOPEN, attribute, WHICH_ONE)
        if yes and self.session.suggestions and self.session.suggested_attribute == attribute:
            return Action(Verb.ANSWER, attribute, encode(self.session.suggestions[0]))
        return None

    def _reading(self, text: str) -> Answers | None:
        """The text as an answer to the open question, or as what may have been meant."""
        question = self.open_question()
        if question is None:
            return None
        attribute = self.world.content.vocabulary[question.fills]
        reading = self.world.answer_reader.read(attribute, text, self.now.date())
        if reading.values:
            return Answers(attribute.id, reading.values)
        return Answers(attribute.id, reading.suggestions, suggested=True) if reading.suggestions else None

    def _named(self, text: str) -> Intent:
        """A text that is the name of another attribute of the flow, or one of its values."""
        vocabulary, said = self.world.content.vocabulary, normalise(text)
        asked = dict.fromkeys(question.fills for question in flow_of(self.session, self.world).questions)
        for attribute in asked:
            if said and said == normalise(vocabulary[attribute].label):
                return Action(Verb.REOPEN, attribute)
        found = self.world.slot_reader.read(text, self.now.date())
        answered = self.session.interview.answers if self.session.interview is not None else {}
        # What was not said yet is meant rather than a correction.
        named = next((id for id in sorted(asked, key=lambda attribute: attribute in answered) if id in found), None)
        return Answers(named, found[named]) if named is not None else None

    def _button_like(self, text: str, shown: Reply) -> Action | None:
        labels: dict[str, Choice] = {normalise(choice.label): choice for row in shown.rows for choice in row}
        best = process.extractOne(normalise(text), list(labels), scorer=fuzz.ratio, score_cutoff=_SAME_LABEL)
        return labels[best[0]].action if best else None
