"""What people type when asked where they live. The territory has 43 municipalities; anywhere else is no answer."""

from __future__ import annotations

import pytest

from tests.language.conftest import Read

FOUND = [
    # As it is called, more or less
    ("Melegnano", "melegnano"),
    ("melegnano", "melegnano"),
    ("MELEGNANO", "melegnano"),
    ("Melegnano.", "melegnano"),
    ("a Melegnano", "melegnano"),
    ("di Melegnano", "melegnano"),
    ("abito a Melegnano", "melegnano"),
    ("vivo a melegnano in centro", "melegnano"),
    ("siamo di Dresano", "dresano"),
    ("comune di Carpiano", "carpiano"),
    ("residente a Colturano", "colturano"),
    ("Melegnano (MI)", "melegnano"),
    ("Melegnano, provincia di Milano", "melegnano"),
    ("Melegnano vicino a Milano", "melegnano"),
    ("Milano", "milano"),
    ("a milano città", "milano"),
    ("milano zona corvetto", "milano"),
    # Short names
    ("San Donato", "san-donato-milanese"),
    ("san donato mil.se", "san-donato-milanese"),
    ("San Donato M.se", "san-donato-milanese"),
    ("S. Donato", "san-donato-milanese"),
    ("s.donato", "san-donato-milanese"),
    ("S. Giuliano", "san-giuliano-milanese"),
    ("S.Giuliano Milanese", "san-giuliano-milanese"),
    ("S Giuliano Mil.", "san-giuliano-milanese"),
    ("SGM", "san-giuliano-milanese"),
    ("sangiuliano", "san-giuliano-milanese"),
    ("san giu", "san-giuliano-milanese"),
    ("San Zenone", "san-zenone-al-lambro"),
    ("s zenone al lambro", "san-zenone-al-lambro"),
    ("Vizzolo", "vizzolo-predabissi"),
    ("Cerro", "cerro-al-lambro"),
    ("Peschiera", "peschiera-borromeo"),
    ("Cernusco", "cernusco-sul-naviglio"),
    ("cernusco s/n", "cernusco-sul-naviglio"),
    ("cernusco s. n.", "cernusco-sul-naviglio"),
    ("Pessano", "pessano-con-bornago"),
    ("Pozzuolo", "pozzuolo-martesana"),
    # Apostrophes
    ("Cassano d'Adda", "cassano-d-adda"),
    ("cassano d adda", "cassano-d-adda"),
    ("cassano dadda", "cassano-d-adda"),
    ("Cassano d’Adda", "cassano-d-adda"),
    ("Trezzo sull'Adda", "trezzo-sull-adda"),
    ("trezzo sulladda", "trezzo-sull-adda"),
    ("trezzo d'adda", "trezzo-sull-adda"),
    ("Cassina de Pecchi", "cassina-de-pecchi"),
    ("cassina dé pecchi", "cassina-de-pecchi"),
    ("pozzo d'adda", "pozzo-d-adda"),
    # Typing errors
    ("Melegnao", "melegnano"),
    ("melegano", "melegnano"),
    ("Melengano", "melegnano"),
    ("melgnano", "melegnano"),
    ("melegnnao", "melegnano"),
    ("meleganno", "melegnano"),
    ("san donatto", "san-donato-milanese"),
    ("san donao milanese", "san-donato-milanese"),
    ("san guliano milanese", "san-giuliano-milanese"),
    ("san giulano", "san-giuliano-milanese"),
    ("sam giuliano", "san-giuliano-milanese"),
    ("vizolo predabisi", "vizzolo-predabissi"),
    ("vizzolo predabbissi", "vizzolo-predabissi"),
    ("drezano", "dresano"),
    ("pioltelo", "pioltello"),
    ("piotello", "pioltello"),
    ("gorgonzla", "gorgonzola"),
    ("peschera borromeo", "peschiera-borromeo"),
    ("medilia", "mediglia"),
    ("carpino", "carpiano"),
    ("culturano", "colturano"),
    ("abito a melegnaano", "melegnano"),
    ("mialno", "milano"),
    ("pantiliate", "pantigliate"),
    # Postal codes
    ("20077", "melegnano"),
    ("cap 20077", "melegnano"),
    ("20098", "san-giuliano-milanese"),
    ("20097 San Donato", "san-donato-milanese"),
    ("20070 Dresano", "dresano"),
    ("20138", "milano"),
    ("20139 Milano", "milano"),
    # Villages and quarters
    ("Sesto Ulteriano", "san-giuliano-milanese"),
    ("abito a Zivido", "san-giuliano-milanese"),
    ("Metanopoli", "san-donato-milanese"),
    ("Poasco", "san-donato-milanese"),
    ("Riozzo", "cerro-al-lambro"),
    ("Mombretto di Mediglia", "mediglia"),
    ("Linate", "peschiera-borromeo"),
    ("Calvenzano di Vizzolo", "vizzolo-predabissi"),
    ("rogoredo", "milano"),
    # In a sentence
    ("lavoro a Milano ma abito a San Giuliano", "san-giuliano-milanese"),
    ("abito a San Giuliano ma lavoro a Milano", "san-giuliano-milanese"),
    ("non a Milano, a Melegnano", "melegnano"),
    ("a San Donato, in via Roma 12", "san-donato-milanese"),
    ("via Milano 4, Melegnano", "melegnano"),
    ("Melegnano, via Lodi 3", "melegnano"),
    ("nel comune di san zenone", "san-zenone-al-lambro"),
    ("Cerro al Lambro frazione Riozzo", "cerro-al-lambro"),
    ("mi sono trasferita a Paullo da poco", "paullo"),
]

