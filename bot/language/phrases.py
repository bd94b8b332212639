"""Short things people type at any moment of a conversation, whatever the open question is."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from rapidfuzz import fuzz, process

from bot.language.normalise import normalise

#: Similarity (0-100) from which a misspelt phrase is still that phrase.
_CLOSE = 88.0
#: Shorter phrases must be spelt exactly: "no" and "so" are one letter apart.
_SHORTEST_FUZZY = 5


class Phrase(StrEnum):
    """What a short text means."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"
    DECLINE = "decline"
    SKIP = "skip"
    BACK = "back"
    CHANGE = "change"
    RESTART = "restart"
    SHOW = "show"
    DONE = "done"
    HELP = "help"
    HUMAN = "human"


_ITALIAN: Mapping[Phrase, str] = {
    Phrase.YES: "sì, si, ok, va bene, certo, giusto, esatto, volentieri, sì grazie, sì per favore, d'accordo",
    Phrase.NO: "no, no grazie, non ora, niente, per niente",
    Phrase.UNKNOWN: "non lo so, non so, nn so, nn lo so, boh, bo, non saprei, non ricordo, non ne ho idea, non lo so ancora, "
    "non sono sicura, non sono sicuro, dipende, ?, i don't know",
    Phrase.DECLINE: "preferisco non dirlo, preferisco non rispondere, non voglio dirlo, non voglio rispondere, non lo dico, "
    "sono fatti miei, è privato",
    Phrase.SKIP: "salta, saltare, salta questa, passa, prossima, prossima domanda, avanti, vai avanti",
    Phrase.BACK: "indietro, torna indietro, domanda precedente, torna, back",
    Phrase.CHANGE: "modifica, modificare, cambia risposta, cambiare risposta, correggi, ho sbagliato, mi sono sbagliata",
    Phrase.RESTART: "ricomincia, ricominciare, da capo, dall'inizio, nuova ricerca, start, inizia, inizio",
    Phrase.SHOW: "basta, basta domande, risultati, mostra i risultati, vedi i risultati, fammi vedere, mostra i servizi",
    Phrase.DONE: "fatto, conferma, finito, basta così, ho finito, confermo",
    Phrase.HELP: "aiuto, help, come funziona, cosa posso fare, istruzioni, comandi, menu",
    Phrase.HUMAN: "operatore, operatrice, umano, parlare con qualcuno, parla con una persona, parlare con una persona, "
    "voglio parlare con una persona, voglio parlare con qualcuno, voglio un operatore, social manager, "
    "parlare con un operatore, posso parlare con qualcuno, mi chiami qualcuno, una persona vera",
}

_MEANING = {normalise(words) or words.strip(): phrase for phrase, line in _ITALIAN.items() for words in line.split(",")}
_FUZZY = [words for words in _MEANING if len(words) >= _SHORTEST_FUZZY]


def phrase(text: str) -> Phrase | None:
    """The meaning of a short text, close spellings included; None when it is none of these."""
    said = normalise(text) or text.strip()[:1]
    exact = _MEANING.get(said)
    if exact is not None or len(said) < _SHORTEST_FUZZY:
        return exact
    best = process.extractOne(said, _FUZZY, scorer=fuzz.ratio, score_cutoff=_CLOSE)
    return _MEANING[best[0]] if best else None
