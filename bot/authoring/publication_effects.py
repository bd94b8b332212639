"""The effects on people of publishing another version of the content, in sentences.

Offers, interviews and results that change.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence

from bot.authoring.result_changes import FlowChanges, ResultChange, result_changes
from bot.core.content import Content, DatedContent
from bot.core.explanation import Verdict
from bot.core.flow import Purpose
from bot.core.interview import Interview, position
from bot.dialogue.phrasing import Phrasing
from bot.dialogue.session import Session
from bot.dialogue.stored_session import load_session
from bot.staff_language import translate

#: Offers that one sentence names.
_NAMED = 6


def effects_between(before: Content, after: Content, date: dt.date, sessions: Sequence[str]) -> list[str]:
    """Return sentences on what changes for people between two versions on a date; `sessions` are the stored sessions of chats.

    Nothing is said of what stays as it is.
    """
    then, now = before.on(date), after.on(date)
    words = _Words(then, now)
    return [*words.offers(), *_interviews(then, now, sessions), *words.results(result_changes(then, now))]


class _Words:
    """The names of offers and answers in two versions, and sentences with them."""

    def __init__(self, before: DatedContent, after: DatedContent) -> None:
        self._before, self._after = before, after
        self._phrasing = Phrasing(after.content.texts, after.content.vocabulary)

    def offers(self) -> Iterator[str]:
        """Yield sentences that name the new offers and the removed ones."""
        new = [id for id in self._after.offers if id not in self._before.offers]
        gone = [id for id in self._before.offers if id not in self._after.offers]
        if new:
            yield translate("Offerte in più: {count} ({names}).").format(count=len(new), names=self._list(new))
        if gone:
            yield translate("Offerte in meno: {count} ({names}).").format(count=len(gone), names=self._list(gone))

    def results(self, found: Iterable[FlowChanges]) -> Iterator[str]:
        """Yield for each flow a sentence with the number of possible profiles whose result changes, and then examples."""
        for one in found:
            if one.changed:
                sentence = translate("«{flow}»: cambia il risultato per {changed} persone possibili su {profiles} ({share}).")
                share = one.changed / one.profiles
                in_percent = f"{share:.1%}".replace(".", ",") if share >= 0.001 else translate("meno dello 0,1%")
                yield sentence.format(
                    flow=one.flow.title, changed=_number(one.changed), profiles=_number(one.profiles), share=in_percent
                )
                yield from (self._example(example) for example in one.examples)

    def _example(self, example: ResultChange) -> str:
        vocabulary = self._after.content.vocabulary
        answers = [self._phrasing.value(vocabulary[attribute], value) for attribute, value in example.answers.items()]
        person = ", ".join(dict.fromkeys(answers)) or translate("chiunque")
        verdicts = _verdicts()
        said = [
            translate("{offer}: prima {before}, ora {now}").format(
                offer=self._name(id), before=verdicts[before], now=verdicts[now]
            )
            for id, (before, now) in list(example.verdicts.items())[:2]
        ]
        more = len(example.verdicts) - len(said)
        said += [translate("e altre {count} offerte").format(count=more)] if more else []
        if not said:
            first = (self._list(ids) or translate("niente") for ids in (example.first_before, example.first_now))
            said = [translate("prima vede {before}; ora {now}").format(before=next(first), now=next(first))]
        return translate("Per esempio ({person}): {change}.").format(person=person, change="; ".join(said))

    def _list(self, ids: Sequence[str]) -> str:
        names = ", ".join(self._name(id) for id in ids[:_NAMED])
        return names + (translate(" e altre {count}").format(count=len(ids) - _NAMED) if len(ids) > _NAMED else "")

    def _name(self, id: str) -> str:
        dated = self._after if id in self._after.offers else self._before
        offer = dated.offers[id]
        place = dated.content.vocabulary.place(offer.location.place) if offer.location.place else None
        return f"«{offer.service.name}»" + (translate(" a {place}").format(place=place.label) if place else "")


def _verdicts() -> dict[Verdict, str]:
    return {
        Verdict.FITS: translate("adatta"),
        Verdict.TO_CHECK: translate("da verificare"),
        Verdict.DOES_NOT_FIT: translate("non adatta"),
    }


def _number(number: int) -> str:
    return f"{number:,}".replace(",", ".")


def _interviews(before: DatedContent, after: DatedContent, sessions: Sequence[str]) -> Iterator[str]:
    """Yield a sentence with the number of open interviews whose next question or results change; nothing if there are none."""
    positions = [(_position(before, text), _position(after, text)) for text in sessions]
    is_open = [(then, now) for then, now in positions if then is not None or now is not None]
    touched = sum(then != now for then, now in is_open)
    if touched:
        sentence = translate(
            "Conversazioni aperte: {touched} su {count} vanno avanti con un'altra domanda o un altro risultato."
            " Nessuno ricomincia da capo: le risposte ancora valide restano."
        )
        yield sentence.format(touched=touched, count=len(is_open))


def _position(dated: DatedContent, text: str) -> tuple[str, tuple[str, ...]] | None:
    """Return the open question of a stored session, or its first results; None if it has no open interview."""
    interview = _session(dated, text).interview
    flow = dated.content.flows.get(interview.flow) if interview is not None else None
    if not isinstance(interview, Interview) or flow is None:
        return None
    here = position(interview, flow, index := dated.index(flow))
    if here.question is not None or flow.purpose is Purpose.SURVEY:
        return (here.question.key if here.question else "", ())
    return ("", tuple(offer.id for offer in index.best(here.match, here.people, flow.show)))


def _session(dated: DatedContent, text: str) -> Session:
    try:
        return load_session(text, dated.content.vocabulary)
    except (ValueError, KeyError, TypeError, AttributeError):
        return Session()
