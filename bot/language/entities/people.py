"""Who is to be helped, as a whole sentence says it: the ages stated of that person, and the kind of person.

"Ho 74 anni, cerco per mio figlio disabile" states the age of somebody who is not to be helped; "disoccupato da 8 mesi" and
"esco alle 6 e mezza" state none. So an age counts only where it is said as one, and each is somebody's.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Sequence

from bot.core.attributes import MONTHS
from bot.core.conditions import Span
from bot.language.entities.ages import (
    BORN_IN_MONTH,
    BORN_ON,
    BORN_ON_ISO,
    CLASS,
    NURSERY_GROUP,
    OLDEST,
    aged,
    between,
    born,
    born_in_month,
    canonical,
    full_year,
    nursery_group,
    school_years,
    second_half,
)
from bot.language.text.normalise import plain

_N = r"(?<![\d.,:/|-])(\d{1,3})(?![\d:°^]|[.,/]\d)"
_YEAR = r"((?:19|20)\d\d)(?!\d)"
_UNIT = r"(anni|mesi)\b"
_CHILD = r"(?:figli|bimb|bambin|gemell|ragazz|nipot|maschi|femmin|piccol|neonat|fratellin|sorellin|adolescent)"
_KIN = (
    r"(?:figli|bimb|bambin|gemell|ragazz|nipot|piccol|neonat|adolescent|mamm|madr|mader|papa|padr|nonn|suocer|zi[oae]\b|marito|"
    r"moglie|compagn|fratell|sorell|cugin|genitor|cognat|anzian|amic|vicin[oa]\b)"
)
#: Where a number without a unit ends: at the end of a clause, or before a word that is not what it counts.
_ENDS = (
    r"(?= ?(?:$|[,.;!?)\n(-])| (?:e|ed|o|ma|che|non|nn|va|fa|x|per|a|in|da|di|con|cerco|cerca|vorrei|siamo|serve|io|lui|"
    r"lei|abit\w+|"
    r"viv\w+|sta|deve|vuole|frequenta|dove|quando|come)\b(?! mezzo)|"
    # What is counted is plural, and no plural ends so: "mia figlia di 15 pesa poco", "i miei di 4 e 7 sono soli".
    rf" (?!(?:ora|mila|paia|volta|via|mezza|mezzora|settimana|persona|stanza)\b|{_CHILD})[a-z]{{2,}}(?:a|no)\b)"
)
#: Numbers that are no ages, whatever stands around them.
_MASKED = tuple(
    re.compile(pattern)
    for pattern in (
        # Hours of the day.
        (
            r"\b(?:alle|ale|all|dalle|dale|le|ore|h|dop+ole|verso le|entro le|per le) \d{1,2}(?:[:.,]\d\d)?(?! (?:anni|mesi))"
            r"(?: e (?:mezzo|30|15|45|un quarto))?(?!\d)"
            r"(?:(?: e|,| o) (?:le )?\d{1,2}(?! (?:anni|mesi))(?: e (?:mezzo|30|15|45|un quarto)|[:.]\d\d)?(?![\d]))?"
        ),
        r"(?<!\d)\d{1,2}[:.]\d\d(?!\d)",
        # What is numbered, marks at school, what is measured.
        (
            r"\b(?:trisomia|cromosoma|livello|grado|art\.?|articolo|comma|legge|numero|linea|bus|interno|scala|reparto|stanza|gruppo|"
            r"categoria|stadio|fase|modello|bando) \d{1,3}(?!\d| ?(?:anni|mesi)\b)"
        ),
        (
            r"(?<!\d)\d{1,3} (?:in (?:mate[a-z]*|italiano|inglese|latino|greco|storia|scienze|fisica|chimica|condotta|tutte|"
            r"pagella)|di (?:febbre|pressione|glicemia|invalidita))\b"
        ),
        # As whom somebody seems, although they are not.
        (
            rf"\b(?:(?:come|sembra|pare) (?:un[oa]?|quell[oaie]|i|le)(?: {_CHILD}[a-z]*)? (?:(?:di|ha|hanno) )*|"
            rf"come (?:a|se (?:ne )?avess[a-z]+) |mentale (?:e )?(?:di )?|dimostra ){_N}(?: {_UNIT})?"
        ),
        # Months of a pregnancy are counted, and are one: "al 6° mese".
        rf"\b(?:al|nel|del|il) {_N} {_UNIT}",
        rf"{_N} (?:mesi|settimane) (?:di )?(?:gravidanza|gestazione|incinta|gravida)\b",
        # How long, how long ago, when.
        (
            rf"\b(?:da|per|x|tra|fra|dopo|entro|ogni|in|ultimi|prossimi|altri|durante|quasi da|oltre da|e) (?:circa |quasi |"
            rf"piu di |almeno |soli |i "
            rf"|oltre |ben |gia )?{_N} (?:anni|mesi)\b(?= ?(?:$|[,.;!?)\n])| (?:che|non|nn|e (?!mezzo)|ma|senza|sono|siamo|"
            rf"ho|e|mi|ci|cerco|fa|vivo|lavoro|devo))"
            r"(?<!e \d anni)(?<!e \d\d anni)(?<!e \d mesi)(?<!e \d\d mesi)"
        ),
        (
            rf"\b(?:da|tra|fra|dopo|entro|ogni|ultimi|prossimi|altri) (?:circa |quasi |piu di |almeno |soli |oltre |ben |gia "
            rf")?{_N} {_UNIT}(?! (?:ai?|fino))"
        ),
        rf"{_N} {_UNIT} fa\b",
        (
            rf"\b(?:af+it+[oi]|bollett[ae]|mutuo|canone|rate|condominio)(?: (?!{_KIN})[a-z]+){{0,2}} {_N} mesi\b(?! e mezzo)|"
            r"\b(?:ritardo|indietro|arretrat[a-z]+|moros[a-z]+|debito)(?: (?:con|per|su|di|nei|nel|nelle|del|della|dell|delle|"
            r"il|la|le|l|i|pag[a-z]+|rate|ret+[ae]|af+it+[oi]|bollett[ae]|mutuo|canone|spese|condomin[a-z]+|luce|gas)){1,6} "
            rf"{_N} {_UNIT}"
        ),
        (
            rf"\b(?:aspett[a-z]+|attend[a-z]+|dur[a-z]+|passat[aei]|passano|mancano|mancavano|indietro di|arretrat[a-z]+ di|"
            rf"dovut[a-z]+|ritardo di|pancion[a-z]*|pancia(?: [a-z]+)?) (?:circa |quasi |piu di |ancora |di |al |a )*{_N} {_UNIT}"
        ),
        (
            rf"{_N} {_UNIT} (?:(?:nella|nello|nel|nell) stess[ao]|(?:nella|in|presso la) (?:ditta|azienda|fabbrica|"
            rf"banca|cooperativa)|"
            r"alle dipendenze)\b"
        ),
        rf"(?<!\d )\b(?:sono|saranno|e|fanno|ormai|per) (?:gia |ormai |quasi |circa )?{_N} {_UNIT} che\b",
        rf"\b(?:esperienza|percorso|soggiorno|missione|borsa|vacanza|pausa|attesa|volontariato) (?:di |da |per )?{_N} {_UNIT}",
        rf"{_N} {_UNIT} (?:all estero|in (?:europa|spagna|francia|inghilterra|germania|america)|di fila|su)\b",
        # For whom something is, whoever asks.
        rf"\b(?:sot+o|under|meno di|fino a|minore di|minori di) (?:i |gli |a?i )?{_N}(?: {_UNIT})?",
        (
            rf"{_N} {_UNIT} d[i']? ?(?:affitt|arretrat|lavor|contribut|congedo|maternita|attesa|esperienz|residenz|matrimoni|"
            rf"ritard|cassa|naspi|"
            r"disoccup|terapi|carcere|conviven|contratt|stipend|bollett|mutu|cors|galera|preavvis|spes|condomini|rate|nido|"
            r"retta|ferie|malattia|"
            r"permess|aspettativ|pension|stage|tirocini|prova)[a-z]*"
        ),
        (
            rf"\b(?:contratt\w*|cors[oi]|congedo|durata|permess[oi]|incinta|gravidanza|gestazione|gravida),? (?:di |da |al |a "
            rf")?{_N} ?{_UNIT}"
        ),
        rf"\b(?:avevo|aveva|avevano|quando) (?:circa |solo |gia )?{_N} {_UNIT}",
        (
            r"(?<!\d)\d{1,4} ?(?:euro|€|%|percento|per cento|km|kg|kili|chili|ore|ora|minut[oi]|volte|giorni a|gg|mq|stanze|"
            r"dipendenti)\b"
        ),
        r"(?:€|isee|reddito|euro) ?\d+",
        r"\b(?:via|viale|piazza|corso) (?:[a-z]+ ){1,4}\d{1,3}(?!\d| ?(?:anni|mesi))",
    )
)
#: School years that are behind somebody: "con la sola terza media", "ho la licenza di terza media".
_DIPLOMA = re.compile(
    r"\b(?:licenza|diploma|titolo|sola|solo (?:la|con la)|ho la|ho fatto(?: solo)? la|finit[oa] la|fino alla|dopo la|con la) "
    r"(?:di )?"
    r"(?:terza|3°?|iii|quinta|5°?) (?:media|superiore|elementare)[a-z]*"
)
_BORN = re.compile(rf"\b(?:nat[oaie]|classe|annata|anno di nascita) (?:nel|del|il|a|ad|in)? ?(?:[a-z]+ (?:del )?)?{_YEAR}")
_SHORT_YEAR = r"(\d\d)(?![\d°]| (?:anni|mesi|[a-z]+(?:aio|raio|zo|ile|ggio|gno|glio|sto|bre))\b| ?[.,:/-]\d)"
_BORN_SHORT = re.compile(rf"\b(?:nat[oaie] (?:nel|del)|classe|(?:sono|e|siamo) del) {_SHORT_YEAR}")
#: Beside whoever was born then: "figlio del 2017", "mia mamma Ada, classe 1941", "uno del 2015 e una del 2018", "bimba 2019".
_BORN_THEN = re.compile(
    rf"\b(?:(?:{_KIN}[a-z]*(?: [a-z]{{3,}})?|person[ae]|student[a-z]+|signor[ae]|uomo|donna),? ?\(?"
    r"(?:(?:(?:tutti|e|sono|nat[oaie]) )?(?:del|classe|anno)|nat[oaie] nel)|(?:un[oa]|altr[oa]) (?:e )?del) "
    rf"(?:{_YEAR}|{_SHORT_YEAR})(?:(?: e|,) (?:un[oa] )?(?:del )?{_YEAR})?|"
    rf"\b{_CHILD}[a-z]*,? \(?{_YEAR}(?: e {_YEAR})?|\b{_KIN}[a-z]*,? \(?(19\d\d)(?!\d)"
)
_RANGE = re.compile(
    rf"\b(?:tra|fra|da|dai|dagli) (?:i |gli )?{_N}(?: (anni|mesi))? ?(?:-|–|(?:fino )?a(?:i|gli)?|e(?: i| gli)?) ?{_N} {_UNIT}"
)
_DASHED = re.compile(rf"{_N} ?[-–] ?(\d{{1,3}}) {_UNIT}")
_YEARS_AND_MONTHS = re.compile(rf"{_N} anni,? (?:e )?(\d{{1,2}}) mesi\b")
_AND_A_HALF = re.compile(rf"{_N}(?: (anni|mesi))? e mezzo\b|(?<![\d.,:/|])(\d{{1,3}})[.,]5(?!\d)(?: anni)?|\bmezzo anno\b")
_SEVERAL = re.compile(rf"(?<![\d.,:/|-])((?:\d{{1,3}}(?: ?[,/] ?| ed? (?:l altr[oa] )?(?:di )?| o | & ))+\d{{1,3}}) {_UNIT}")
_SEVERAL_BARE = re.compile(
    rf"\b(?:{_CHILD}[a-z]*|hanno|eta)(?: (?:di|hanno|piccol[ie]|rispettivamente|con|e|:))*[,:(]? ?\(?((?:\d{{1,2}}"
    rf"(?: ?[,/] ?| ed? (?:di )?))+\d{{1,2}}){_ENDS}"
)
_NOT_YET = re.compile(
    rf"\b(?:compi(?:e|ra|ranno|ono|ere)|(?:ne|li) (?:fa|fanno|fara)|non (?:ne )?(?:ha|hanno)(?: ancora)?|quasi) (?:gli |i "
    rf")?{_N}(?:(?: (anni|mesi))\b|{_ENDS})"
)
_UNITS = re.compile(rf"{_N} {_UNIT}")
#: "Anni 5", where it is somebody's and no decade.
_UNIT_FIRST = re.compile(
    rf"(?:^|[,;:.(\n-] ?|\b(?:di|eta|ha|(?:{_KIN})[a-z]*(?: [a-z]{{3,}}(?! (?:anni|mesi) [5-9]0\b))?) )(anni|mesi) {_N}{_ENDS}"
)
#: "Ha 8 anni fa la terza", "mio nonno a 92 anni fa le scale": not so long ago.
_AGED_AND_DOES = re.compile(rf"\b(?:ha|hanno|{_KIN}[a-z]*(?: [a-z]{{3,}})? (?:di|a)) {_N} {_UNIT}(?= fa [a-z])")
#: "Mia mamma, 76, ci vede", "mio figlio Luca (8) gioca".
_BETWEEN_COMMAS = re.compile(rf"\b{_KIN}[a-z]*(?: (?!ha\b|ho\b|da\b|per\b|x\b)[a-z]{{3,}}){{0,2}} ?[,(] ?{_N}(?= ?[,)])")
_PRONOUN = re.compile(rf"\b(?:io|lui|lei),? {_N}(?= ?(?:$|[,.;!?)\n(-])| (?:e|ed|ma|lui|lei|io|mi[oa])\b)")
#: Two who tell their ages in one breath ask for both.
_BOTH = re.compile(rf"\bio,? {_N}(?: anni)?,? (?:e )?(?:lei|lui|mi[oa] (?:marito|moglie|compagn[oa])),? {_N}(?! mesi)")
#: The youngest children are told in months: "bimba 10m".
_SHORT_MONTHS = re.compile(rf"\b{_CHILD}[a-z]*,? (?:(?:di|ha|hanno) )?{_N} m\b")
_YOUNG = re.compile(rf"\b{_CHILD}[a-z]* (?:(?:[a-z]+ ){{0,2}}?(?:di|ha|hanno) )?(?:solo |appena )?{_N} (settiman|giorn|gg)[a-z]*")
_BARE = re.compile(
    rf"\b(?:(?:ne )?(?:ha|avra)(?: gia| solo| appena| circa)?|eta|(?:{_KIN}|maschi|femmin)[a-z]*(?: (?!ha\b|ho\b|da\b|"
    rf"con\b|per\b|"
    rf"x\b)[a-z]{{3,}})?(?: di| d)?) {_N}{_ENDS}"
)
_ONE_EACH = re.compile(
    rf"\b(?:un[oa]|altr[oa]|secondo|seconda|primo|prima|maggiore|minore|grande|piccol[oa]|terz[oa]) (?:di |ne ha |ha |ne "
    rf"fa ){_N}{_ENDS}"
)
_OVER = re.compile(rf"\b(?:over|ultra|oltre i|oltre gli|sopra i|piu di) (?:i |gli )?{_N}(?: anni)?")
_AGED = re.compile(r"(?<!\d)(\d{1,3}) ?en+[ei]\b")
#: "Un anno" is how long something lasts, unless somebody is that old.
_ONE_YEAR = re.compile(r"(?<!ha )(?<!quasi )(?<!solo )(?<!appena )\b1 an+[oi]\b(?! e mezzo)|\b1 mes[ei]\b")
_SOMEBODY = re.compile(rf"(?:{_CHILD}[a-z]*(?: (?!di\b)[a-z]+)?(?: di)?|hanno) $")
_DAYS_IN_MONTH = 30.44
#: What leads from an age to the school year of the same child.
_AGE_BEFORE = re.compile(
    r"\b(?:[4-9]|1\d) anni,? (?:(?:e|ed|che|ma|ora|ancora) )?(?:va|fa|frequenta) (?:(?:ancora|in|la|al|alla) ){0,2}$"
)

#: Right before the age of whoever writes.
_MINE = re.compile(
    r"(?:\b(?:ho|io|io ho|c ho|cio|co|compio|abbiamo|avendo|avere|ho compiuto|me|(?:sono|sn)(?: una?)?(?: [a-z]+){0,3}? d[i']?)|"
    r"(?:^|[,.;!?\n]) ?(?:ciao |salve |buongiorno |buonasera )?(?:sono )?(?:una? )?(?:mamma|papa|madre|padre|nonna|nonno|"
    r"donna|uomo|signora|signore|pensionat[oa]|vedov[oa]|"
    r"disoccupat[oa]|studente|studentessa|casalinga|badante|operai[oa]|infermiera)(?: single| sola| solo| lavoratrice)?(?: di)?)"
    r"(?: (?:gia|quasi|solo|appena|circa|piu di|compiuto|compiuti|oltre))* ?$"
)
#: "Il mio vicino, vedovo di 86 anni": more of somebody who was just named.
_OF_WHOM = re.compile(rf"\b{_KIN}[a-z]*(?: [a-z]{{3,}})?,$")
_OF_OTHERS = re.compile(rf" d[i'] .*{_CHILD}|\b(?:ho|io|sono|me)\b.*\b{_KIN}[a-z]* d[i']?$")
_SELF_NOUN = re.compile(
    r"sono una? (?:[a-z]+ )?(?:mamma|papa|madre|padre|nonn[oa]|ragazz[oa]|donna|uomo|signora|genitore) (?:single |sola )?di$"
)
#: Somebody else who is to be helped.
_ANOTHER = re.compile(
    rf"\b(?:mi[oaei]{{1,2}}|nostr[oaie]|(?:(?:per|x|a|al|alla|del|della|un|una|[2-9])|(?:per|x) (?:il|la|i|le|un|una)) "
    rf"(?:mi[oa] |mie |miei |nostr[oaie] )?)"
    rf" ?(?:piccol[oa] )?{_KIN}[a-z]*|\b(?:di|per|x) (?:lui|lei|loro)\b|\bbimb|\bbambin"
)
#: Others who are mentioned, and are not there: of them nothing is asked.
_AWAY = re.compile(
    rf"\b(?:mi[oa]|miei|mie|i|le|nostri) {_KIN}[a-z]* (?:(?:e|sono|ormai|gia) )*(?:mancat[a-z]+|mort[oaie]\b|non c e(?: piu)?|"
    r"lontan[a-z]+|(?:via|in giro)\b|(?:viv|abit)[a-z]+ (?:a|in|lontan[a-z]+|fuori|all)\b|a [a-z]+\b|grandi\b)"
)
#: Somebody who is younger than this asks for themselves, unless they speak of a child of theirs: parents do not need them yet.
_GROWN_UP = 25 * MONTHS
_TOO_YOUNG = 5 * MONTHS
_OWN_CHILD = re.compile(
    r"\b(?:mi[oaei]{1,2}|nostr[oaie]) (?:figli|bimb|bambin|piccol|fratell|sorell|gemell|nonn)[a-z]*|\bho (?:un|una|"
    r"due) (?:figli|bimb)"
)
_SO_MANY_AGED = re.compile(r"\b(?:miei|mie|figli|figlie|bimbi|bambini|nipoti|ho|siamo|sono) ([2-6])(?=[,:(] ?\d{1,2} ed? \d)")
#: Before an age: somebody, or "has", "is in", "born".
_OF_SOMEBODY = re.compile(
    rf"\b(?:{_KIN}|ha\b|hanno\b|avra\b|compi|nat[oaie]\b|lui\b|lei\b|uno\b|una\b|fa la\b|in [a-z]+$|masch|femmin)"
)
#: Although others are mentioned, whoever writes is.
_FOR_ME = re.compile(
    r"\b(?:(?:per|x) me|[a-z]{3,}(?:iscriver|candidar|formar|diplomar)mi|lavoro|lavorare|lavor|imparare|servizio civile|"
    r"tirocinio|patente)\b"
)


def ages_stated(text: str, today: dt.date) -> tuple[Span, ...]:
    """The ages of whoever is to be helped, as a sentence states them, in its order."""
    said = _AGED.sub(r"\1 anni", canonical(text))
    if not any(c.isdigit() for c in said) and not CLASS.search(said) and not NURSERY_GROUP.search(said):
        return ()
    # "I miei due, 5 e 8 anni": how many they are is no age.
    said = _SO_MANY_AGED.sub(lambda m: m[0].replace(m[1], "|" * len(m[1])), said)
    whole = said
    found: list[tuple[int, Span]] = []

    def take(pattern: re.Pattern[str], read: Callable[[re.Match[str]], Iterable[Span | None]]) -> None:
        nonlocal said
        for match in pattern.finditer(said):
            number = next((match.start(i) for i in range(1, (match.re.groups or 0) + 1) if match[i] is not None), match.start())
            spans = [span for span in read(match) if span is not None]
            found.extend((number, span) for span in spans if 0 <= span.low < span.high and span.low <= OLDEST * MONTHS)
        said = pattern.sub(lambda match: "|" * len(match[0]), said)

    take(_DIPLOMA, lambda _: [])
    take(NURSERY_GROUP, lambda m: [nursery_group(m, today)])
    take(CLASS, lambda m: () if _is_of_the_same(m) else school_years(m, today))
    take(BORN_ON, lambda m: [born(today, full_year(m[4] or m[5], today), int(m[3]), int(m[1]))])
    take(BORN_ON_ISO, lambda m: [born(today, int(m[1]), int(m[2]), int(m[3]))])
    if "nat" in said or "nasc" in said:
        take(BORN_IN_MONTH, lambda m: [born_in_month(m, today)])
    take(_BORN, lambda m: [born(today, int(m[1]))])
    take(_BORN_THEN, lambda m: [born(today, full_year(year, today)) for year in m.groups() if year])
    take(_BORN_SHORT, lambda m: [born(today, full_year(m[1], today))])
    take(_RANGE, lambda m: [between(int(m[1]), m[2] or m[4], int(m[3]), m[4])])
    take(_AGED_AND_DOES, lambda m: [aged(int(m[1]), m[2])])
    for pattern in _MASKED:
        take(pattern, lambda _: [])
    said = _ONE_YEAR.sub(lambda m: m[0] if _SOMEBODY.search(m.string[: m.start()]) else "|" * len(m[0]), said)
    take(_YOUNG, lambda m: [aged(int(int(m[1]) * (7 if m[2].startswith("s") else 1) / _DAYS_IN_MONTH), "mesi")])
    take(_YEARS_AND_MONTHS, lambda m: _years_and_months(m, whole))
    take(_AND_A_HALF, lambda m: [aged(int(m[1]), "mesi") if m[2] == "mesi" else second_half(int(m[1] or m[3] or 0))])
    take(
        _DASHED,
        lambda m: (
            [between(int(m[1]), m[3], int(m[2]), m[3])]
            if int(m[1]) < int(m[2])
            else [aged(int(m[1]), m[3]), aged(int(m[2]), m[3])]
        ),
    )
    take(_SEVERAL, lambda m: [aged(int(number), m[2]) for number in re.findall(r"\d+", m[1])])
    take(_SEVERAL_BARE, lambda m: [aged(int(number), None) for number in re.findall(r"\d+", m[1])])
    take(_NOT_YET, lambda m: [aged(int(m[1]) - 1, m[2])])
    take(_OVER, lambda _: [])
    take(_UNITS, lambda m: [aged(int(m[1]), m[2])])
    take(_UNIT_FIRST, lambda m: [aged(int(m[2]), m[1])])
    take(_SHORT_MONTHS, lambda m: [aged(int(m[1]), "mesi")])
    take(_ONE_EACH, lambda m: [aged(int(m[1]), None)])
    take(_BARE, lambda m: [aged(int(m[1]), None)])
    take(_BETWEEN_COMMAS, lambda m: [aged(int(m[1]), None)])
    take(_PRONOUN, lambda m: [aged(int(m[1]), None)])
    return _of_whom_helped(sorted(found, key=lambda pair: pair[0]), whole)


def _is_of_the_same(match: re.Match[str]) -> bool:
    """Whether a school year is that of the child whose age was just said: "ha 15 anni e va in prima superiore"."""
    return _AGE_BEFORE.search(match.string[max(0, match.start() - 60) : match.start()]) is not None


def _of_whom_helped(found: Sequence[tuple[int, Span]], whole: str) -> tuple[Span, ...]:
    """Those of the ages found, each with its position, that are of whoever is to be helped."""
    # "8 anni, terza elementare": one of them, said twice.
    spans = {span for _, span in found}
    twice = {span for span in spans if _is_said_closer(span, spans)}
    found = [(at, span) for at, span in found if span not in twice]
    if _BOTH.search(whole):
        return tuple(dict.fromkeys(span for _, span in found))
    mine = [(at, span) for at, span in found if _is_mine(whole, at)]
    others = [span for at, span in found if not _is_mine(whole, at)]
    # Nobody writes at such an age: "sono di 5 mesi" is of a pregnancy.
    mine = [(at, span) for at, span in mine if span.high > _TOO_YOUNG or re.search(_CHILD, whole[:at])]
    if mine and others:
        # How long something lasts is nobody's age where whoever writes states theirs.
        others = [span for at, span in found if not _is_mine(whole, at) and _is_somebodys(whole, at)]
    if not others and mine and not _FOR_ME.search(whole):
        told = _AWAY.sub(" ", whole)
        if _ANOTHER.search(told) and not (mine[0][1].low < _GROWN_UP and not _OWN_CHILD.search(told)):
            return ()
    # "Abbiamo 72 e 70 anni" is said at once.
    return tuple(dict.fromkeys(others or (span for at, span in mine if at == mine[0][0])))


def _is_said_closer(span: Span, spans: Iterable[Span]) -> bool:
    """Whether a shorter one of the spans lies within this one, by its middle."""
    return any(
        other.high - other.low < span.high - span.low and span.low <= (other.low + other.high) / 2 < span.high for other in spans
    )


def _is_somebodys(said: str, at: int) -> bool:
    """Whether the number at a position is said of somebody."""
    return bool(_OF_SOMEBODY.search(said[max(0, at - 60) : at]))


def _years_and_months(match: re.Match[str], said: str) -> list[Span]:
    """Of several children these are two ages; of one they are one."""
    years, months = int(match[1]), int(match[2])
    if re.search(r"\b(?:figli|bimbi|bambini|bimbe|bambine|due|2)\b", said[: match.start()]):
        return [aged(years, None), aged(months, "mesi")]
    return [aged(years * MONTHS + months, "mesi")]


def _is_mine(said: str, at: int) -> bool:
    """Whether the age at a position is that of whoever writes."""
    before = said[max(0, at - 60) : at].rstrip("( ")
    match = _MINE.search(before)
    if match is None or _OF_WHOM.search(before[: match.start() + 1]):
        return False
    return bool(_SELF_NOUN.search(before)) or not _OF_OTHERS.search(match[0])


# --- The kind of person

_COMPANY = re.compile(
    r"\b(?:(?:la |una? |nostra |mia |piccola |della |dell |nella |nell |alla |in |per |l |come |ogni )+(?:azienda|ditta|"
    r"impresa)|aziende|imprese|pmi|"
    r"(?:nostri|miei|i|ai|dei|per|con|di|\d+) dipendenti|imprenditor[ei]|imprenditrice|titolare|risorse umane|hr|"
    r"lavoratori della|colleghi)\b"
)
_EMPLOYED = re.compile(
    r"\b(?:lavoro|lavora|lavoriamo|assunt[oa]|impiegat[oa]|licenziat[oa]|contratto|turni|operai[oa]|dipendente)(?: "
    r"[a-z]+){0,2} (?:in|per|da|di|dall|nell|con|presso) (?:[a-z]+ ){0,2}(?:azienda|ditta|impresa)"
    r"|siamo dipendenti|dipendenti pubblici"
)
_PERSONS = (
    ("bambino", re.compile(
        r"\b(?:bimb[oaie]|bimbett[oaie]|bambin[oaie]|banbin[oaie]|neonat[oaie]|nipotin[oaie]|piccolin[oaie]|bebe|"
        r"lattant[ei]|poppante|cucciol[oaie])\b|"
        r"\b(?:il|la|i|le|mi[oa]|miei|mie|nostr[oaie]|di|un|una|dei|coi) (?:piu )?piccol[oaie]\b(?! (?:comune|paese|"
        r"contribut|aiuto|appartament|gruppo|azienda|ditta|impres|commission|spes|prestit|lavor|somma|cifra|passo|"
        r"problema|negozio|bar|centro|cas|stanz|monolocal|risparmi|attivit))"
    )),
    ("ragazzo", re.compile(
        r"\b(?<!mio )(?<!mia )ragazz(?:[oie]|ino|ina|ini|ine|one|i)\b(?! madre)|\bragazza\b(?! madre| fidata| che "
        r"(?:stia|tenga|venga|guardi|faccia)| per )|\badolescent[ei]\b|\bteenager\b|(?<!per i )(?<!dei )\bminorenn[ei]\b"
    )),
    ("anziano", re.compile(
        r"\b(?:anzian[oaie]|anzzian[oaie]|nonn[oaie]|nona(?! (?:settiman|volta|ora))|pensionat[oaie]|in pensione|terza eta|"
        r"vecc(?:h[ioae]|i[oae])?|veg[ei][ao]?|vegett?[aeiou]?|vegi[oa]n[ei]|nonett[oa]|nonnin[oa]|vecchiett[oaie]|"
        r"ultra ?\d\d anni|over (?:6|7|"
        r"8)\d)\b"
    )),
    ("adulto", re.compile(r"\badult[oaie]\b")),
    ("famiglia", re.compile(r"\b(?:tutta la (?:mia |nostra )?famiglia|(?:una|questa|quella) famiglia (?:arrivata|di (?:profughi|"
        r"stranieri|rifugiati)|straniera|[a-z]+ana\b|in difficolta|che (?:ha|non|viene|sta))|per (?:le )?famiglie|in "
        r"famiglia tutti)\b")),
)  # fmt: skip
#: Of whom something is told, without asking anything for them.
_GRANDPARENT_HELPS = re.compile(
    r"(?<!per )(?<!con )\bi nonni\b|\b(?:la |il |le |dei |dai |coi |mi[oae]i? )?nonn[oaie] (?:non )?(?:li|lo|la|ci|"
    r"lontan|che (?:li|lo|la))|\bnonn[oaie] lontan|\bsenza nonn|\bne nonn"
)
#: Mothers and fathers of those who write are old where what is told of them, or asked for, is of old age.
_PARENT = re.compile(r"\b(?:mam+a?|madre|mader|papa|pa|padre|pader|suocer[oaie]|genitori|zi[oa]|i miei|prozi[oa])\b")
_OF_OLD_AGE = re.compile(
    r"\b(?:alzh?[ea]imer|demen[zt]|diment|smemor|memoria|ricord[ao]\b|riconosc|confus[oa]|si perde|perde i colpi|"
    r"vaneggi|ca(?:d|sc)[eouitam]|"
    r"badant|bad[ao]nt|casa di riposo|ricover|rsa\b|ospizio|non cammina|cammina (?:male|poco|a fatica)|femore|ictus|"
    r"demenza|parkinson|"
    r"telesoccorso|tele soccorso|salvavita|salva vita|pulsante|non si (?:alza|lava|cambia|muove)|si alza|lavarl|lavarsi|vestirsi|"
    r"non (?:cucina|mangia)|non riesce (?:piu|a)|non ce la fa piu|da sol[oa]\b|(?:sta|vive|rimast[oa]|abita|e) "
    r"sol[oa]\b|rimast[oa] vedov|"
    r"accudi|assist(?:ere|o|erl|enza|iamo)|stare dietro|autosufficient|bastone|deambulat|pannolon|catetere|acciacc|geriatr|"
    r"la notte|di notte|nel frigo|le chiavi|il gas|compagnia|giocare a carte|briscola|gite|ginnastica dolce|pasti|"
    r"centro diurno|dimess[oa]|non (?:ci )?vede|accompagn|visit[ae]\b|dorma li|dorma da|fragil|invecchi|eta\b|arzill|"
    r"testard|capatost)"
)
#: Other grown-ups of a family, when something is asked for them, or told of them first.
_GROWN_KIN = re.compile(
    r"(?:\b(?:per|x|a)|^|[.;!?\n]|,) ?(?:(?:il|la|l|un|una) )?(?:(?:mi[oa]|me) )(?:marito|moglie|compagn[oa]|"
    r"cognat[oa]|fratello|"
    r"sorella|cugin[oa]|fidanzat[oa]|amic[oa]|ex|omm|mari)\b"
    r"(?! (?:(?:e|ed) (?:io|me)|lavor|torna|fa i turni|(?:e |fa |ha )?(?:sempre )?(?:via|fuori|il turno|i turni)|dice|"
    r"mi\b|non mi|(?:e|se ne e) (?:mort|mancat|andat)[oa]\b|ci\b|non vuole))"
)
#: How large a family is says nothing of whom help is for.
_SO_MANY = re.compile(r"\b(?:ho|abbiamo|con|hanno|siamo con) (?:[2-9]|due|tre|quattro|cinque|sei) (?:bambin|bimb|ragazz)[a-z]+")
#: From these ages on, in months, somebody is no longer a child, is an adult, is elderly.
_GROWN, _ADULT, _ELDERLY = 11 * MONTHS, 18 * MONTHS, 65 * MONTHS


def person_stated(text: str, ages: tuple[Span, ...]) -> str:
    """The person to be helped: a value of the attribute; "" when a sentence leaves it open. Ages say more than words."""
    if ages:
        bands = {_band(span) for span in ages}
        return bands.pop() if len(bands) == 1 else ""
    said = plain(text)
    said = _SO_MANY.sub(" ", _GRANDPARENT_HELPS.sub(" ", said))
    if _COMPANY.search(said) and not _EMPLOYED.search(said):
        return "azienda"
    stated = next((person for person, pattern in _PERSONS if pattern.search(said)), "")
    if stated:
        return stated
    if _PARENT.search(said) and _OF_OLD_AGE.search(said):
        return "anziano"
    return "adulto" if _GROWN_KIN.search(said) else ""


def _band(span: Span) -> str:
    # A school year is a span that begins before a birthday: its middle counts.
    age = (span.low + min(span.high, span.low + MONTHS)) / 2
    if age >= _ELDERLY:
        return "anziano"
    if age >= _ADULT:
        return "adulto"
    return "ragazzo" if age >= _GROWN else "bambino"
