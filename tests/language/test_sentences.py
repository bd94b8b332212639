"""What whole sentences state: whose age, where they live, when help is needed, for whom."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from bot.core import hours
from bot.core.attributes import Vocabulary, years
from bot.core.conditions import Hours, Span, Value
from bot.language.entities.slots import SlotReader
from bot.language.text.utterance import Utterance
from tests.language.conftest import TODAY

Stated = Callable[[str], Mapping[str, tuple[Value, ...]]]


@pytest.fixture(scope="module")
def stated(vocabulary: Vocabulary) -> Stated:
    slots = SlotReader(vocabulary)
    return lambda text: slots.stated(Utterance(text), TODAY)


def months(low: int) -> Span:
    return Span(low, low + 1)


AGES = [
    ("cerco un nido per mia figlia di 18 mesi", [months(18)]),
    ("cerco doposcuola per mio figlio di sette anni", [years(7)]),
    ("I bambini hanno 4 e 8 anni", [years(4), years(8)]),
    ("ho tre figli di 3, 6 e 12 anni", [years(3), years(6), years(12)]),
    ("bimbo 5anni nn parla bene", [years(5)]),
    ("voglio giocare, ho 14, abito a Dresano", [years(14)]),
    ("un anno all'estero, ne ho 18", [years(18)]),
    ("fa secnda media", [Span(142, 155)]),
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
    # Births, school levels and ages to come
    ("sono del 2019 e del 2015", [Span(82, 95), Span(130, 143)]),
    ("i miei figli sono nati nel 2014 e nel 2019, cerco il centro estivo", [Span(142, 155), Span(82, 95)]),
    ("mia figlia farà 3 anni a giugno, cerco un nido", [years(2)]),
    ("a febbraio ne fa 6", [years(5)]),
    ("fa 3 anni a giugno", [years(2)]),
    ("mio figlio va alle elementari", [Span(72, 132)]),
    ("mia figlia fa le medie", [Span(132, 168)]),
    ("uno alle medie e una alle elementari", [Span(132, 168), Span(72, 132)]),
    ("ha 8 anni e va alle elementari", [years(8)]),
    ("è nata il 12-3-19", [months(92)]),
    ("ha ott'anni", [years(8)]),
    ("ragazzi tra gli 11 e i 14", [years(11, 15)]),
    # Where it stands
    ("bambino autistico, anni 5, di Mediglia", [years(5)]),
    ("mio figlio Marco anni 5 va seguito", [years(5)]),
    ("mia mamma, 76, ci sente benissimo", [years(76)]),
    ("mio figlio Luca (8) gioca a calcio", [years(8)]),
    ("mia figlia di 15 pesa poco", [years(15)]),
    ("i miei figli di 4 e 7 sono soli", [years(4), years(7)]),
    ("due bambini: 4, 7 e 11", [years(4), years(7), years(11)]),
    ("lui 8 lei 5, centro estivo", [years(8), years(5)]),
    ("mio nonno a 92 anni fa ancora le scale", [years(92)]),
    ("mia figlia ha 7 anni fa danza", [years(7)]),
    ("mio figlio di 8 anni fa nuoto", [years(8)]),
    ("bimba 10m cerco nido", [months(10)]),
    ("bimba di un hanno e mezo", [Span(18, 24)]),
    ("mio figlio 1 ano e mezo", [Span(18, 24)]),
    ("il mio vicino, vedovo 86 anni, è solo", [years(86)]),
    # Born
    ("mia mamma del 1941 vive sola", [Span(1018, 1031)]),
    ("casa di riposo per mia nonna del '35", [Span(1090, 1103)]),
    ("nuoto per un ragazzo del 2010", [Span(190, 203)]),
    ("uno del 2015 e una del 2018", [Span(130, 143), Span(94, 107)]),
    # At school
    ("una in prima elementare e uno in quarta", [Span(70, 83), Span(106, 119)]),
    ("uno in prima e uno in terza elementare", [Span(70, 83), Span(94, 107)]),
    ("uno fa la prima media e l'altra la quinta elementare", [Span(130, 143), Span(118, 131)]),
    ("è al liceo in 3ª", [Span(190, 203)]),
    ("alle medie, fa la seconda", [Span(142, 155)]),
    ("scuola primaria, classe quinta", [Span(118, 131)]),
    ("materna, gruppo mezzani", [Span(46, 59)]),
    ("i grandi della materna", [Span(58, 71)]),
    ("i piccoli della scuola dell'infanzia", [Span(34, 47)]),
    ("a settembre va in prima elementare", [Span(58, 71)]),
    ("a settembre ha iniziato la prima elementare", [Span(70, 83)]),
    ("fa la prima elementere", [Span(70, 83)]),
    # Said twice
    ("bambino di 8 anni, terza elementare", [years(8)]),
    ("mio figlio ha 15 anni e va in prima superiore", [years(15)]),
    ("uno di 8 anni e uno in prima elementare", [years(8), Span(70, 83)]),
]
NO_AGE = [
    "mi servono due mezze giornate a settimana di baby sitter",
    "pago le tasse da trent'anni e devo 3 mesi d'affitto",
    "da 2 anni viviamo a Paullo",
    "peso 80 kg",
    "abito al 12 piano",
    "cerco una scuola materna",
    "lavoro alle elementari di Paullo",
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
    "sono in ritardo con l'affitto di tre mesi",
    "affitto arretrato 2 mesi",
    "corso preparto, sono di 5 mesi",
    "sn al 6 mese",
    "mio padre 2 anni fa ha avuto un ictus",
    "la separazione di 3 anni fa",
    "balli anni 60 per i nonni",
    "mio figlio ha 4 in matematica",
    "mia madre ha 38 di febbre",
    "mia mamma nel 2019 ha avuto un ictus",
    "l'isee del 2025",
    "bonus mamme 2025",
    "elementari a 4 km",
    "alle elementari, prima non parlava",
    "mi hanno prima licenziata e poi sfrattata",
    "prima mediazione, poi avvocato",
    "il primo asilo libero",
    "ho litigato con i superiori",
    "prima un pacco alimentare",
    "cerco un asilo per i piccoli",
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
    ("gita per pensionati, io 72 lei 70", [years(72), years(70)]),
    ("abbiamo 72 e 70 anni, cerchiamo compagnia", [years(72), years(70)]),
    ("i gemelli sono di 5 mesi", [months(5)]),
    ("un ragazzo con la trisomia 21, 22 anni", [years(22)]),
    ("mia figlia a 20 anni ragiona come una di 6", [years(20)]),
    ("sembra un bambino di 5 anni, ne ha 9", [years(9)]),
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
    ("non abito più a Melegnano, ora sto a Paullo", "paullo"),
    ("mi sono appena trasferita da Milano a Dresano", "dresano"),
    ("prima abitavo a Melzo, adesso vivo a Segrate", "segrate"),
    ("non sono di Melegnano, sono di Cerro al Lambro", "cerro-al-lambro"),
    ("non vivo a Paullo", ""),
    ("ho una carrozzeria sulla statale", ""),
    ("Abito a San Giuliano", "san-giuliano-milanese"),
    ("nido s.giuliano", "san-giuliano-milanese"),
    ("abitiamo a vizzolo", "vizzolo-predabissi"),
    ("centro estivo a san donà", "san-donato-milanese"),
    ("doposcuola a melenyano", "melegnano"),
    ("cerco nido a Peschiera di mattina", "peschiera-borromeo"),
    ("lavoro a Milano ma abito a Paullo", "paullo"),
    ("io lavora mattina, melegnano", "melegnano"),
    ("arrivo da Milano alle 18, scuola a Dresano", "dresano"),
    ("mensa melegnno quanto costa", "melegnano"),
    ("badante a pesch borromeo", "peschiera-borromeo"),
    ("sportello stranieri san dnato", "san-donato-milanese"),
    ("una mazzata di bolletta", ""),
    ("la mattina alle 7 e mezo", ""),
    ("stiamo in cascina", ""),
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
    ("martedi dopo 19", [Hours("Tu 19:00-22:00")]),
    ("basket mart giov dopo le 17", [Hours("Tu,Th 17:00-22:00")]),
    ("baby sitter lun merc 8-12", [Hours("Mo,We 08:00-12:00")]),
    ("dalle 830 alle 1630", [Hours("Mo-Fr 08:30-16:30")]),
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
    ("alle 16:30, lun mer ven", [Hours("Mo,We,Fr 16:30-22:00")]),
    ("solo lun e gio dopo le 17", [Hours("Mo,Th 17:00-22:00")]),
    ("mar. gio. 14.30-16.30", [Hours("Tu,Th 14:30-16:30")]),
    ("mer 14-18", [Hours("We 14:00-18:00")]),
    ("mercolefì pomerigio 14 18", [Hours("We 14:00-18:00")]),
    ("dalle 8 30 alle 16 30", [Hours("Mo-Fr 08:30-16:30")]),
    ("pilates in pausa pranzo 13-14", [Hours("Mo-Fr 13:00-14:00")]),
    ("faccio turni in logistica 5-13", [Hours("Mo-Fr 05:00-13:00")]),
    ("ho il turno 14-22 in ospedale", [Hours("Mo-Fr 14:00-22:00")]),
    ("tutti i giorni dalle 7 alle 9", [Hours("Mo-Su 07:00-09:00")]),
    ("entro in turno alle 6.30", [Hours("Mo-Fr 06:30-09:00")]),
    ("prescuola, prima elementare, dalle 7 e mezza", [Hours("Mo-Fr 07:30-22:00")]),
    ("prima delle 8", [Hours("Mo-Fr 06:00-08:00")]),
    ("lavoro la sera fino alle 22", [Hours("Mo-Fr 06:00-22:00")]),
    ("dopole 16 e mezza", [Hours("Mo-Fr 16:30-22:00")]),
    ("sab e dom", ["sabato", "domenica"]),
    ("nel fine setimana", ["sabato", "domenica"]),
    ("sabto o domenca", ["sabato", "domenica"]),
    ("gita domenicale", ["domenica"]),
    ("aperta di serra", ["sera"]),
    ("giovdi e venrdi", [Hours("Th,Fr 08:00-20:00")]),
    ("lunedì 8/12 è festa", [Hours("Mo 08:00-20:00")]),
    ("il sabato per ragazzi 14-18", ["sabato"]),
]
NO_TIMES = [
    "abito in via del Lavoro 3, cerco nido",
    "bambini 0-3 anni",
    "cerco per due pomeriggi a settimana",
    "mi hanno licenziata dopo 20 anni",
    "legge 68/99",
    "buona sera, cerco un nido",
    "i bimbi hanno da 3 a 6 anni",
    "ieri sera ho chiamato",
    "chi sta con lui tutti i giorni?",
    "l'orto e la serra",
    "lavoro in serra",
    "assistenza domestica",
    "mio figlio Domenico",
    "il mar Mediterraneo",
    "via Marconi 14 18",
    "ragazzi 14-18",
]


@pytest.mark.parametrize(("text", "values"), TIMES)
def test_the_hours_in_which_help_is_needed_are_read(stated: Stated, text: str, values: list[Value]) -> None:
    assert list(stated(text).get("orario", ())) == values


@pytest.mark.parametrize("text", NO_TIMES)
def test_other_numbers_and_words_are_no_hours(stated: Stated, text: str) -> None:
    assert "orario" not in stated(text)


DISABILITIES = [
    ("ho una carrozzeria", ""),
    ("non è più in carrozzina", ""),
    ("mio figlio non ha disabilità", ""),
    ("mio figlio è in carrozzina", "motoria"),
    ("papà in karrozina", "motoria"),
    ("un ragazzo autistico", "autismo"),
    ("una ragazza con sindrome di Down", "intellettiva"),
    ("mio figlio down", "intellettiva"),
    ("nostra figlia è disabile grave", "altra"),
    ("mia sorella ha la 104", "altra"),
    ("ho l'80 per cento di invalidità", "altra"),
    ("domanda per la legge 104", "altra"),
    ("contrassegno parcheggio disabili", "altra"),
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
    ("carta invalido", "altra"),
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
    ("sono sordo, a 31 anni nessuno mi assume", "uditiva"),
    ("il mio collega ha una figlia in carrozzina", ""),
    ("ci va già una sua amica sorda", ""),
    ("lavoro in casa di un signore cieco", ""),
    ("gli piacerebbe stare con i bimbi autistici", ""),
    ("cammina col girello", ""),
    ("è rimasta paralizzata dal lato destro", "motoria"),
    ("la maestra di sostegno c'è undici ore", "altra"),
    ("fa il sordo quando lo chiamo", ""),
]


@pytest.mark.parametrize(("text", "value"), DISABILITIES)
def test_a_disability_is_read_where_somebody_has_it(stated: Stated, text: str, value: str) -> None:
    assert stated(text).get("disabilita", ()) == ((value,) if value else ())


#: Ways to say a time of the day, with a gap for it.
AT_A_TIME = [
    "mi serve qualcuno dopo le {}",
    "vuole i soldi entro le {}",
    "comincio alle {} e non so a chi lasciarla",
    "finisco di lavorare alle {}",
    "lavoro fino alle {} tutti i giorni",
    "apre alle {}?",
    "dalle {} alle 7 lavoro",
    "lo vanno a prendere alle {}",
    "prima delle {} non torno",
    "il sabato dalle {} in poi",
]


@pytest.mark.parametrize("frame", AT_A_TIME)
def test_hours_at_any_time_of_the_day_are_hours(vocabulary: Vocabulary, frame: str) -> None:
    slots = SlotReader(vocabulary)
    for time in [*map(str, range(26)), "mezzanotte", "mezzogiorno", "23 e 59", "0:00", "24:00", "24:30"]:
        text = Utterance(frame.format(time))
        for value in slots.stated(text, TODAY).get("orario", ()):
            assert not isinstance(value, Hours) or hours.week(value.expression), text
        assert slots.tags(text, TODAY) is not None
