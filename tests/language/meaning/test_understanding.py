"""What whole messages mean: a danger, a wish for a person, a need with what is said of it, something of others, or nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.attributes import years
from bot.core.conditions import Hours
from bot.core.content import Content
from bot.core.topics import Danger, DangerReport, DangerTier, Topic
from bot.dialogue.world import Teacher
from bot.language.meaning.understand import Meaning, MeaningKind, MeaningReader
from bot.language.text.normalise import MAX_TEXT_CHARACTERS
from bot.language.text.utterance import Utterance
from tests.builders import content_of as small
from tests.builders import vocabulary as small_vocabulary
from tests.language.conftest import TODAY
from tests.language.test_any_text import PIECES, texts


@pytest.fixture(scope="session")
def understanding(content: Content, teach: Teacher) -> MeaningReader:
    return teach(content, TODAY)


def first(understood: Meaning) -> str:
    """The first need that may be meant."""
    return understood.needs[0].need


def test_one_sentence_says_everything_at_once(understanding: MeaningReader) -> None:
    heard = understanding.read(Utterance("cerco doposcuola per mia figlia di 7 anni a Melegnano, esco alle 18:30"), TODAY)
    assert (heard.kind, first(heard)) == (MeaningKind.NEED, "doposcuola")
    assert heard.slots == {
        "eta": (years(7),),
        "persona": ("bambino",),
        "comune": ("melegnano",),
        "orario": (Hours("Mo-Fr 18:30-22:00"),),
    }


#: A clause that sounds like danger makes a sure one of no text that is of something else; a danger is hidden by nothing.
CLAUSES = [
    ("vorrei un operatore, mio marito mi picchia", {DangerTier.SURE}),
    ("non posso uscire senza il suo permesso, mi chiude a chiave", {DangerTier.SURE, DangerTier.LIKELY}),
    ("mio marito mi controlla il telefono, non mi dà soldi e se esco mi mena", {DangerTier.SURE, DangerTier.LIKELY}),
    ("ne ha 13 e non mi parla più, sbatte le porte. serate per genitori?", {None, DangerTier.QUIET, DangerTier.LIKELY}),
]


@pytest.mark.parametrize(("text", "tiers"), CLAUSES)
def test_a_clause_is_heard_with_the_rest_of_what_is_said(
    understanding: MeaningReader, text: str, tiers: set[DangerTier | None]
) -> None:
    danger = understanding.read(Utterance(text), TODAY).danger
    assert (danger.tier if danger is not None else None) in tiers


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
def test_a_need_is_found_plain_misspelt_and_in_other_words(understanding: MeaningReader, text: str, need: str) -> None:
    heard = understanding.read(Utterance(text), TODAY)
    assert heard.kind in (MeaningKind.NEED, MeaningKind.CHOOSE)
    assert need in [one.need for one in heard.needs[:3]]


def test_probabilities_fall_and_are_of_needs_that_there_are(understanding: MeaningReader, content: Content) -> None:
    needs = understanding.read(Utterance("qualcosa per i ragazzi il pomeriggio"), TODAY).needs
    chances = [one.probability for one in needs]
    assert chances == sorted(chances, reverse=True)
    assert 0 <= sum(chances) <= 1.001
    assert {one.need for one in needs} <= set(content.vocabulary.needs)


def test_what_is_vague_is_asked_back(understanding: MeaningReader) -> None:
    assert understanding.read(Utterance("mi serve qualcosa per mio figlio il pomeriggio"), TODAY).kind is MeaningKind.CHOOSE


def test_what_is_known_narrows_down_what_is_meant(understanding: MeaningReader, content: Content) -> None:
    known = {"eta": content.vocabulary.known("eta", (years(80),))}
    heard = understanding.read(Utterance("un centro dove stare durante il giorno"), TODAY, known)
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
def test_danger_comes_first(understanding: MeaningReader, text: str, danger: str) -> None:
    for written in (text, f"vorrei parlare con un operatore, {text}", f"{text}, cerco un nido", text.upper()):
        heard = understanding.read(Utterance(written), TODAY)
        assert heard.kind is MeaningKind.URGENT, written
        assert heard.danger is not None
        assert heard.danger.danger == danger, written


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
def test_what_only_sounds_like_danger_is_none(understanding: MeaningReader, text: str) -> None:
    assert understanding.read(Utterance(text), TODAY).kind is not MeaningKind.URGENT


ELSEWHERE = [
    "devo rinnovare la carta d'identità",
    "quando passano a ritirare la plastica?",
    "che tempo fa domani?",
    "asdfgh qwerty",
]


@pytest.mark.parametrize("text", ELSEWHERE)
def test_what_is_not_ours_is_said_to_be_so(understanding: MeaningReader, text: str) -> None:
    assert understanding.read(Utterance(text), TODAY).kind in (MeaningKind.OUT_OF_SCOPE, MeaningKind.NOT_UNDERSTOOD)


def test_whom_to_ask_instead_is_known(understanding: MeaningReader) -> None:
    assert understanding.read(Utterance("devo rinnovare la carta d'identità"), TODAY).topic == "carta-identita"


def test_mere_values_are_values(understanding: MeaningReader) -> None:
    heard = understanding.read(Utterance("7 anni, Dresano"), TODAY)
    assert heard.kind is MeaningKind.VALUES
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
def test_common_needs_are_found_in_other_languages(understanding: MeaningReader, text: str, language: str, need: str) -> None:
    heard = understanding.read(Utterance(text), TODAY)
    assert (heard.language, first(heard)) == (language, need)


def test_another_language_without_a_need_is_recognised_and_not_guessed_at(understanding: MeaningReader) -> None:
    heard = understanding.read(Utterance("hello, what is the meaning of this?"), TODAY)
    assert (heard.language, heard.kind) == ("en", MeaningKind.NOT_UNDERSTOOD)


def test_a_short_text_is_in_the_language_of_the_chat(understanding: MeaningReader) -> None:
    assert understanding.read(Utterance("ok", "fr"), TODAY).language == "fr"
    assert understanding.read(Utterance("asilo nido san donato"), TODAY).language == "it"


# --- Whatever is typed


@given(texts)
def test_any_text_means_something(understanding: MeaningReader, content: Content, text: str) -> None:
    heard = understanding.read(Utterance(text), TODAY)
    for name, values in heard.slots.items():
        assert values
        assert all(content.vocabulary.is_valid(name, value) for value in values)
    is_urgent = heard.danger is not None and heard.danger.tier is not DangerTier.QUIET
    assert (heard.kind is MeaningKind.URGENT) == is_urgent
    assert (heard.kind is MeaningKind.INTENT) == bool(heard.intent)
    assert (heard.kind is MeaningKind.OUT_OF_SCOPE) == bool(heard.topic)
    assert heard.needs or heard.kind not in (MeaningKind.NEED, MeaningKind.CHOOSE)


@given(st.text(alphabet="مرحباتحدث привет 你好吗 नमस्ते ñçș😀 1²\u200f\u0301", max_size=80))
def test_any_script_means_something(understanding: MeaningReader, text: str) -> None:
    assert understanding.read(Utterance(text), TODAY).kind in MeaningKind


@pytest.mark.parametrize("piece", [*PIECES, "x", " ", "\n", "è", "\u0301", "ﷺ", "😀", "1 e ", "di 1 anni ", "non mi ", "(" * 50])
def test_a_very_long_text_is_read_up_to_a_limit(understanding: MeaningReader, piece: str) -> None:
    long = piece * (100_000 // len(piece))
    assert understanding.read(Utterance(long), TODAY) == understanding.read(Utterance(long[:MAX_TEXT_CHARACTERS]), TODAY)


# --- Any content


def test_words_alone_are_understood_without_any_vector(understanding: MeaningReader, monkeypatch: pytest.MonkeyPatch) -> None:
    by_words = understanding.by_words
    monkeypatch.setattr(understanding, "_encoder", None)
    assert by_words is understanding.by_words
    meaning = by_words.read(Utterance("asilo nido a Melegnano"), TODAY)
    assert meaning == understanding.read(Utterance("asilo nido a Melegnano"), TODAY)
    assert (meaning.kind, meaning.needs[0].need) == (MeaningKind.NEED, "asilo-nido")


def test_words_alone_that_nobody_knows_mean_nothing(understanding: MeaningReader) -> None:
    assert understanding.by_words.read(Utterance("xyzzy"), TODAY).kind is MeaningKind.NOT_UNDERSTOOD


def test_content_without_examples_is_understood_by_names() -> None:
    understanding = MeaningReader(small(), TODAY)
    assert understanding.read(Utterance(""), TODAY).kind is MeaningKind.NOT_UNDERSTOOD
    need = next(iter(small_vocabulary().needs.values()))
    assert first(understanding.read(Utterance(f"cerco {need.label}"), TODAY)) == need.id


def test_staff_teach_by_writing_sentences() -> None:
    taught = small()
    topic = Topic("cani", "Cani", "Chiedi al veterinario.", ("veterinario",), ("il mio cane sta male", "vaccino del gatto"))
    danger = Danger(
        "fuga",
        "Fuga",
        "112",
        "112?",
        ("sono scappata",),
        ("aiuto mi cercano", "mi stanno cercando tutti", "mi stanno inseguendo per strada"),
    )
    understanding = MeaningReader(
        Content(taught.vocabulary, taught.flows, taught.services, taught.texts, {"fuga": danger}, {"cani": topic}), TODAY
    )
    assert understanding.read(Utterance("il vaccino del mio cane"), TODAY).topic == "cani"
    assert understanding.read(Utterance("sono scappata stamattina"), TODAY).danger == DangerReport("fuga")
    inseguita = understanding.read(Utterance("mi stanno inseguendo"), TODAY).danger
    assert inseguita is not None
    assert inseguita.danger == "fuga"


@pytest.mark.parametrize("word", ["melgn", "pschr", "drsn", "vzzl"])
def test_a_word_that_nobody_taught_is_no_danger(understanding: MeaningReader, word: str) -> None:
    assert understanding.read(Utterance(word), TODAY).danger is None
