"""Short things people type at any moment of a conversation, whatever the open question is."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from rapidfuzz import fuzz, process

from bot.language.text.normalise import normalise, words

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


#: Words that change nothing: "vorrei parlare con un operatore, per favore".
_COURTESY = frozenset(
    words(
        "per favore piacere cortesia prego grazie vorrei voglio volevo posso possiamo potrei puoi mi ti un una il la lo l le i "
        "di a con allora ciao scusa scusi"
    )
)
_SPELLINGS = {"nn": "non", "x": "per", "xk": "perche"}

_ITALIAN: Mapping[Phrase, str] = {
    Phrase.YES: "sì, si, si si, sisi, yes, ok, okay, va bene, va benissimo, perfetto, certo, certo che sì, sì certo, giusto, "
    "esatto, esattamente, volentieri, d'accordo, 👍, 👌, ✅",
    Phrase.NO: "no, no no, non ora, non direi, non credo, niente, per niente, 👎",
    Phrase.UNKNOWN: "non lo so, non so, boh, bo, bho, mah, boh non so, non saprei, non ricordo, non mi ricordo, non ne ho idea, "
    "nessuna idea, non lo so ancora, non so bene, non sono sicura, non sono sicuro, dipende, ?, i don't know",
    Phrase.DECLINE: "preferisco non dirlo, preferisco non rispondere, non voglio dirlo, non voglio rispondere, non lo dico, "
    "sono fatti miei, fatti miei, è privato",
    Phrase.SKIP: "salta, saltare, salta questa, salta domanda, passa, passo, vai oltre, oltre, prossima, prossima domanda, "
    "avanti, vai avanti, è uguale, fa lo stesso, indifferente, non importa, qualsiasi, qualunque, quando volete, skip",
    Phrase.BACK: "indietro, torna indietro, vai indietro, tornare indietro, torniamo indietro, domanda precedente, torna, back",
    Phrase.CHANGE: "modifica, modificare, cambia risposta, cambiare risposta, correggi, correggere, ho sbagliato, "
    "ho sbagliato risposta, mi sono sbagliata, mi sono sbagliato",
    Phrase.RESTART: "ricomincia, ricominciare, ricominciamo, ricomincia da capo, ricominciamo da capo, da capo, dall'inizio, "
    "nuova ricerca, start, inizia, inizio",
    Phrase.SHOW: "basta, basta domande, risultati, mostra risultati, vedi risultati, vedere risultati, fammi vedere, "
    "fammi vedere servizi, mostra servizi, mostrami servizi, vedi servizi, vedere servizi, lista, alla lista, torna alla lista, "
    "vedi lista, lista servizi, elenco, torna ai servizi, torna ai risultati",
    Phrase.DONE: "fatto, conferma, finito, basta così, ho finito, confermo",
    Phrase.HELP: "aiuto, aiutami, help, come funziona, come si usa, cosa fare, cosa devo fare, cosa sai fare, non capisco, "
    "non ho capito, istruzioni, comandi, menu",
    Phrase.HUMAN: "operatore, operatrice, umano, essere umano, persona vera, persona reale, parlare con qualcuno, "
    "parla con una persona, parlare con una persona, parlare con una persona vera, parlare con un operatore, "
    "parlare con un umano, parlare con voi, social manager, chiama qualcuno, chiami qualcuno, c'è qualcuno, chiamatemi, "
    "chiamarmi, potete chiamarmi, mi chiamate, contattatemi",
}


def _keys(said: str) -> tuple[str, str]:
    """All words, and those that matter, with nothing between them: people miss the spaces too."""
    words = [_SPELLINGS.get(word, word) for word in said.split()]
    whole = "".join(words)
    return whole, "".join(word for word in words if word not in _COURTESY) or whole


_LISTED = [(words.strip(), phrase) for phrase, line in _ITALIAN.items() for words in line.split(",")]
_MEANING = {key or words: phrase for words, phrase in _LISTED for key in _keys(normalise(words))}
_FUZZY = [words for words in _MEANING if len(words) >= _SHORTEST_FUZZY]


def phrase(text: str) -> Phrase | None:
    """The meaning of a short text, close spellings and courtesies included; None when it is none of these."""
    whole, short = _keys(normalise(text))
    exact = _MEANING.get(whole or text.strip()[:1]) or _MEANING.get(short)
    if exact is not None or len(short) < _SHORTEST_FUZZY:
        return exact
    alike = [words for words in _FUZZY if words[0] == short[0]]
    best = process.extractOne(short, alike, scorer=fuzz.ratio, score_cutoff=_CLOSE)
    return _MEANING[best[0]] if best else None


class Courtesy(StrEnum):
    """What is said out of politeness and asks for nothing."""

    THANKS = "thanks"
    GREETING = "greeting"


_COURTESIES = {
    Courtesy.THANKS: "grazie, grazie mille, tante grazie, mille grazie, ti ringrazio, molto gentile, perfetto grazie",
    Courtesy.GREETING: "ciao, salve, buongiorno, buon giorno, buonasera, buona sera, hey, ehi, arrivederci, ciao ciao",
}
_POLITE = {normalise(words): meant for meant, line in _COURTESIES.items() for words in line.split(",")}


def courtesy(text: str) -> Courtesy | None:
    """The courtesy that a whole text is; None when it says anything else."""
    return _POLITE.get(normalise(text))
