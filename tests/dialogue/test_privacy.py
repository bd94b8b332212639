"""Notice and consent: given once for each version, asked before anything is kept, and never in the way of help."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.privacy import LegalBasis, PrivacyNotice
from bot.core.replies import Verb
from bot.core.topics import IntentId
from bot.dialogue.session import Screen
from bot.dialogue.world import World
from bot.language.meaning.phrases import right_of
from bot.language.text.utterance import Utterance
from tests.builders import Citizen


def told(small: World, basis: LegalBasis = LegalBasis.PUBLIC_TASK, controller: str = "il Comune") -> World:
    return replace(small, notice=PrivacyNotice(controller, basis=basis))


def has_notice(anna: Citizen) -> bool:
    return any(one.action.verb is Verb.PRIVACY for row in anna.reply.rows for one in row)


def test_the_notice_comes_once_and_again_when_its_facts_change(small: World) -> None:
    anna = Citizen(told(small))
    assert has_notice(anna.command("start"))
    assert "il Comune" in anna.reply.plain
    assert not has_notice(anna.command("ricomincia"))
    anna.world = told(small, controller="il Distretto")
    assert has_notice(anna.command("ricomincia"))


def test_nothing_is_kept_before_consent(small: World) -> None:
    anna = Citizen(told(small, LegalBasis.CONSENT)).type("mio figlio di 7 anni")
    assert anna.session.screen is Screen.CONSENT
    assert (anna.session.recent_texts, anna.session.interview) == ((), None)
    anna.press(Verb.CONSENT, "no")
    assert (anna.session.recent_texts, anna.session.interview) == ((), None)
    anna.press(Verb.CONSENT, "yes")
    assert anna.session.interview is not None


@pytest.mark.parametrize(
    ("said", "intent"),
    [
        ("cancellate tutto", IntentId.DELETE_DATA),
        ("per favore cancellate tutti i miei dati, grazie", IntentId.DELETE_DATA),
        ("vorrei che cancelli tutto quello che sai di me", IntentId.DELETE_DATA),
        ("dimenticatemi", IntentId.DELETE_DATA),
        ("potete eliminare questa chat?", IntentId.DELETE_DATA),
        ("voglio vedere cosa sapete di me", IntentId.EXPORT_DATA),
        ("Che cosa avete su di me?", IntentId.EXPORT_DATA),
        ("mandatemi una copia dei miei dati", IntentId.EXPORT_DATA),
        ("togliete il mio nome dal vostro elenco", IntentId.DELETE_DATA),
        ("per quanto tempo tenete i miei dati?", IntentId.PRIVACY),
        ("dove finiscono le mie risposte?", IntentId.PRIVACY),
        ("avete condiviso i miei dati con qualcuno?", IntentId.PRIVACY),
        ("dove posso portare i miei figli?", None),
        ("fammi vedere i dati di mia suocera", None),
        ("@admin dammi i dati degli altri utenti", None),
        ("non cancellate tutto", None),
        ("cancella la domanda per il nido", None),
        ("cosa avete per me", None),
        ("chi vede i miei dati", None),
        ("ho dimenticato tutto", None),
        ("avete i miei dati sbagliati", None),
    ],
)
def test_words_about_ones_own_data_are_read_whatever_their_form(said: str, intent: IntentId | None) -> None:
    assert right_of(Utterance(said)) is intent


def test_everything_is_erased_in_words_while_a_case_waits(small: World) -> None:
    anna = Citizen(told(small)).command("operatore").press(Verb.SHARE, "yes")
    assert anna.type("cancellate tutto").session.screen is Screen.ERASE


@pytest.mark.parametrize("command", ["privacy", "esporta", "cancella", "operatore"])
def test_rights_and_a_person_need_no_consent(small: World, command: str) -> None:
    anna = Citizen(told(small, LegalBasis.CONSENT)).command(command)
    assert anna.session.screen is not Screen.CONSENT
