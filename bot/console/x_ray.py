"""The x-ray of a conversation.

What is known, the next question and why, the lines that a text was understood by, the offers left.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from bot.authoring.evidence_marks import mark_of
from bot.core.interview import PositionReason
from bot.core.matching import Match
from bot.dialogue.position import flow_of, position_of
from bot.dialogue.session import Session
from bot.dialogue.world import World
from bot.language.meaning.evidence import Evidence, EvidenceKind
from bot.language.text.utterance import Utterance
from bot.staff_language import translate

#: Offers named for each verdict.
_NAMED = 8


def x_ray(world: World, session: Session, text: str, now: dt.datetime, root: Path) -> dict[str, Any]:
    """Return the explanation of the message shown to a citizen, as JSON.

    `text` is the last typed text, `root` the content folder.
    """
    here = position_of(session, world)
    if here is None:
        return {"profile": [], "offers": [], "evidence": _evidence(world, text, now, root)}
    index, match, vocabulary = world.dated.index(flow_of(session, world)), here.match, world.content.vocabulary
    unknown = translate("non lo sa")
    profile = {
        (vocabulary[name].label, world.phrasing.values(vocabulary[name], known.values) if known else unknown): None
        for person in here.people
        for name, known in person.items()
    }
    offers = [
        {"id": offer.id, "name": offer.service.name, "place": _place(world, offer.location.place), "verdict": verdict}
        for verdict, part in (("fits", Match(match.fits, 0, 0, 0)), ("to_check", Match(0, match.to_check, match.nearly_fits, 0)))
        for offer in index.best(part, here.people, _NAMED)
    ]
    return {
        "profile": [{"label": label, "value": value} for label, value in profile],
        "question": here.question.ask if here.question is not None else translate("Mostra i servizi"),
        "reason": reason_in_words(here.reason),
        "counts": {
            "fits": match.fits.bit_count(),
            "to_check": match.to_check.bit_count(),
            "excluded": len(index.offers) - match.remaining.bit_count(),
            "total": len(index.offers),
        },
        "offers": offers,
        "evidence": _evidence(world, text, now, root),
    }


def _place(world: World, id: str | None) -> str:
    place = world.content.vocabulary.place(id) if id else None
    return place.label if place is not None else ""


def _evidence(world: World, text: str, now: dt.datetime, root: Path) -> list[dict[str, object]]:
    """Return the lines by which a text was understood, each with file and line if it is content."""
    found: list[dict[str, object]] = []
    for evidence in world.understanding.explain(Utterance(text), now.date()) if text else ():
        mark = mark_of(evidence, root)
        found.append({
            "words": evidence_in_words(evidence),
            "file": mark.file if mark else "",
            "line": mark.line if mark else 0,
        })  # fmt: skip
    return found


def reason_in_words(reason: PositionReason) -> str:
    """Return in words for staff the reason for the next question, or for no question."""
    return {
        PositionReason.REOPENED: translate("riaperta per cambiare la risposta"),
        PositionReason.DRAFT: translate("scelta non ancora confermata"),
        PositionReason.ALWAYS: translate("nel flusso è sempre da fare (always)"),
        PositionReason.SURVEY: translate("prossima domanda del sondaggio"),
        PositionReason.UNDECIDED: translate("decide se alcuni servizi vanno bene"),
        PositionReason.TELLS_APART: translate("può cambiare i servizi o il loro ordine"),
        PositionReason.STOPPED: translate("nessuna: chi scrive ha chiesto i risultati"),
        PositionReason.ENOUGH: translate("nessuna: i servizi sono decisi, e sono pochi o le risposte bastano"),
        PositionReason.NOTHING_LEFT: translate("nessuna: non è rimasto nessun servizio"),
        PositionReason.ALL_ASKED: translate("nessuna: le altre non cambierebbero niente"),
    }[reason]


def evidence_in_words(evidence: Evidence) -> str:
    """Return the kind of line that decided a meaning, with its text, in words for staff."""
    kinds = {
        EvidenceKind.EXAMPLE: translate("esempio di {owner} «{text}»"),
        EvidenceKind.NAME: translate("nome di {owner} «{text}»"),
        EvidenceKind.PHRASE: translate("frase di pericolo di {owner} «{text}»"),
        EvidenceKind.SIGN: translate("segno di pericolo di {owner} «{text}»"),
        EvidenceKind.WORDS: translate("parole «{text}»"),
    }
    return kinds[evidence.kind].format(owner=evidence.owner, text=evidence.text)
