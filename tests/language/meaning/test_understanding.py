"""What whole messages mean: a danger, a wish for a person, a need with what is said of it, something of others, or nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.attributes import years
from bot.core.conditions import Hours
from bot.core.content import Content
from bot.core.topics import Danger, Topic
from bot.language.meaning.understand import Outcome, Understanding, Understood
from bot.language.text.normalise import LONGEST
from tests.builders import content_of as small
from tests.builders import vocabulary as small_vocabulary
from tests.language.conftest import TODAY
from tests.language.test_any_text import PIECES, texts


@pytest.fixture(scope="session")
def understanding(content: Content) -> Understanding:
    return Understanding(content, TODAY)


def first(understood: Understood) -> str:
    """The first need that may be meant."""
    return understood.needs[0].need


def test_one_sentence_says_everything_at_once(understanding: Understanding) -> None:
    heard = understanding.understand("cerco doposcuola per mia figlia di 7 anni a Melegnano, esco alle 18:30", TODAY)
    assert (heard.outcome, first(heard)) == (Outcome.NEED, "doposcuola")
    assert heard.slots == {
        "eta": (years(7),),
        "persona": ("bambino",),
        "comune": ("melegnano",),
        "orario": (Hours("Mo-Fr 18:30-22:00"),),
    }


NEEDS = [
    ("vorrei iscrivere il bimbo all'asilo nido", "asilo-nido"),
    ("cerko un asilonido x il bimbo", "asilo-nido"),
    ("dopo squola x mio filio", "doposcuola"),
    ("badante x mia nona subbito", "badante"),
    ("nonno non riesce più a lavarsi da solo", "assistenza-domiciliare"),
    ("ho perso il lavoro", "lavoro-adulti"),
    ("tel soccorso", "telesoccorso"),
    ("contrassegnio disabbili", "contrassegno"),
    ("nn arriviamo a pagare la bolletta della luce", "bonus-bollette"),
]


@pytest.mark.parametrize(("text", "need"), NEEDS)
def test_a_need_is_found_plain_misspelt_and_in_other_words(understanding: Understanding, text: str, need: str) -> None:
    heard = understanding.understand(text, TODAY)
    assert heard.outcome in (Outcome.NEED, Outcome.CHOOSE)
    assert need in [one.need for one in heard.needs[:3]]


def test_probabilities_fall_and_are_of_needs_that_there_are(understanding: Understanding, content: Content) -> None:
    needs = understanding.understand("qualcosa per i ragazzi il pomeriggio", TODAY).needs
    chances = [one.probability for one in needs]
    assert chances == sorted(chances, reverse=True)
    assert 0 <= sum(chances) <= 1.001
    assert {one.need for one in needs} <= set(content.vocabulary.needs)


def test_what_is_vague_is_asked_back(understanding: Understanding) -> None:
    assert understanding.understand("mi serve qualcosa per mio figlio il pomeriggio", TODAY).outcome is Outcome.CHOOSE


def test_what_is_known_narrows_down_what_is_meant(understanding: Understanding, content: Content) -> None:
    known = {"eta": content.vocabulary.known("eta", (years(80),))}
    heard = understanding.understand("un centro dove stare durante il giorno", TODAY, known)
    assert first(heard) in ("centro-diurno-anziani", "centro-anziani", "rsa")


DANGERS = [
    ("mio marito mi picchia", "violence"),
    ("il mio compagno mi a minaciata con un coltello", "violence"),
    ("non voglio più vivere", "suicide"),
    ("ho pensato di buttarmi sotto un treno", "suicide"),
    ("il patrigno tocca la bambina nelle parti intime", "child_abuse"),
    ("papà è svenuto e non respira", "medical"),
    ("stanotte non so dove dormire", "homeless_tonight"),
    ("mi ha buttata fuori di casa con i bambini, è già buio", "homeless_tonight"),
]


@pytest.mark.parametrize(("text", "danger"), DANGERS)
def test_danger_comes_first(understanding: Understanding, text: str, danger: str) -> None:
    for written in (text, f"vorrei parlare con un operatore, {text}", f"{text}, cerco un nido", text.upper()):
        heard = understanding.understand(written, TODAY)
        assert (heard.outcome, heard.danger) == (Outcome.URGENT, danger), written


HARMLESS = [
    "mi ammazzo di lavoro e non so a chi lasciare i bimbi",
    "sto morendo di caldo, quando aprite la piscina?",
    "muoio di fame, ma si mangia alla mensa?",
    "mi è morto il telefono",
    "corso di boxe per mio figlio di 12 anni",
    "cerco un posto per dormire bene: corso di yoga",
    "il centro estivo tra un mese chiude e siamo in strada",
    "tesi sulla violenza di genere, mi serve un'aula studio",
]


@pytest.mark.parametrize("text", HARMLESS)
def test_what_only_sounds_like_danger_is_none(understanding: Understanding, text: str) -> None:
    assert understanding.understand(text, TODAY).outcome is not Outcome.URGENT


ELSEWHERE = [
    "devo rinnovare la carta d'identità",
    "quando passano a ritirare la plastica?",
    "che tempo fa domani?",
    "asdfgh qwerty",
]


@pytest.mark.parametrize("text", ELSEWHERE)
def test_what_is_not_ours_is_said_to_be_so(understanding: Understanding, text: str) -> None:
    assert understanding.understand(text, TODAY).outcome in (Outcome.OUT_OF_SCOPE, Outcome.NOT_UNDERSTOOD)


def test_whom_to_ask_instead_is_known(understanding: Understanding) -> None:
    assert understanding.understand("devo rinnovare la carta d'identità", TODAY).topic == "carta-identita"


def test_mere_values_are_values(understanding: Understanding) -> None:
    heard = understanding.understand("7 anni, Dresano", TODAY)
    assert heard.outcome is Outcome.VALUES
    assert set(heard.slots) == {"eta", "persona", "comune"}


FOREIGN = [
    ("I need help to pay the rent", "en", "contributo-affitto"),
    ("Busco una guardería para mi hijo de 2 años", "es", "asilo-nido"),
    ("je cherche une crèche pour ma fille", "fr", "asilo-nido"),
    ("am nevoie de ajutor cu chiria", "ro", "contributo-affitto"),
    ("أبحث عن حضانة لابنتي", "ar", "asilo-nido"),
    ("шукаю дитячий садок для сина", "uk", "asilo-nido"),
    ("我想学意大利语", "zh", "corso-italiano"),
    ("kam nevojë për ndihmë me qiranë", "sq", "contributo-affitto"),
]


@pytest.mark.parametrize(("text", "language", "need"), FOREIGN)
def test_common_needs_are_found_in_other_languages(understanding: Understanding, text: str, language: str, need: str) -> None:
    heard = understanding.understand(text, TODAY)
    assert (heard.language, first(heard)) == (language, need)


def test_another_language_without_a_need_is_recognised_and_not_guessed_at(understanding: Understanding) -> None:
    heard = understanding.understand("hello, what is the meaning of this?", TODAY)
    assert (heard.language, heard.outcome) == ("en", Outcome.NOT_UNDERSTOOD)


def test_a_short_text_is_in_the_language_of_the_chat(understanding: Understanding) -> None:
    assert understanding.understand("ok", TODAY, language="fr").language == "fr"
    assert understanding.understand("asilo nido san donato", TODAY).language == "it"


# --- Whatever is typed


@given(texts)
def test_any_text_means_something(understanding: Understanding, content: Content, text: str) -> None:
    heard = understanding.understand(text, TODAY)
    for name, values in heard.slots.items():
        assert values
        assert all(content.vocabulary.is_valid(name, value) for value in values)
    assert (heard.outcome is Outcome.URGENT) == bool(heard.danger)
    assert (heard.outcome is Outcome.OUT_OF_SCOPE) == bool(heard.topic)
    assert heard.needs or heard.outcome not in (Outcome.NEED, Outcome.CHOOSE)


@given(st.text(alphabet="مرحباتحدث привет 你好吗 नमस्ते ñçș😀 1²\u200f\u0301", max_size=80))
def test_any_script_means_something(understanding: Understanding, text: str) -> None:
    assert understanding.understand(text, TODAY).outcome in Outcome


@pytest.mark.parametrize("piece", [*PIECES, "x", " ", "\n", "è", "\u0301", "ﷺ", "😀", "1 e ", "di 1 anni ", "non mi ", "(" * 50])
def test_a_very_long_text_is_read_up_to_a_limit(understanding: Understanding, piece: str) -> None:
    long = piece * (100_000 // len(piece))
    assert understanding.understand(long, TODAY) == understanding.understand(long[:LONGEST], TODAY)


# --- Any content


def test_content_without_examples_is_understood_by_names() -> None:
    understanding = Understanding(small(), TODAY)
    assert understanding.understand("", TODAY).outcome is Outcome.NOT_UNDERSTOOD
    need = next(iter(small_vocabulary().needs.values()))
    assert first(understanding.understand(f"cerco {need.label}", TODAY)) == need.id


def test_staff_teach_by_writing_sentences() -> None:
    taught = small()
    topic = Topic("cani", "Cani", "Chiedi al veterinario.", ("veterinario",), ("il mio cane sta male", "vaccino del gatto"))
    danger = Danger(
        "fuga",
        "Fuga",
        "112",
        "112?",
        ("sono scappata",),
        ("aiuto mi cercano", "mi stanno cercando tutti"),
        (),
        ((("mi",), ("insegu-",)),),
    )
    understanding = Understanding(
        Content(taught.vocabulary, taught.flows, taught.services, taught.texts, {"fuga": danger}, {"cani": topic}), TODAY
    )
    assert understanding.understand("il vaccino del mio cane", TODAY).topic == "cani"
    assert understanding.understand("sono scappata stamattina", TODAY).danger == "fuga"
    assert understanding.understand("mi stanno inseguendo", TODAY).sure
