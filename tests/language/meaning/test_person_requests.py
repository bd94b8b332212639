"""Who asks for a person gets one, in any language; who asks for help that a person gives is understood instead."""

from __future__ import annotations

import pytest
from hypothesis import given

from bot.language.meaning.person_requests import asks_for_person
from bot.language.text.utterance import Utterance
from tests.language.test_any_text import texts

ASKING = [
    "Vorrei parlare con un operatore", "posso parlare con una persona vera?", "voglio un umano", "passatemi un responsabile",
    "mi fate richiamare da qualcuno?", "potete chiamarmi al telefono?", "preferisco parlare a voce", "vorrei essere ricontattata",
    "non voglio parlare con una macchina", "basta robot, voglio parlare con un essere umano", "c'è qualcuno in carne ed ossa?",
    "parlre cn oepratore", "mettimi in contatto con chi lavora da voi", "Telefonatemi voi dopo le 14, faccio prima a dirvelo",
    "I'd rather meet somebody face to face", "je veux rencontrer une personne, pas un robot",
    "Передзвоніть мені будь ласка, я не розумію що тут натискати", "volio parlare con signora",
    "trovo qualcuno con cui fare due parole a quattr'occhi?",
    "vorei parlare kn 1 persona vera", "mi passa un operattore x favore", "io parlare con persona, no computer",
    "fatemi parlare con il social manager", "this is not helping, let me talk to a person", "can someone call me?",
    "Quiero hablar con una persona", "Je voudrais parler à quelqu'un", "Vreau să vorbesc cu un om", "Dua të flas me një njeri",
    "Я хочу поговорити з людиною", "Хочу поговорить с человеком", "أريد التحدث مع موظف",
    "我要人工客服", "Quero falar com uma pessoa",
    "Kann ich mit jemandem sprechen?", "Chcę rozmawiać z człowiekiem",
]  # fmt: skip
NOT_ASKING = [
    "vorrei parlare con una psicologa", "voglio parlare con altri genitori", "cerco una persona che stia con mio figlio",
    "sei un robot?", "sei una persona o un robot?", "vorrei parlare con l'assistente sociale", "cerco lavoro come operatore",
    "corso per operatore socio sanitario", "mio figlio non parla con nessuno", "il vicino mette la macchina nel mio posto",
    "vorrei parlare con qualcuno perché mi sento depresso", "il tour operator non mi restituisce i soldi",
    "laboratorio di robot per ragazzi", "c'è qualcuno che può accompagnare mia nonna in ospedale?", "aiuto persona disabile", "",
]  # fmt: skip


@pytest.mark.parametrize("text", ASKING)
def test_somebody_who_asks_for_a_person_is_heard(text: str) -> None:
    assert asks_for_person(Utterance(text))
    assert asks_for_person(Utterance(f"  {text.upper()}!! ")) or not text.isascii()


@pytest.mark.parametrize("text", NOT_ASKING)
def test_help_given_by_people_is_another_wish(text: str) -> None:
    assert not asks_for_person(Utterance(text))


@given(texts)
def test_any_text_asks_or_not(text: str) -> None:
    assert asks_for_person(Utterance(text)) in (True, False)
