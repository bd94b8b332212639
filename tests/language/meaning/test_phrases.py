"""Short things people type at any moment, whatever is asked, with the spelling they come in."""

from __future__ import annotations

import pytest

from bot.core.attributes import Vocabulary
from bot.language.meaning.phrases import Phrase, phrase_of
from bot.language.text.utterance import Utterance

YES, NO, UNKNOWN, DECLINE, SKIP, BACK = (
    Phrase.YES, Phrase.NO, Phrase.UNKNOWN, Phrase.DECLINE, Phrase.SKIP, Phrase.BACK,
)  # fmt: skip
CHANGE, RESTART, SHOW, DONE, HELP, HUMAN = (
    Phrase.CHANGE, Phrase.RESTART, Phrase.SHOW, Phrase.DONE, Phrase.HELP, Phrase.HUMAN,
)  # fmt: skip

MEANT = [
    ("sì", YES),
    ("si", YES),
    ("Si!", YES),
    ("siii", YES),
    ("ok", YES),
    ("va bene", YES),
    ("certo", YES),
    ("esatto", YES),
    ("si grazie", YES),
    ("d'accordo", YES),
    ("👍", YES),
    ("no", NO),
    ("No.", NO),
    ("no grazie", NO),
    ("nooo", NO),
    ("non lo so", UNKNOWN),
    ("nn lo so", UNKNOWN),
    ("non so", UNKNOWN),
    ("nn so", UNKNOWN),
    ("non saprei", UNKNOWN),
    ("boh", UNKNOWN),
    ("bho", UNKNOWN),
    ("boh non lo so", UNKNOWN),
    ("nn sò", UNKNOWN),
    ("non ne ho idea", UNKNOWN),
    ("non sono sicura", UNKNOWN),
    ("non sono sicuro", UNKNOWN),
    ("nonloso", UNKNOWN),
    ("non lo sò", UNKNOWN),
    ("preferisco non dirlo", DECLINE),
    ("preferisco nn dirlo", DECLINE),
    ("prefersco non dirlo", DECLINE),
    ("non voglio dirlo", DECLINE),
    ("non voglio rispondere", DECLINE),
    ("preferisco non rispondere", DECLINE),
    ("sono fatti miei", DECLINE),
    ("salta", SKIP),
    ("saltta", SKIP),
    ("salta questa", SKIP),
    ("salta la domanda", SKIP),
    ("avanti", SKIP),
    ("passo", SKIP),
    ("prossima domanda", SKIP),
    ("indietro", BACK),
    ("idietro", BACK),
    ("torna indietro", BACK),
    ("torna in dietro", BACK),
    ("vai indietro", BACK),
    ("voglio tornare indietro", BACK),
    ("ho sbagliato", CHANGE),
    ("modifica", CHANGE),
    ("cambia risposta", CHANGE),
    ("voglio cambiare una risposta", CHANGE),
    ("correggi", CHANGE),
    ("ricomincia", RESTART),
    ("ricominca", RESTART),
    ("ricominciamo", RESTART),
    ("da capo", RESTART),
    ("ricominciamo da capo", RESTART),
    ("menu", HELP),
    ("mostra i servizi", SHOW),
    ("fammi vedere i servizi", SHOW),
    ("vedi risultati", SHOW),
    ("fatto", DONE),
    ("ho finito", DONE),
    ("basta così", DONE),
    ("aiuto", HELP),
    ("aiutooo", HELP),
    ("come funziona", HELP),
    ("come funziona?", HELP),
    ("cosa posso fare", HELP),
    ("help", HELP),
    ("operatore", HUMAN),
    ("operatrice", HUMAN),
    ("un operatore", HUMAN),
    ("operatore per favore", HUMAN),
    ("oparatore", HUMAN),
    ("voglio parlare con qualcuno", HUMAN),
    ("voglio parlare con una persona", HUMAN),
    ("vorrei parlare con un operatore", HUMAN),
    ("posso parlare con qualcuno?", HUMAN),
    ("parlare con un umano", HUMAN),
    ("voglio parlre con qualcuno", HUMAN),
    ("persona vera", HUMAN),
    ("c'è qualcuno?", HUMAN),
    ("chiamatemi", HUMAN),
    ("potete chiamarmi?", HUMAN),
]

#: Answers to a question, or things said in passing: the phrase they resemble is not meant.
NOT_MEANT = [
    ("sei", YES),
    ("sera", YES),
    ("silvia", YES),
    ("non vede", UNKNOWN),
    ("non sente", UNKNOWN),
    ("non cammina", UNKNOWN),
    ("nonno", NO),
    ("nove", NO),
    ("nessuna", NO),
    ("salute", SKIP),
    ("aiuto compiti", HELP),
    ("aiuto affitto", HELP),
    ("persona anziana", HUMAN),
    ("una persona adulta", HUMAN),
    ("una persona", HUMAN),
    ("parlare italiano", HUMAN),
    ("parlare con altri genitori", HUMAN),
    ("operatori di strada", HUMAN),
    ("passeggino", SKIP),
    ("cambiare scuola", CHANGE),
    ("torno alle sette", BACK),
    ("servizi sociali", SHOW),
    ("fattoria", DONE),
]


@pytest.mark.parametrize(("text", "meant"), MEANT)
def test_a_phrase_is_understood_however_it_is_spelt(text: str, meant: Phrase) -> None:
    assert phrase_of(Utterance(text)) is meant


@pytest.mark.parametrize(("text", "resembled"), NOT_MEANT)
def test_an_answer_that_resembles_a_phrase_is_not_taken_for_it(text: str, resembled: Phrase) -> None:
    assert phrase_of(Utterance(text)) is not resembled


def test_no_name_of_the_shipped_vocabulary_is_taken_for_a_phrase(vocabulary: Vocabulary) -> None:
    names = [
        name
        for attribute in vocabulary.attributes.values()
        for term in (*attribute.terms.values(), *vocabulary.categories.values())
        if not term.none
        for name in (term.label, *term.also)
    ]
    assert [(name, phrase_of(Utterance(name))) for name in names if phrase_of(Utterance(name)) is not None] == []
