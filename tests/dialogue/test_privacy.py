"""Notice and consent: given once for each version, asked before anything is kept, and never in the way of help."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.privacy import LegalBasis, PrivacyNotice
from bot.core.replies import Verb
from bot.dialogue.session import Screen
from bot.dialogue.world import World
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


@pytest.mark.parametrize("command", ["privacy", "esporta", "cancella", "operatore"])
def test_rights_and_a_person_need_no_consent(small: World, command: str) -> None:
    anna = Citizen(told(small, LegalBasis.CONSENT)).command(command)
    assert anna.session.screen is not Screen.CONSENT
