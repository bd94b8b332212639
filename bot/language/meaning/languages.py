"""Which language a text is in, among those that the bot has words for, and the needs that it names in it.

Where the script does not tell, the small words do: a language is recognised by words that every sentence has and Italian has
not. This knows fewer languages than a model of a hundred of them, and is not misled by short or misspelt Italian.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from enum import StrEnum

import Stemmer

from bot.language.data import ITALIAN
from bot.language.text.normalise import normalise


class Foreign(StrEnum):
    """The languages other than Italian in which needs have names; ISO 639-1."""

    ENGLISH = "en"
    SPANISH = "es"
    FRENCH = "fr"
    ROMANIAN = "ro"
    ARABIC = "ar"
    UKRAINIAN = "uk"
    CHINESE = "zh"
    ALBANIAN = "sq"


_SCRIPTS = (
    (re.compile(r"[\u0600-\u06ff]"), Foreign.ARABIC),
    (re.compile(r"[\u0400-\u04ff]"), Foreign.UKRAINIAN),
    (re.compile(r"[\u4e00-\u9fff]"), Foreign.CHINESE),
)
#: Small words, as `normalise` writes them. A word of two languages counts for both; none is Italian.
_SMALL = {
    Foreign.ENGLISH: (
        "the i my is are and to of for you need want help with have do does can how where what when who am looking please "
        "in a child children son daughter mother father old year years school work at on it me we our there this that from "
        "don understand what mean speak nothing be get find some any would like could your not no she he her his "
        "husband wife baby kids pay rent house job food "
        "money"
    ),
    Foreign.SPANISH: (
        "el los las y mi mis un una para por que con necesito quiero busco tengo hijo hija hijos anos donde como cuando "
        "puedo hay es estoy soy muy trabajo casa ayuda nino nina ninos madre padre colegio escuela del al se no en le nos "
        "entiendo entender nada dices amigo amiga quiere porque eso esto usted ustedes puede somos pero que nuestro "
        "hacer pagar alquiler comida gracias hola buenos dias favor esta tiene mas o de la"
    ),
    Foreign.FRENCH: (
        "le les je un une des et pour mon ma mes est que qui avec besoin cherche j ai de du fils fille enfants ans ou "
        "comment quand puis il elle nous vous y a suis travail maison aide mere pere ecole comprends comprend ce cela "
        "rien demandez parle dans sur pas au aux notre faire "
        "payer loyer bonjour merci s plait cherchons peut etre ce cette la mari femme bebe garde"
    ),
    Foreign.ROMANIAN: (
        "si un o pentru cu am nevoie vreau caut fiul fiica copil copii copilul ani unde cum cand pot este sunt la de meu "
        "mea mele lucru munca casa ajutor mama tata scoala nu mai ce pe din in are care sa ma va rog buna ziua multumesc "
        "inteleg nimic spui imi fata baiat sotul sotia bani chirie mancare ale sau pana"
    ),
    Foreign.ALBANIAN: (
        "flas njeri mund dhe per nje me kam nevoje dua kerkoj djali vajza femije femijet vjec ku si kur eshte jam ne te im "
        "ime punoj pune shtepi ndihme nena babai shkolle shkollen nuk ka do qe nga cfare po e i se ju lutem pershendetje "
        "faleminderit burri gruaja qira ushqim kuptoj asgje thua para tim kemi jemi"
    ),
}
_WORDS = {language: frozenset(words.split()) for language, words in _SMALL.items()}
#: Small words of Italian, some of which are those of other languages too.
_OF_ITALY = frozenset(
    [
        "il",
        "lo",
        "la",
        "i",
        "gli",
        "le",
        "un",
        "uno",
        "una",
        "di",
        "a",
        "da",
        "in",
        "con",
        "su",
        "per",
        "tra",
        "fra",
        "e",
        "ed",
        "o",
        "ma",
        "che",
        "chi",
        "non",
        "mi",
        "ti",
        "si",
        "ci",
        "vi",
        "ho",
        "hai",
        "ha",
        "abbiamo",
        "hanno",
        "sono",
        "sei",
        "siamo",
        "del",
        "della",
        "dei",
        "delle",
        "dello",
        "al",
        "alla",
        "ai",
        "alle",
        "dal",
        "dalla",
        "nel",
        "nella",
        "sul",
        "sulla",
        "mio",
        "mia",
        "miei",
        "mie",
        "suo",
        "sua",
        "cerco",
        "vorrei",
        "serve",
        "bisogno",
        "come",
        "dove",
        "quando",
        "quanto",
        "anni",
        "anno",
        "figlio",
        "figlia",
        "figli",
        "bambino",
        "bambina",
        "nn",
        "x",
        "ke",
        "cosa",
        "piu",
        "anche",
        "io",
        "lui",
        "lei",
        "noi",
        "questo",
        "qualcuno",
        "devo",
        "posso",
        "se",
        "c",
        "e",
        "l",
        "d",
        "un",
        "casa",
        "va",
        "ce",
        "care",
        "de",
        "sa",
        "qui",
        "no",
        "era",
        "tu",
        "mama",
        "ora",
    ]
)
#: So many words decide; fewer are taken for the language of the chat.
_ENOUGH = 3
#: So many different words must not be Italian.
_OWN = 2
#: A foreign language must have so much more of the words than Italian.
_CLEARLY = 0.15


def language_of(text: str, chat: str = ITALIAN) -> str:
    """The language of a text, ISO 639-1; `chat`, that of the chat, when it says too little."""
    for pattern, language in _SCRIPTS:
        if len(pattern.findall(text)) * 2 > sum(c.isalpha() for c in text):
            return language
    words = [word for word in normalise(text).split() if not word.isdigit()]
    if len(words) < _ENOUGH:
        return chat
    italian = sum(word in _OF_ITALY for word in words) / len(words)
    shares = {language: sum(word in known for word in words) / len(words) for language, known in _WORDS.items()}
    best = max(shares, key=lambda language: shares[language])
    own = len(_WORDS[best].intersection(words) - _OF_ITALY)
    if shares[best] >= italian + _CLEARLY and own >= _OWN:
        return best
    return ITALIAN if italian > 0 else chat


class ForeignNames:
    """Names of needs in other languages. Immutable after construction."""

    def __init__(self, names: Mapping[str, Mapping[str, tuple[str, ...]]]) -> None:
        """`names` are, for each need, its names by language."""
        self._names: dict[str, list[tuple[frozenset[str], str, str]]] = {}
        weights: dict[str, dict[str, int]] = {}
        for need, languages in names.items():
            for language, each in languages.items():
                for name in each:
                    said = normalise(name)
                    words = _stems(said.split(), language) - _stems(_SMALL_IN_NAMES.get(language, ()), language)
                    self._names.setdefault(language, []).append((words, said.replace(" ", ""), need))
                    for word in words:
                        weights.setdefault(language, {}).setdefault(word, 0)
                        weights[language][word] += 1
        self._rare = {language: {word: 1 / count for word, count in each.items()} for language, each in weights.items()}

    def found(self, text: str, language: str) -> tuple[str, ...]:
        """The needs that a text in this language names, the surest first."""
        said = normalise(text)
        together = said.replace(" ", "")
        words = _stems(said.split(), language)
        rare = self._rare.get(language, {})
        scores: dict[str, float] = {}
        for name, whole, need in self._names.get(language, ()):
            stands = bool(whole) and not whole.isascii() and whole in together
            mass = sum(rare[word] for word in name)
            share = sum(rare[word] for word in name & words) / mass if mass else 0.0
            score = 2.0 + len(whole) / 100 if stands else share if share >= _MOSTLY else 0.0
            if score > scores.get(need, 0.0):
                scores[need] = score
        best = max(scores.values(), default=0.0)
        return tuple(sorted((need for need in scores if scores[need] >= best * _MOSTLY), key=lambda need: -scores[need]))


#: The share of a name, by rarity of its words, that must stand in a text.
_MOSTLY = 0.5
#: Where there is no stemmer, words are compared by their beginnings: endings change for number and case.
_COMPARED = 5
_STEMMERS = {
    Foreign.ENGLISH: Stemmer.Stemmer("english", 0),
    Foreign.SPANISH: Stemmer.Stemmer("spanish", 0),
    Foreign.FRENCH: Stemmer.Stemmer("french", 0),
    Foreign.ROMANIAN: Stemmer.Stemmer("romanian", 0),
    Foreign.ARABIC: Stemmer.Stemmer("arabic", 0),
}


def _stems(words: Iterable[str], language: str) -> frozenset[str]:
    stemmer = _STEMMERS.get(Foreign(language)) if language in set(Foreign) else None
    return frozenset(stemmer.stemWords(list(words)) if stemmer is not None else (word[:_COMPARED] for word in words))


#: Words that names have too, and that tell nothing.
_SMALL_IN_NAMES: Mapping[str, list[str]] = {
    Foreign.ENGLISH: [
        "the",
        "my",
        "is",
        "and",
        "to",
        "of",
        "for",
        "a",
        "with",
        "in",
        "at",
        "on",
        "i",
        "me",
        "need",
        "help",
        "find",
    ],
    Foreign.SPANISH: [
        "el",
        "los",
        "las",
        "y",
        "mi",
        "mis",
        "un",
        "una",
        "para",
        "por",
        "de",
        "la",
        "del",
        "en",
        "con",
        "a",
        "al",
    ],
    Foreign.FRENCH: [
        "le",
        "les",
        "un",
        "une",
        "des",
        "et",
        "pour",
        "mon",
        "ma",
        "mes",
        "de",
        "du",
        "la",
        "en",
        "a",
        "l",
        "d",
        "au",
        "avec",
        "demande",
        "demander",
        "demandez",
    ],
    Foreign.ROMANIAN: ["si", "un", "o", "pentru", "cu", "la", "de", "meu", "mea", "in", "din", "pe"],
    Foreign.ALBANIAN: ["flas", "njeri", "mund", "dhe", "per", "nje", "me", "te", "ne", "e", "i", "im", "ime", "nga"],
}
