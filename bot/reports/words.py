"""The words of reports, in Italian, the language of those who read them."""

from __future__ import annotations

from collections.abc import Mapping

from bot.core.ledger import NeedEnd, Way

ENDS: Mapping[str, str] = {
    NeedEnd.MET: "trovato",
    NeedEnd.TO_CHECK: "forse trovato",
    NeedEnd.ABANDONED: "lasciato a metà",
    NeedEnd.MISSING: "il servizio non esiste",
    NeedEnd.OTHER_PLACE: "solo in altri comuni",
    NeedEnd.NOT_ELIGIBLE: "mancano i requisiti",
    NeedEnd.FULL: "posti esauriti",
    NeedEnd.OUT_OF_SEASON: "iscrizioni chiuse",
    NeedEnd.HOURS: "orari diversi",
    NeedEnd.NOT_UNDERSTOOD: "il bot non ha capito",
    NeedEnd.REFUSED: "nessuno andava bene",
    NeedEnd.OTHER_OFFICE: "compito di altri uffici",
}
WAYS: Mapping[str, str] = {
    Way.BUTTON: "con i pulsanti",
    Way.SENTENCE: "con una frase",
    Way.SEARCH: "con la ricerca",
    Way.LINK: "da un link",
}
REASON_NAMES: Mapping[str, str] = {
    "asked": "ha chiesto una persona",
    "nothing_fits": "nessun servizio adatto",
    "not_understood": "il bot non ha capito",
    "useless": "i servizi trovati non servivano",
    "unreadable": "ha mandato foto o voce",
    "urgent": "parole di pericolo",
}
OUTCOME_NAMES: Mapping[str, str] = {
    "solved": "risolto",
    "referred": "inviato ad altri",
    "does_not_exist": "il servizio non esiste",
    "not_entitled": "non ne ha diritto",
    "full": "posti esauriti",
    "no_answer": "nessuna risposta",
    "not_needed": "non serviva più",
    "not_ours": "non è compito della rete",
}
LANGUAGES: Mapping[str, str] = {
    "it": "italiano", "en": "inglese", "fr": "francese", "es": "spagnolo", "ro": "rumeno", "ar": "arabo", "uk": "ucraino",
    "sq": "albanese", "zh": "cinese", "de": "tedesco", "pt": "portoghese", "pl": "polacco", "hi": "hindi", "tl": "tagalog",
}  # fmt: skip
MONTH_NAMES = (
    "gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno", "luglio", "agosto", "settembre", "ottobre", "novembre",
    "dicembre",
)  # fmt: skip
#: The name of a category that is none: requests for other offices.
OTHER_OFFICES = "Altri uffici"
#: Of a service that a desk says is gone.
GONE = "non c'è più"
#: In the place of a count that must not be shown.
HIDDEN = "•"


def month_name(month: int) -> str:
    """Return the name of a month with its year: "marzo 2026"."""
    return f"{MONTH_NAMES[month % 12]} {month // 12}"


def period_name(first: int, end: int) -> str:
    """Return the name of a stretch of months: "da marzo 2026 a maggio 2026", "2026" for a whole year."""
    if first % 12 == 0 and end == first + 12:
        return f"anno {first // 12}"
    return month_name(first) if end == first + 1 else f"da {month_name(first)} a {month_name(end - 1)}"
