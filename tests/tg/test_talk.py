"""A conversation on Telegram: through the adapter, the queues and the database, as both sides see it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from icalendar import Calendar

from bot.fake_telegram import CallFault, Message, Person
from tests.tg.harness import Phone, Scene, Shown, data_of

pytestmark = pytest.mark.asyncio

FIRST = "Per chi cerchi un servizio?"
OLD = "Questo pulsante è di una ricerca di prima. Ora siamo qui."
CHILD, MELEGNANO = "Un bambino o una bambina", "Melegnano"
NURSERY = (CHILD, "1–2 anni", MELEGNANO, "Asilo nido")
#: Ways through the flow that end before several services.
LIST = (CHILD, "6–10 anni", MELEGNANO, "Vedi i servizi")


def clean(scene: Scene) -> bool:
    """Telegram refused nothing, no update was set aside, and nothing waits."""
    left = scene.rows("SELECT (SELECT sum(waiting) FROM chat), (SELECT sum(to_send) FROM recipient)")
    return scene.refusals == [] and scene.failed == [] and left == [(0, 0)]


# --- From one end to the other


async def test_a_whole_conversation_by_buttons(scene: Scene, anna: Phone) -> None:
    await anna.starts()
    await anna.taps(*NURSERY)
    assert anna.front.text.startswith("Ho trovato un servizio adatto.\n\nNido comunale\n")
    assert clean(scene)


async def test_a_whole_conversation_by_typing(scene: Scene, anna: Phone) -> None:
    await anna.says("ciao", "un bambino", "18 mesi", "a melegnano", "il nido")
    assert "Nido comunale\nChi lo offre: Comune di Melegnano" in anna.front.text
    assert clean(scene)


async def test_buttons_and_typed_words_lead_to_the_same_service(scene: Scene, anna: Phone) -> None:
    bruno = scene.person(8, "Bruno")
    await anna.starts()
    await anna.taps(*NURSERY)
    await bruno.says("/start", *NURSERY)
    assert bruno.front.text.partition("\n\n")[2] == anna.front.text.partition("\n\n")[2]
    assert bruno.front.labels == anna.front.labels


async def test_two_people_have_a_conversation_each(scene: Scene, anna: Phone) -> None:
    bruno = scene.person(8, "Bruno")
    await anna.starts()
    await bruno.starts()
    await anna.taps(CHILD)
    await bruno.taps("Una persona anziana")
    assert "Quanti anni ha?" in anna.front.text
    assert "In quale comune abiti?" in bruno.front.text


async def test_the_bot_greets_before_it_asks_and_gives_the_words_weight_without_markup(anna: Phone) -> None:
    await anna.starts()
    assert anna.front.text.startswith("Ciao! Sono l'assistente automatico")
    assert anna.front.labels[-1] == "Parla con una persona"
    (bold,) = anna.front.entities
    units = anna.front.text.encode("utf-16-le")[2 * bold["offset"] : 2 * (bold["offset"] + bold["length"])]
    assert (bold["type"], units.decode("utf-16-le")) == ("bold", FIRST)


async def test_what_people_type_cannot_become_markup(scene: Scene, anna: Phone) -> None:
    await anna.says("/start", "<b>melegnano</b> *x* [y](https://evil.example)")
    assert not any("parse_mode" in params for params in scene.sent)


# --- The question that was answered


async def test_an_answered_question_shows_the_answer_and_loses_its_buttons_after_a_press(anna: Phone) -> None:
    await anna.starts()
    question = anna.front
    await anna.taps(CHILD)
    assert Shown.of(question) == Shown(f"{FIRST}\n✓ {CHILD}", (), mine=False)
    assert anna.front is not question
    assert anna.front.labels


async def test_an_answered_question_shows_the_answer_and_loses_its_buttons_after_typing(anna: Phone) -> None:
    await anna.starts()
    question = anna.front
    await anna.says("un bambino")
    assert Shown.of(question) == Shown(f"{FIRST}\n✓ {CHILD}", (), mine=False)


async def test_not_knowing_is_shown_as_an_answer_too(anna: Phone) -> None:
    await anna.starts()
    question = anna.front
    await anna.taps("Non lo so")
    assert question.text == f"{FIRST}\n✓ non lo so"


async def test_a_question_that_is_still_open_keeps_its_buttons(anna: Phone) -> None:
    await anna.starts()
    question = anna.front
    await anna.says("xyzzy")
    assert question.labels[0] == CHILD
    assert anna.front.text.startswith("Scusami, non ho capito.")


async def test_after_a_whole_conversation_only_what_is_in_front_has_buttons(anna: Phone) -> None:
    await anna.starts()
    await anna.taps(*NURSERY)
    assert [bool(message.labels) for message in anna.heard] == [False, False, False, False, True]


# --- Changes in place


async def test_a_multiple_choice_is_ticked_in_place_and_confirmed(scene: Scene, anna: Phone) -> None:
    await anna.starts()
    await anna.taps(*NURSERY, "Cerca meglio: disabilità, orario")
    question, count = anna.front, len(anna.heard)
    await anna.taps("Motoria")
    assert (anna.front, len(anna.heard)) == (question, count)
    assert "✓ Motoria" in question.labels
    await anna.taps("Autismo")
    assert [label for label in question.labels if label.startswith("✓")] == ["✓ Motoria", "✓ Autismo"]
    await anna.taps("✓ Motoria")
    assert [label for label in question.labels if label.startswith("✓")] == ["✓ Autismo"]
    await anna.taps("Fatto")
    assert question.text.endswith("\n✓ Autismo")
    assert question.labels == []
    assert len(anna.heard) == count + 1
    assert clean(scene)


async def test_the_results_are_one_list_whose_buttons_open_cards_in_place(scene: Scene, anna: Phone) -> None:
    await anna.starts()
    await anna.taps(*LIST)
    results, before, count = anna.front, anna.front.text, len(anna.heard)
    assert "\n\n1. " in before
    name = results.labels[0]
    await anna.taps(name)
    assert len(anna.heard) == count
    assert results.text.startswith(name.partition(",")[0] + "\nChi lo offre: ")
    await anna.taps("Torna alla lista")
    assert (results.text, len(anna.heard)) == (before, count)
    assert clean(scene)


async def test_the_list_turns_its_pages_in_place(anna: Phone) -> None:
    await anna.starts()
    await anna.taps(*LIST)
    results, count = anna.front, len(anna.heard)
    first = results.text
    await anna.taps("Altri servizi")
    assert "Servizi da 6 a " in results.text
    assert "Servizi di prima" in results.labels
    await anna.taps("Servizi di prima")
    assert (results.text, len(anna.heard)) == (first, count)


async def test_from_a_card_of_the_second_page_the_way_back_is_to_the_second_page(anna: Phone) -> None:
    await anna.starts()
    await anna.taps(*LIST, "Altri servizi")
    page = anna.front.text
    await anna.taps(anna.front.labels[0], "Torna alla lista")
    assert anna.front.text == page


# --- What a card gives


async def test_dated_events_come_as_a_calendar_file(scene: Scene, anna: Phone) -> None:
    await anna.starts("laboratorio-luci")
    await anna.taps("Salva le date")
    file = anna.front
    assert file.text.startswith("Ecco le date di ")
    uploaded = scene.telegram.files[file.content["document"]["file_id"]]
    assert (uploaded.name, uploaded.data[:15]) == ("laboratorio-luci.ics", b"BEGIN:VCALENDAR")
    events = Calendar.from_ical(uploaded.data).walk("VEVENT")
    assert [event.decoded("dtstart").isoformat() for event in events] == ["2026-12-13T15:00:00+01:00"]
    assert events[0].decoded("dtend") - events[0].decoded("dtstart") == dt.timedelta(hours=2)
    assert (str(events[0]["summary"]), str(events[0]["location"])) == ("Laboratorio di lanterne, Dresano", "Via Roma 1, Dresano")
    assert file.labels


async def test_times_to_apply_come_as_the_days_to_act_on(scene: Scene, anna: Phone) -> None:
    await anna.starts("nido-comunale__melegnano")
    await anna.taps("Salva le date")
    uploaded = scene.telegram.files[anna.front.content["document"]["file_id"]]
    opens, ends = Calendar.from_ical(uploaded.data).walk("VEVENT")
    assert (opens.decoded("dtstart"), ends.decoded("dtstart")) == (dt.date(2027, 3, 1), dt.date(2027, 4, 30))
    assert str(opens["summary"]).startswith("Aprono le iscrizioni: ")
    assert str(ends["summary"]).startswith("Ultimo giorno per le iscrizioni: ")


async def test_the_calendar_file_leaves_everything_as_it_was(anna: Phone) -> None:
    await anna.starts()
    await anna.taps(*NURSERY)
    card = anna.front
    await anna.taps("Salva le date")
    assert card.labels
    await anna.taps("Cambia una risposta")
    assert anna.front.text.startswith("Ecco le tue risposte.")


async def test_a_card_links_to_its_page_and_to_a_map(anna: Phone) -> None:
    await anna.starts("nido-comunale__melegnano")
    links = {button.text: button.url for button in anna.front.keyboard[0]}
    assert links["Sito"] == "https://example.org/nido"
    assert links["Mappa"].startswith("https://www.google.com/maps/search/?api=1&query=Via%20dei%20Tigli%204%2C%20Melegnano")


# --- Links into the bot


@pytest.mark.parametrize(
    ("payload", "said"),
    [
        ("eventi", "Cerchiamo insieme corsi, campi, feste e attività di stagione."),
        ("asilo-nido", "Ho capito: Asilo nido."),
        ("melegnano", "Ho capito: Melegnano."),
        ("nido-comunale", "Nido comunale\nChi lo offre: Comune di Melegnano"),
        ("asilo-nido__melegnano", "Ho capito: Asilo nido, Melegnano."),
        ("nido-comunale__san-donato-milanese", "Via Kennedy 12, San Donato Milanese"),
        ("eventi__melegnano", "Per chi cerchi un'attività?"),
        ("non-esiste", FIRST),
        ("__", FIRST),
        ("_" * 64, FIRST),
    ],
)
async def test_a_link_opens_what_it_names(scene: Scene, anna: Phone, payload: str, said: str) -> None:
    assert said in (await anna.starts(payload)).text
    assert clean(scene)


async def test_what_a_link_said_is_not_asked_again(anna: Phone) -> None:
    await anna.starts("asilo-nido__melegnano")
    await anna.taps(CHILD, "1–2 anni")
    assert "Nido comunale" in anna.front.text


async def test_from_the_card_of_a_link_the_search_goes_on(anna: Phone) -> None:
    await anna.starts("nido-comunale")
    await anna.taps("Torna alla lista")
    assert FIRST in anna.front.text


# --- Commands


async def test_starting_twice_begins_anew_and_the_first_buttons_are_old(anna: Phone) -> None:
    await anna.starts()
    first = anna.front
    await anna.taps(CHILD)
    await anna.starts()
    assert "Finora mi hai detto" in anna.front.text
    await anna.taps("Nuova ricerca")
    assert FIRST in anna.front.text
    press = await anna.taps("Una persona anziana")
    assert "In quale comune abiti?" in anna.front.text
    await anna.does(lambda person: person.presses_data(first, press.data))
    assert press.answered


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("/start@social_point_bot", FIRST),
        ("/start@social_point_bot asilo-nido", "Ho capito: Asilo nido."),
        ("/AIUTO", "Posso aiutarti a trovare un servizio"),
        ("/aiuto@social_point_bot", "Posso aiutarti a trovare un servizio"),
        ("/help", "Posso aiutarti a trovare un servizio"),
        ("/eventi", "Cerchiamo insieme corsi"),
        ("/servizi", FIRST),
        ("/modifica", "Non hai ancora risposto"),
        ("/indietro", "Questa è la prima domanda."),
        ("/ricomincia", "Va bene, ricominciamo."),
        ("/operatore", "Va bene, ho salvato la tua richiesta."),
        ("/boh", "Non conosco questo comando."),
        ("/", "Scusami"),
        ("//", "Scusami"),
    ],
)
async def test_a_command_does_what_it_says(scene: Scene, anna: Phone, command: str, said: str) -> None:
    await anna.starts()
    assert said in (await anna.says(command)).text
    assert clean(scene)


async def test_a_command_may_be_the_first_thing_that_is_ever_said(anna: Phone) -> None:
    assert "Posso aiutarti" in (await anna.says("/aiuto")).text


# --- Presses


async def test_every_press_is_answered_once_and_before_anything_is_sent(scene: Scene, anna: Phone) -> None:
    await anna.starts()
    press = anna.person.presses(anna.front, CHILD)
    await scene._poll()
    await scene._handle()
    await scene._answer()
    assert press.answered
    await scene.settle()
    await anna.taps("1–2 anni", MELEGNANO)
    assert scene.telegram.counts["answerCallbackQuery"] == 3


async def test_a_press_that_changes_nothing_is_answered_and_says_so(scene: Scene, anna: Phone) -> None:
    await anna.starts()
    await anna.taps(*LIST)
    calls = len(scene.sent)
    listed = anna.front
    card = listed.labels[0]
    await anna.taps(card)
    data = dict(data_of(listed))["Torna alla lista"]
    await anna.does(lambda person: person.presses_data(listed, data))
    again = anna.person.presses_data(listed, data)
    await scene.settle()
    assert (again.answered, again.text) == (True, "È già fatto. Guarda l'ultimo messaggio.")
    assert len(scene.sent) == calls + 2


async def test_a_double_tap_on_an_answer_makes_no_second_message(scene: Scene, anna: Phone) -> None:
    await anna.starts()
    question = anna.front
    first, second = anna.person.presses(question, CHILD), anna.person.presses(question, CHILD)
    await scene.settle()
    assert (first.answered, second.answered) == (True, True)
    assert [FIRST in message.text for message in anna.heard] == [True, False]
    assert "Quanti anni ha?" in anna.front.text
    assert clean(scene)


async def test_a_double_tap_on_a_new_search_begins_one(scene: Scene, anna: Phone) -> None:
    await anna.starts()
    await anna.taps(*NURSERY)
    count = len(anna.heard)
    for _ in range(2):
        anna.person.presses(anna.front, "Nuova ricerca")
    await scene.settle()
    assert len(anna.heard) == count + 1


async def test_a_double_tap_on_a_person_opens_one_case(scene: Scene, anna: Phone) -> None:
    await anna.starts()
    for _ in range(2):
        anna.person.presses(anna.front, "Parla con una persona")
    await scene.settle()
    assert scene.cases == [(7, "asked")]
    assert len(anna.heard) == 2


async def test_an_old_button_of_the_same_search_corrects_its_answer(anna: Phone) -> None:
    await anna.starts()
    data = dict(data_of(anna.front))
    question = anna.front
    await anna.taps(CHILD, "1–2 anni")
    await anna.does(lambda person: person.presses_data(question, data["Una persona anziana"]))
    await anna.says("/modifica")
    assert "Per chi: Una persona anziana" in anna.front.labels


async def test_a_button_of_an_earlier_search_says_that_it_is_old(scene: Scene, anna: Phone) -> None:
    await anna.starts()
    question, data = anna.front, dict(data_of(anna.front))
    await anna.taps(CHILD)
    await anna.says("/ricomincia")
    press = anna.person.presses_data(question, data["Una persona anziana"])
    await scene.settle()
    assert press.answered
    assert anna.front.text.startswith(OLD)
    assert FIRST in anna.front.text
    await anna.says("/modifica")
    assert anna.front.text.startswith("Non hai ancora risposto")


@pytest.mark.parametrize(
    "forge",
    [
        lambda _: "x",
        lambda _: "aaaaaas1::",
        lambda data: data[:-1] + ("x" if data[-1] != "x" else "y"),
        lambda data: ("B" if data[0] != "B" else "C") + data[1:],
        lambda data: data[:6] + data[6:].replace("bambino", "anziano"),
        lambda _: "::::::::::",
        lambda _: "é" * 32,
        lambda _: "\u0000" * 10,
    ],
    ids=["letter", "made-up", "last", "first", "other-value", "colons", "not-ascii", "nul"],
)
async def test_a_forged_press_does_nothing_but_say_where_one_is(scene: Scene, anna: Phone, forge: Callable[[str], str]) -> None:
    await anna.starts()
    data = dict(data_of(anna.front))[CHILD]
    press = anna.person.presses_data(anna.front, forge(data))
    await scene.settle()
    assert press.answered
    assert anna.front.text.startswith(OLD)
    await anna.says("/modifica")
    assert anna.front.text.startswith("Non hai ancora risposto")
    assert clean(scene)


async def test_the_data_of_somebody_elses_button_does_nothing(scene: Scene, anna: Phone) -> None:
    bruno = scene.person(8, "Bruno")
    await anna.starts()
    await bruno.starts()
    data = dict(data_of(anna.front))[CHILD]
    press = bruno.person.presses_data(bruno.front, data)
    await scene.settle()
    assert press.answered
    assert bruno.front.text.startswith(OLD)


async def test_a_press_on_a_message_that_was_deleted_counts(anna: Phone) -> None:
    await anna.starts()
    question, data = anna.front, dict(data_of(anna.front))[CHILD]
    anna.person.deletes(question)
    await anna.does(lambda person: person.presses_data(question, data))
    assert "Quanti anni ha?" in anna.front.text


async def test_a_press_is_followed_even_if_its_answer_comes_too_late(scene: Scene, anna: Phone) -> None:
    await anna.starts()
    late = CallFault.bad_request("query is too old and response timeout expired or query ID is invalid")
    scene.telegram.faults.next("answerCallbackQuery", late)
    await anna.taps(CHILD)
    assert "Quanti anni ha?" in anna.front.text
    assert scene.failed == []


# --- What is not text


@pytest.mark.parametrize(
    ("send", "said"),
    [
        (lambda person: person.sends_voice(), "Non posso ascoltare"),
        (lambda person: person.sends_photo(), "Non riesco ad aprire foto"),
        (lambda person: person.sends_document(), "Non riesco ad aprire foto"),
        (lambda person: person.sends_contact(), "Ho ricevuto un contatto."),
        (lambda person: person.sends("video"), "Non riesco ad aprire foto"),
        (lambda person: person.sends("video_note"), "Non posso ascoltare"),
        (lambda person: person.sends("audio"), "Non posso ascoltare"),
    ],
    ids=["voice", "photo", "document", "contact", "video", "video-note", "audio"],
)
async def test_what_a_bot_cannot_read_is_asked_about_first(
    scene: Scene, anna: Phone, send: Callable[[Person], Message], said: str
) -> None:
    await anna.starts()
    await anna.does(send)
    assert anna.front.text.startswith(said)
    assert anna.front.text.endswith("uoi parlare con una persona?")
    assert scene.cases == []
    await anna.taps("Sì, grazie")
    assert scene.cases == [(7, "unreadable")]
    assert clean(scene)


async def test_after_a_no_the_search_goes_on_and_no_case_is_open(scene: Scene, anna: Phone) -> None:
    await anna.starts()
    await anna.taps(CHILD)
    await anna.does(lambda person: person.sends_voice())
    await anna.taps("No, continuo qui")
    assert anna.front.text.startswith("Va bene, continuiamo insieme.")
    assert "Quanti anni ha?" in anna.front.text
    assert scene.cases == []


async def test_a_voice_message_may_be_the_first_thing_that_is_ever_sent(anna: Phone) -> None:
    await anna.does(lambda person: person.sends_voice())
    assert anna.front.text.startswith("Non posso ascoltare")
    await anna.says("no")
    assert FIRST in anna.front.text


async def test_an_album_is_answered_once(scene: Scene, anna: Phone) -> None:
    await anna.starts()
    await anna.does(lambda person: person.sends_album(("photo", "photo", "document")))
    assert len(anna.heard) == 2
    assert clean(scene)


async def test_a_second_album_is_answered_too(anna: Phone) -> None:
    await anna.starts()
    await anna.does(lambda person: person.sends_album())
    await anna.does(lambda person: person.sends_album())
    assert len(anna.heard) == 3


async def test_a_caption_is_text(anna: Phone) -> None:
    await anna.starts()
    await anna.does(lambda person: person.sends_photo(caption="un bambino"))
    assert anna.front.text.startswith("Ho capito: Un bambino o una bambina.") or "Quanti anni ha?" in anna.front.text


@pytest.mark.parametrize("kind", ["sticker", "animation"])
async def test_play_opens_nothing(scene: Scene, anna: Phone, kind: str) -> None:
    await anna.starts()
    await anna.does(lambda person: person.sends(kind))
    assert anna.front.text.startswith("Grazie! Io però capisco solo le parole e i pulsanti.")
    assert FIRST in anna.front.text
    assert scene.cases == []


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("dice", {"emoji": "🎲", "value": 4}),
        (
            "poll",
            {
                "id": "1", "question": "?", "options": [{"text": "a", "voter_count": 0, "persistent_id": "1"}],
                "total_voter_count": 0, "is_closed": False, "is_anonymous": True, "type": "regular",
                "allows_multiple_answers": False, "allows_revoting": False, "members_only": False,
            },
        ),
    ],
)  # fmt: skip
async def test_dice_and_polls_are_play(scene: Scene, anna: Phone, kind: str, content: dict[str, object]) -> None:
    await anna.starts()
    scene.telegram.updates.push("message", message(anna, **{kind: content}))
    await scene.settle()
    assert anna.front.text.startswith("Grazie! Io però capisco solo le parole e i pulsanti.")
    assert scene.failed == []


def message(phone: Phone, **content: object) -> dict[str, object]:
    """A message as Telegram tells it."""
    head = {"message_id": 9000, "date": 1_800_000_000, "chat": phone.person.chat.json(), "from": phone.person.user.json()}
    return {**head, **content}


@pytest.mark.parametrize(
    "content",
    [
        {"pinned_message": {"message_id": 1, "date": 0, "chat": {"id": 7, "type": "private"}}},
        {"message_auto_delete_timer_changed": {"message_auto_delete_time": 5}},
        {"new_kind_of_next_year": {"a": 1}},
        {},
    ],
    ids=["pinned", "timer", "unknown", "empty"],
)
async def test_messages_about_the_chat_itself_are_left_alone(scene: Scene, anna: Phone, content: dict[str, object]) -> None:
    await anna.starts()
    scene.telegram.updates.push("message", message(anna, **content))
    await scene.settle()
    assert len(anna.heard) == 1
    assert scene.failed == []


async def test_an_edited_message_is_heard_as_said_now(anna: Phone) -> None:
    await anna.starts()
    typo = anna.person.says("xyzzy")
    await anna.scene.settle()
    await anna.does(lambda person: person.edits(typo, "un bambino"))
    assert "Quanti anni ha?" in anna.front.text


async def test_a_forwarded_message_is_heard_as_said(scene: Scene, anna: Phone) -> None:
    bruno = scene.person(8, "Bruno")
    await bruno.starts()
    said = bruno.person.says("un bambino")
    await anna.starts()
    await anna.does(lambda person: person.forwards(said))
    assert "Quanti anni ha?" in anna.front.text


async def test_a_forwarded_command_is_no_command(scene: Scene, anna: Phone) -> None:
    bruno = scene.person(8, "Bruno")
    command = bruno.person.starts()
    await anna.starts()
    await anna.says("un bambino")
    asked = anna.front.text
    await anna.does(lambda person: person.forwards(command))
    await anna.says("8 mesi")
    assert "Quanti anni ha?" in asked
    assert "In quale comune abiti?" in anna.front.text


@pytest.mark.parametrize("text", ["🙂" * 4096, "a" * 4096, "\u200b", "\u202e/start", "ａｂｃ", "\n\n x \n"])
async def test_any_text_is_answered(scene: Scene, anna: Phone, text: str) -> None:
    await anna.starts()
    count = len(anna.heard)
    await anna.says(text)
    assert len(anna.heard) > count
    assert clean(scene)
