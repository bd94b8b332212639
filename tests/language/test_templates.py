"""Templates of phrases: what each part of the notation stands for."""

from __future__ import annotations

import pytest

from bot.errors import LanguageDataError
from bot.language import templates
from bot.language.templates import Templates, space_out


@pytest.fixture
def made(monkeypatch):
    """Makes templates of a list, beside which there are lists of relatives and of groups."""

    def make(*entries: str, blanks=None, captured=()) -> Templates:
        lists = {("x", "list"): entries, ("x", "kin"): ["figlio/a", "zia"], ("y", "far"): ["cugin-"]}
        monkeypatch.setattr(templates, "phrases", lambda _, file, name: lists[file, name])
        monkeypatch.setattr(templates, "word_groups", lambda *_: {"e 30": ["e mezza"], "e 15": ["e un quarto"]})
        return Templates("x", "list", blanks=blanks or {"n": r"\d{1,3}"}, captured=captured)

    return make


@pytest.mark.parametrize(
    ("entry", "found", "others"),
    [
        ("figli-", ["mio figlio ha", "figlie"], ["un bimbo", "sfigli"]),
        ("-ana", ["famiglia siriana"], ["ana", "siriano"]),
        ("nato/a il", ["nato il 3", "nata il 3"], ["nati il 3", "nato e il 3"]),
        ("ho (gia|quasi) <n> anni", ["ho 3 anni", "ho gia 3 anni"], ["ho solo 3 anni", "ho 3333 anni", "ho 3-4 anni"]),
        ("(gia) ho", ["ho", "gia ho"], ["hog"]),
        ("{di|per conto di} <kin>", ["di figlia", "per conto di zia"], ["figlia", "per zia"]),
        ("<y.far> _ va", ["cugina mia va"], ["cugina va", "cugina 3 va"]),
        ("da ... anni", ["da anni", "da molti anni", "da a b c d anni"], ["da a b c d e anni"]),
        ("molto* bene", ["molto bene", "molto molto molto bene"], ["bene"]),
        ("(molto)* bene", ["bene", "molto molto bene"], ["male"]),
        ("asilo !nido", ["asilo libero", "asilo"], ["asilo nido"]),
        ("<n> ?{anni|mesi}", ["3 anni"], ["3 volte"]),
        ("{!di _} qui", ["resta qui"], ["di qui"]),
        ("figli , <n>", ["figli, 3", "figli (3)"], ["figli 3"]),
        ("ho <n> <sign>", ["ho 3", "ho 3, e"], ["ho 3 e"]),
        ("€ <n>", ["€ 30", "€30"], ["30 €"]),
    ],
)
def test_a_template_says_by_its_notation_what_it_finds(made, entry, found, others):
    searched = made(entry)
    assert all(searched.occur_in(space_out(text)) for text in found), [t for t in found if not searched.occur_in(space_out(t))]
    assert not any(searched.occur_in(space_out(text)) for text in others), [t for t in others if searched.occur_in(space_out(t))]


def test_a_match_tells_its_template_and_what_stands_in_its_blanks(made):
    (found,) = made("zio", "<kin> di <n> anni", captured=["kin"]).find_all(space_out("Ada, figlia di 8 anni").lower())
    assert (found.list_name, found.template) == ("list", "<kin> di <n> anni")
    assert [(blank.name, blank.text, blank.start) for blank in found.blanks] == [("kin", "figlia", 8), ("n", "8", 18)]
    assert (found.first("n"), found.first("unit"), found.before) == ("8", "", ". ada , ")


def test_what_is_found_can_be_taken_out_or_written_anew(made):
    assert made("zia", "di <n>").remove_from(". zia , 3 di 4 .") == ". ||| , 3 |||| ."
    made()
    assert Templates("x", "half/e 30", "half/e 15").rewrite(". 8 e mezza .") == ". 8 e 30 ."


def test_numbers_stay_whole_and_everything_else_is_apart():
    assert space_out("figlia (8), nata il 12/03/2019 - alle 18:30") == ". figlia , 8 , , nata il 12/03/2019 - alle 18:30 ."
    assert space_out("6 - 10 anni, 3^ elem.") == ". 6-10 anni , 3° elem . ."
    assert space_out("5anni") == ". 5 anni ."


@pytest.mark.parametrize("entry", ["(figlio", "figlio)", "{a|b)"])
def test_a_bracket_that_has_no_other_is_told(made, entry):
    with pytest.raises(LanguageDataError, match=r"it/x\.yaml: .*"):
        made(entry).occur_in("")
