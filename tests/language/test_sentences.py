"""What whole sentences state: whose age, where they live, when help is needed, for whom."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from bot.core.attributes import Vocabulary, years
from bot.core.conditions import Hours, Span, Value
from bot.language.slots import Slots
from tests.language.conftest import TODAY

Stated = Callable[[str], Mapping[str, tuple[Value, ...]]]


@pytest.fixture(scope="module")
def stated(vocabulary: Vocabulary) -> Stated:
    slots = Slots(vocabulary)
    return lambda text: slots.stated(text, TODAY)


def months(low: int) -> Span:
    return Span(low, low + 1)


AGES = [
    ("cerco un nido per mia figlia di 18 mesi", [months(18)]),
    ("cerco doposcuola per mio figlio di sette anni", [years(7)]),
    ("I bambini hanno 4 e 8 anni", [years(4), years(8)]),
    ("ho tre figli di 3, 6 e 12 anni", [years(3), years(6), years(12)]),
    ("bimbo 5anni nn parla bene", [years(5)]),
    ("mia nonna 85ani vive sola", [years(85)]),
    ("una bambina di un anno e mezzo", [Span(18, 24)]),
    ("mio figlio è nato nel 2019, dove lo iscrivo?", [Span(82, 95)]),
    ("fa la seconda elementare a Melegnano", [Span(82, 95)]),
    ("pallavolo per una 12enne", [years(12)]),
    ("mia figlia ne compie 4 a marzo", [years(3)]),
    ("il piccolo ha 3 anni, la grande ne ha 7", [years(3), years(7)]),
    ("attività da 6 a 10 anni", [years(6, 11)]),
    ("mia suocera ha novant'anni", [years(90)]),
    ("figlio 8", [years(8)]),
]
NO_AGE = [
    "sono disoccupato da 8 mesi",
    "siamo in graduatoria da quattro anni",
    "mi sono separata 2 anni fa",
    "esco alle 6 e mezza, mio figlio resta solo",
    "la scuola finisce alle 16 e io torno alle 18",
    "abbiamo tre mesi di affitto arretrato",
    "guadagno 900 euro al mese",
    "ho la terza media, posso fare il servizio civile?",
    "abito in via Roma 12",
    "abbiamo una ditta di 40 dipendenti",
    "sono alla ventottesima settimana",
    "domanda per la legge 104",
    "vorrei un anno utile agli altri",
    "mi serve per due settimane ad agosto",
]


@pytest.mark.parametrize(("text", "spans"), AGES)
def test_the_ages_of_those_to_be_helped_are_read(stated: Stated, text: str, spans: list[Span]) -> None:
    assert list(stated(text).get("eta", ())) == spans


@pytest.mark.parametrize("text", NO_AGE)
def test_other_numbers_are_no_ages(stated: Stated, text: str) -> None:
    assert "eta" not in stated(text)


WHOSE = [
    ("ho 74 anni, cerco per mio figlio disabile", []),
    ("Ho 38 anni e due figli, cerco un centro estivo", []),
    ("ho 45 anni e mia figlia ne ha 9, cerco doposcuola", [years(9)]),
    ("sono una mamma di 35 anni con un bimbo di 2 anni", [years(2)]),
    ("Nonna di 68 anni, tengo il nipotino di 3 anni", [years(3)]),
    ("Ho 22 anni e vorrei fare il servizio civile", [years(22)]),
    ("ho 52 anni e cerco lavoro", [years(52)]),
    ("io 33 anni, psicologo per me", [years(33)]),
    ("mia mamma ha 81 anni e io lavoro", [years(81)]),
]


@pytest.mark.parametrize(("text", "spans"), WHOSE)
def test_it_matters_whose_age_is_said(stated: Stated, text: str, spans: list[Span]) -> None:
    assert list(stated(text).get("eta", ())) == spans


PERSONS = [
    ("attività per bambini", "bambino"),
    ("la mia piccola resta sola", "bambino"),
    ("un posto per gli adolescenti", "ragazzo"),
    ("la nonna non riesce a lavarsi", "anziano"),
    ("centro per adulti", "adulto"),
    ("Siamo un'impresa di Settala", "azienda"),
    ("la nostra azienda vuole lo smart working", "azienda"),
    ("mio figlio ha 41 anni", "adulto"),
    ("mia figlia di 15 anni", "ragazzo"),
    ("mia madre di 79 anni", "anziano"),
    ("lavoro in un'azienda di pulizie", ""),
    ("ho tre bambini e non arrivo a fine mese", ""),
    ("bambini di 3 e 15 anni", ""),
    ("serve una ragazza che stia coi bimbi", "bambino"),
    ("come si chiede l'assegno unico?", ""),
]


@pytest.mark.parametrize(("text", "person"), PERSONS)
def test_the_person_to_be_helped_is_read(stated: Stated, text: str, person: str) -> None:
    assert stated(text).get("persona", ()) == ((person,) if person else ())


PLACES = [
    ("Abito a San Giuliano", "san-giuliano-milanese"),
    ("nido s.giuliano", "san-giuliano-milanese"),
    ("abitiamo a vizzolo", "vizzolo-predabissi"),
    ("centro estivo a san donà", "san-donato-milanese"),
    ("doposcuola a melenyano", "melegnano"),
    ("cerco nido a Peschiera di mattina", "peschiera-borromeo"),
    ("lavoro a Milano ma abito a Paullo", "paullo"),
    ("una RSA vicino a Melegnano", "melegnano"),
    ("abito a Roma", ""),
    ("una vacanza a Peschiera del Garda", ""),
    ("lavoro a Milano e torno tardi", ""),
    ("i ragazzi fanno casino in piazza", ""),
    ("vicino a Melzo o a Gorgonzola", ""),
]


@pytest.mark.parametrize(("text", "place"), PLACES)
def test_the_municipality_is_read(stated: Stated, text: str, place: str) -> None:
    assert stated(text).get("comune", ()) == ((place,) if place else ())


TIMES: list[tuple[str, list[Value]]] = [
    ("esco alle sei e mezza", [Hours("Mo-Fr 18:30-22:00")]),
    ("cerco qualcosa dopo le 19", [Hours("Mo-Fr 19:00-22:00")]),
    ("baby sitter il sabato dalle 20", [Hours("Sa 20:00-22:00")]),
    ("ho il turno dalle 22 alle 6", [Hours("Mo-Fr 22:00-06:00")]),
    ("il nido chiude alle 16 e io stacco alle 18", [Hours("Mo-Fr 16:00-18:00")]),
    ("timbro alle sette e la campanella suona alle otto e venti", [Hours("Mo-Fr 07:00-08:20")]),
    ("finisco di lavorare alle otto di sera", [Hours("Mo-Fr 20:00-22:00")]),
    ("dal lunedì al venerdì dalle 7:15", [Hours("Mo,Tu,We,Th,Fr 07:15-22:00")]),
    ("il sabato mattina", [Hours("Sa 08:00-13:00")]),
    ("yoga il martedì", [Hours("Tu 08:00-20:00")]),
    ("aperto la domenica", ["domenica"]),
    ("nel weekend", ["sabato", "domenica"]),
    ("turno di notte", ["notte"]),
    ("la mattina chi li porta a scuola?", ["mattina"]),
    ("resto fino alle 17.45", [Hours("Mo-Fr 06:00-17:45")]),
]
NO_TIMES = [
    "bambini 0-3 anni",
    "cerco per due pomeriggi a settimana",
    "mi hanno licenziata dopo 20 anni",
    "legge 68/99",
    "buona sera, cerco un nido",
    "i bimbi hanno da 3 a 6 anni",
    "ieri sera ho chiamato",
    "chi sta con lui tutti i giorni?",
]


@pytest.mark.parametrize(("text", "values"), TIMES)
def test_the_hours_in_which_help_is_needed_are_read(stated: Stated, text: str, values: list[Value]) -> None:
    assert list(stated(text).get("orario", ())) == values


@pytest.mark.parametrize("text", NO_TIMES)
def test_other_numbers_and_words_are_no_hours(stated: Stated, text: str) -> None:
    assert "orario" not in stated(text)


DISABILITIES = [
    ("mio figlio è in carrozzina", "motoria"),
    ("papà in karrozina", "motoria"),
    ("un ragazzo autistico", "autismo"),
    ("una ragazza con sindrome di Down", "intellettiva"),
    ("mio figlio down", "intellettiva"),
    ("nostra figlia è disabile grave", "altra"),
    ("mia sorella ha la 104", "altra"),
    ("ho l'80 per cento di invalidità", "altra"),
    ("domanda per la legge 104", ""),
    ("contrassegno parcheggio disabili", ""),
    ("arrivo sempre in ritardo", ""),
    ("non vede mai nessuno", ""),
    ("non vedo l'ora", ""),
    ("gioca con altri bimbi", ""),
    ("mio figlio non è disabile", ""),
    ("un ragazzo autistico di 14 anni", "autismo"),
    ("mia figlia a la 104", "altra"),
    ("invalidità civile al 100% per mio papà", "altra"),
    ("mi hanno dato il 75% di invalidità", "altra"),
    ("prende l'accompagnamento", "altra"),
    ("domanda di accompagnamento", ""),
    ("corso di accompganamento al parto", ""),
    ("in classe ha il sostegno solo nove ore", "altra"),
    ("amministratore di sosteno per mia sorella", ""),
    ("ho bisogno di un sostegno", ""),
    ("una disabilità ce l'ha", "altra"),
    ("nn camina piu", "motoria"),
    ("no cammina", "motoria"),
    ("mia figlia ha un ritardo", "intellettiva"),
    ("il giudice ha dato il figlio a altra famiglia", ""),
    ("contrassegno disabili, è di mio padre", "altra"),
    ("carta invalido", ""),
    ("sospetto autismo", ""),
    ("lavoro con i disabili", ""),
    ("tirocinio con bambini autistici", ""),
    ("una cooperativa che assume persone disabili", ""),
    ("mio figlio lavora, è sordo", "uditiva"),
    ("mio marito è sordo alle mie richieste", ""),
    ("è sordo da quando è nato", "uditiva"),
    ("sono cieca di rabbia", ""),
    ("sono cieca dalla nascita", "visiva"),
    ("il mio capo è autistico", ""),
    ("la sera sto paralizzata sul divano", ""),
    ("è rimasto paralizzato", "motoria"),
    ("qui è un mortorio", ""),
    ("vado in stampelle per una distorsione", ""),
]


@pytest.mark.parametrize(("text", "value"), DISABILITIES)
def test_a_disability_is_read_where_somebody_has_it(stated: Stated, text: str, value: str) -> None:
    assert stated(text).get("disabilita", ()) == ((value,) if value else ())
