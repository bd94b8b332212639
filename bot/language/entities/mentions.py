"""Names of values in a whole sentence: which of them are said of whoever is to be helped, and which of something else.

"Mio figlio è sordo" says that he is; "mio marito è sordo alle mie richieste", "lavoro con i sordi" and "non è sordo" do not.
Whoever asks for what only people with a disability get ("il pass per i disabili", "la domanda per la 104") asks for one of them.
Names are content's; here are the words around them that decide.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from bot.language.entities.names import SMALL, Found, stem
from bot.language.text.normalise import words

#: A denial reaches so many words far, and not across these.
_DENIALS = frozenset(words("no non nn nessun nessuna niente senza mai"))
_DENIES = 3
_BUT = frozenset(words("ma pero solo invece anzi"))


def _stems(text: str) -> frozenset[str]:
    return frozenset(stem(word) for word in words(text))


#: Answers that, alone in a sentence, mean something else: "attività fisica", "arrivo in ritardo", "non vedo l'ora".
_NOT_ALONE = _stems(
    "vista fisica ritardo lis udito cognitiva psichiatrica no niente nulla nessuno nessuna altro altra altri altre "
    "motoria coppia affido adozione separazione divorzio migrante gravidanza caregiver"
)
#: Names that say of somebody no more than that they are old or ill.
_FRAIL = {
    _stems(name)
    for name in ("allettato", "stampelle", "girello", "cammina a fatica", "fatica a camminare", "non si alza dal letto")
}
#: Words that mean this only where somebody is said to have it: "ha il sostegno", but not "ho bisogno di un sostegno".
_GIVEN = _stems("accompagnamento assegno indennita frequenza sostegno insegnante maestra ore scuola")
_HAD = _GIVEN | _stems("down handicap")
#: The words up to what somebody has: "ha già la", "gli hanno dato il 75 % di", "prende l'", "sono in".
_HAS = re.compile(
    r"\b(?:h[ao]|a(?= (?:la|il|l)\b)|h?anno|abbiamo|aveva|con|prend\w+|percep\w+|riceve\w*|riconosciut\w+|rientra|dat[oa]|"
    r"avut[oa]|sono|essendo)(?: (?:gia|anche|solo|il|lo|la|l|le|i|un|una|in|di|suo|sua|nella|nell|della|per|cento|maestra|"
    r"articolo|art|comma|certificazione|e|\d{1,3})){0,4}$"
)
_HOW_MUCH = re.compile(r"\b\d{2,3}(?: per cento)?(?: di| d)?$|\bdat[oa] (?:il |l )?\d{2,3}\b")
_HAD_AFTER = re.compile(
    r"^(?:civile )?(?:totale\b|grave\b|(?:al|del|di|dell|all) \d{2,3}\b)|^ce l h?[ao]\b|"
    r"^(?:\w+ ){0,4}(?:dimezzat|tolt|ridott|tagliat)|^(?:c e|ce|viene|manca|non c e|non viene)\b"
)
#: Beginnings of words for somebody.
_SOMEBODY = tuple(
    words(
        "figli filgi frate sorel bambin banbin bimb ragaz nipot marito moglie person mamma papa nonn giovan adult uomo donna "
        "signor gemell cugin alunn student adolescent piccol amic zia zio"
    )
)
_ANYBODY = f"(?:{'|'.join(_SOMEBODY)}|padre|madre|suocer)"
#: Who has a "ritardo" is not late.
_LATE = _stems("ritardo")
_SLOW = re.compile(rf"\b{_ANYBODY}\w* (?:\w+ )?(?:con|ha|a)(?: un| del)?$")
_WHOSE = frozenset(words("e sua mia nostra loro"))
#: Words after "non vede" and the like that make it something else: "non vede mai nessuno", "non vede l'ora".
_NOT_OF_SENSES = frozenset(words("mai l nessuno anima altri altra niente nulla"))
#: Who has to do with people who have it, by trade or by choice: "lavoro con i disabili", "tirocinio con bambini autistici" …
_AT_WORK = re.compile(
    r"\b(?:lavor[aoi]|lavoriamo|lavorare|lavorato|lavorando|lavoravo|tirocinio|stage|volontari\w*|servizio civile|allen[oai]|"
    r"allenare|assum\w+|insegn[oa]|studio|studiare|oss|asa|seguo|seguiamo|operator[ei]|cooperativa|piacer\w+|stare con)\b"
)
#: … several of them.
_SEVERAL = re.compile(
    r"\b(?:persone|ragazz[ie]|bambin[ie]|bimb[ie]|adulti|anziani|utenti|alunni|minori|di signor[ea]|un signore|una signora|i|gli|"
    r"le|ai|coi|agli)$"
)
#: Ways to speak: the beginning of a word, and what follows.
_FIGURES = (
    ("sord", re.compile(r"^(?:alle?|ai|agli|a) (?!\d)")),
    ("ciec", re.compile(r"^d[i ] ?\D")),
    ("paralizz", re.compile(r"^(?:sul|sulla|dal|dalla|di) (?!lato|collo|bacino|torace|vita|nascita)")),
    ("handicapp", re.compile(r"^(?:in|con|a) ")),
    ("autistic", re.compile(r"^nel senso ")),
)
_FIGURE_BEFORE = re.compile(
    r"\bda quell orecchio\b|\bfa(?:i|re)? (?:il|la|finta di essere)$|\b(?:capo|principale|direttore)(?: \w+)?$"
)
#: Somebody who is only told of.
_SOMEBODY_ELSE = re.compile(r"\b(?:col+ega|un amic[oa]|(?:mi|su)[oa] amic[oa]|conoscente)(?: \w+){0,4}$")
#: What is feared, and not known.
_FEARED = re.compile(r"\b(?:sospett\w*|dubbi[o]?|forse|temo|paura|test|potrebbe|valutazione)(?: \w+){0,3}$")
#: So many words around a name are looked at.
_READ = 12


def mentioned(found: Sequence[Found], said: Sequence[str], none: tuple[str, ...]) -> tuple[str, ...]:
    """The values whose names, `found` in the words of a sentence, are said of somebody to be helped; `none` are no values."""
    kept = [
        one
        for one in found
        if one.values != none and not one.doubtful and _is_said_of_somebody(one, said) and not is_denied(one, said, found, none)
    ]
    return tuple(value for value in certain(kept) if value not in none)


def _is_said_of_somebody(one: Found, said: Sequence[str]) -> bool:
    named = frozenset(one.stems)
    before = list(said[max(one.start - _READ, 0) : one.start])
    written = said[one.start : one.end]
    # Small words at its beginning belong to what comes before it.
    before += written[: next((at for at, word in enumerate(written) if word not in SMALL), 0)]
    earlier, later = " ".join(before), " ".join(said[one.end : one.end + _READ])
    if named in _FRAIL or (len(named) == 1 and named <= _NOT_ALONE and not (named == _LATE and _SLOW.search(earlier))):
        return False
    if named <= _HAD and not _is_had(named, earlier, later):
        return False
    yet = "ancora" in said[max(one.start - 1, 0) : one.end + 1]
    if len(one) > 1 and (yet or _NOT_OF_SENSES.intersection(_following(one, said))):
        return False
    if any(part.startswith(start) and after.search(f"{later} ") for part in named for start, after in _FIGURES):
        return False
    if any(before.search(earlier) for before in (_FIGURE_BEFORE, _SOMEBODY_ELSE, _FEARED)):
        return False
    return not (_SEVERAL.search(earlier) and _AT_WORK.search(earlier))


def _is_had(named: frozenset[str], earlier: str, later: str) -> bool:
    """Whether somebody is said to have it: "ha la 104", "mio figlio down", "invalidità al 75 %"."""
    if _HAS.search(earlier) or _HOW_MUCH.search(earlier) or _HAD_AFTER.search(later):
        return True
    last = earlier.rpartition(" ")[2]
    return not named <= _GIVEN and (last in _WHOSE or last.startswith(_SOMEBODY))


def _following(one: Found, said: Sequence[str]) -> Sequence[str]:
    """The word after a name; "più" is none: "non cammina più", "non vede più nessuno"."""
    after = one.end + (said[one.end : one.end + 1] == ("piu",))
    return said[after : after + 1]


def is_denied(one: Found, said: Sequence[str], found: Sequence[Found], none: tuple[str, ...]) -> bool:
    """True for "non è in carrozzina"; false for "non vede", which is itself a name, and for "no, è cieco"."""
    if one.values == none:
        return False
    named = {position for other in found if other.values != none for position in range(other.start, other.end)}
    for position in range(one.start - 1, max(one.start - 1 - _DENIES, -1), -1):
        if said[position] in _BUT:
            return False
        if said[position] in _DENIALS and position not in named:
            return said[position] != "no" or position == one.start - 1
    return False


def values_of(found: Iterable[Found]) -> tuple[str, ...]:
    """The values that names may stand for."""
    return tuple(dict.fromkeys(value for one in found for value in one.values))


def certain(found: Iterable[Found]) -> tuple[str, ...]:
    """The values of names that have one meaning."""
    return values_of(one for one in found if len(one.values) == 1)