#: A clerk would ask back: which of these?
ASKED_BACK = [
    ("20070", {"cerro-al-lambro", "dresano", "san-zenone-al-lambro", "vizzolo-predabissi"}),
    ("20067", {"paullo", "tribiano"}),
    ("20056", {"grezzago", "trezzo-sull-adda"}),
    ("Melegnano o Dresano", {"melegnano", "dresano"}),
    ("tra Melegnano e Vizzolo", {"melegnano", "vizzolo-predabissi"}),
    ("al lambro", {"cerro-al-lambro", "san-zenone-al-lambro"}),
]

#: Places that exist, and are elsewhere. Some share a name with one of the territory: those may be asked about.
ELSEWHERE = [
    "Roma",
    "abito a Roma",
    "Bergamo",
    "Lodi",
    "a Lodi",
    "Monza",
    "Pavia",
    "Como",
    "Torino",
    "Napoli",
    "Brescia",
    "Bologna",
    "Crema",
    "Codogno",
    "Rozzano",
    "Opera",
    "Locate di Triulzi",
    "Tavazzano",
    "Sordio",
    "Casalmaiocco",
    "Legnano",
    "Magenta",
    "Corsico",
    "Buccinasco",
    "Parigi",
    "20900",
    "00100",
    "26900 Lodi",
]
NAMESAKES = [
    "San Giuliano Terme",
    "San Donato di Lecce",
    "San Colombano al Lambro",
    "Peschiera del Garda",
    "Cernusco Lombardone",
    "Cassano Magnago",
    "Trezzano sul Naviglio",
    "Bellinzago Novarese",
    "Vaprio d'Agogna",
    "Cerro Maggiore",
    "Cinisello",
    "Desio",
]


@pytest.mark.parametrize(("text", "place"), FOUND)
def test_a_municipality_is_recognised_however_it_is_typed(read: Read, text: str, place: str) -> None:
    assert read("comune", text).values == (place,), read("comune", text)


@pytest.mark.parametrize(("text", "places"), ASKED_BACK)
def test_when_several_municipalities_may_be_meant_the_bot_asks(read: Read, text: str, places: set[str]) -> None:
    reading = read("comune", text)
    assert not reading.values
    assert set(reading.suggestions) == places


@pytest.mark.parametrize("text", ELSEWHERE)
def test_a_city_elsewhere_is_no_answer_and_is_not_guessed_at(read: Read, text: str) -> None:
    reading = read("comune", text)
    assert all(str(value).startswith("~") for value in reading.values)
    assert reading.suggestions == ()


@pytest.mark.parametrize("text", NAMESAKES)
def test_a_namesake_elsewhere_is_at_most_asked_about(read: Read, text: str) -> None:
    assert all(str(value).startswith("~") for value in read("comune", text).values)
