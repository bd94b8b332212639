"""The citizen's side of a case: what is asked before it is shared, what each screen takes, what news is told."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from bot.core.case import CaseReason, CaseState
from bot.core.replies import Action, Reply, Verb
from bot.dialogue.effects import Effect, ForwardToManager, LeaveCase, OpenCase, RateCase, ReopenCase, Share
from bot.dialogue.incoming import Attachment, Command, Incoming, News, NewsKind, Press, Text
from bot.dialogue.session import Screen, Session
from bot.dialogue.stored_session import dump_session, load_session
from bot.dialogue.turn import Turn, turn
from bot.dialogue.world import World
from tests.builders import NOW

ASK = Command("operatore")
CLOSED = News(NewsKind.CLOSED, "Luca")


@pytest.fixture(scope="module")
def staffed(world: World) -> World:
    """The shipped content, with people behind the bot."""
    return replace(world, is_staffed=True)


def after(world: World, *incoming: Incoming, session: Session | None = None, now: dt.datetime = NOW) -> Turn:
    """The last turn of several; the session is written down and read back in between."""
    result = Turn(session or Session(), ())
    for one in incoming:
        result = turn(world, load_session(dump_session(result.session), world.content.vocabulary), one, now)
    return result


def effects(result: Turn) -> tuple[Effect, ...]:
    """What a turn leads to."""
    return result.effects


def text(result: Turn) -> str:
    """What is said."""
    return "\n".join(reply.plain for reply in result.replies)


def labels(reply: Reply) -> list[str]:
    """The words on the buttons."""
    return [choice.label for row in reply.rows for choice in row]


def share(what: Share) -> Press:
    """A button of the consent screen."""
    return Press(Action(Verb.SHARE, what))


def in_case(world: World, state: CaseState) -> Session:
    """A session whose case stands so."""
    opened = after(world, ASK, News(NewsKind.OPENED)).session
    if state is CaseState.WAITING:
        return opened
    taken = after(world, News(NewsKind.TAKEN, "Luca"), session=opened).session
    return taken if state is CaseState.ASSIGNED else after(world, CLOSED, session=taken).session


# --- Before


def test_who_has_said_nothing_is_asked_nothing_about_sharing(staffed: World) -> None:
    assert effects(after(staffed, ASK)) == (OpenCase(CaseReason.ASKED, Share.NOTHING),)


def test_who_has_said_something_is_asked_first_what_may_be_seen_of_it(staffed: World) -> None:
    asked = after(staffed, Text("cerco un nido a Melegnano"), ASK)
    assert (asked.session.screen, effects(asked)) == (Screen.SHARE, ())
    assert effects(after(staffed, share(Share.PLAIN), session=asked.session)) == (OpenCase(CaseReason.ASKED, Share.PLAIN),)
    assert effects(after(staffed, share(Share.NOTHING), session=asked.session)) == (OpenCase(CaseReason.ASKED, Share.NOTHING),)
    turned_down = after(staffed, Press(Action(Verb.NO_HUMAN)), session=asked.session)
    assert (turned_down.session.case_state, effects(turned_down)) == (None, ())


def test_what_the_bot_cannot_open_is_for_the_person_and_nothing_of_it_is_left_behind(staffed: World) -> None:
    sent = after(staffed, Command("start"), Attachment(is_playful=False, message=5, kind="voice"))
    opened = after(staffed, Press(Action(Verb.HUMAN, CaseReason.UNREADABLE)), session=sent.session)
    (effect,) = effects(opened)
    assert isinstance(effect, OpenCase)
    assert [(one.message, one.kind) for one in effect.attachments] == [(5, "voice")]
    assert opened.session.attachments == ()
    assert after(staffed, Press(Action(Verb.NO_HUMAN)), session=sent.session).session.attachments == ()


def test_who_explains_it_themselves_shares_no_attachment_either(staffed: World) -> None:
    sent = after(staffed, Text("nido"), Attachment(is_playful=False, message=5, kind="photo"), ASK)
    assert "Le foto, le voci o i file che mi hai mandato" in text(sent)
    (effect,) = effects(after(staffed, share(Share.NOTHING), session=sent.session))
    assert isinstance(effect, OpenCase)
    assert effect.attachments == ()


def test_a_sticker_opens_nothing_and_is_kept_for_nobody(staffed: World) -> None:
    played = after(staffed, Command("start"), Attachment(is_playful=True, message=5, kind="sticker"))
    assert (effects(played), played.session.attachments, played.session.screen) == ((), (), Screen.INTERVIEW)


def test_a_greeting_opens_no_case(staffed: World) -> None:
    assert effects(after(staffed, Command("start"), Text("ciao"))) == ()


def test_who_is_barred_is_told_so_and_opens_nothing(staffed: World) -> None:
    barred = after(staffed, ASK, News(NewsKind.OPENED), News(NewsKind.BARRED)).session
    asked = after(staffed, ASK, session=barred)
    assert (effects(asked), asked.session.case_state) == ((), None)
    assert "Per ora da qui non puoi parlare con una persona" in text(asked)
    free = after(staffed, News(NewsKind.UNBARRED), session=barred).session
    assert (
        len(effects(after(staffed, ASK, session=free))) == 1 or after(staffed, ASK, session=free).session.screen is Screen.SHARE
    )


# --- Who answers, and by when


@pytest.mark.parametrize(
    ("news", "said"),
    [
        (News(NewsKind.OPENED, by=NOW + dt.timedelta(minutes=15)), "Di solito ci vogliono meno di 15 minuti."),
        (News(NewsKind.OPENED, by=NOW + dt.timedelta(hours=3)), "Al più tardi: oggi alle 13:00."),
        (News(NewsKind.OPENED), "Ti rispondono in questa chat."),
        (News(NewsKind.OPENED, ahead=1), "Prima della tua c'è un'altra richiesta."),
        (News(NewsKind.OPENED, ahead=4), "Prima della tua ci sono 4 richieste."),
        (News(NewsKind.OPENED, opens=NOW + dt.timedelta(days=1)), "Adesso però non c'è nessuno. La leggono domani alle 10:00."),
        (News(NewsKind.OPENED, nobody=True), "non so dirti quando ti rispondono"),
        (News(NewsKind.REOPENED), "Ho riaperto la tua richiesta."),
    ],
)
def test_it_is_said_honestly_who_answers_and_by_when(staffed: World, news: News, said: str) -> None:
    assert said in text(after(staffed, ASK, news))


def test_who_waits_may_go_on_with_the_bot_or_cancel(staffed: World) -> None:
    waiting = after(staffed, ASK, News(NewsKind.OPENED))
    assert labels(waiting.replies[0]) == ["Continua", "Annulla la richiesta"]
    left = after(staffed, Press(Action(Verb.LEAVE)), session=waiting.session)
    assert (effects(left), left.session.case_state) == ((LeaveCase(),), None)


# --- While a person answers


@pytest.mark.parametrize("state", [CaseState.WAITING, CaseState.ASSIGNED])
@pytest.mark.parametrize(
    "what", [Text("e per il trasporto?"), Text("ciao"), Attachment(is_playful=True), Attachment(is_playful=False)]
)
def test_what_is_said_to_a_person_is_carried_over_and_the_bot_is_silent(staffed: World, state: CaseState, what: Incoming) -> None:
    said = after(staffed, what, session=in_case(staffed, state))
    assert (effects(said), said.replies) == ((ForwardToManager(is_courtesy=what == Text("ciao")),), ())


@pytest.mark.parametrize(
    "action", [Action(Verb.RESTART), Action(Verb.CARD, "x"), Action(Verb.HUMAN, "asked"), Action(Verb.HELPED, "yes")]
)
def test_old_buttons_do_nothing_while_a_person_answers(staffed: World, action: Action) -> None:
    session = in_case(staffed, CaseState.ASSIGNED)
    pressed = after(staffed, Press(action), session=session)
    assert (pressed.replies, effects(pressed), pressed.session) == ((), (), session)
    assert pressed.toast == "Adesso ti risponde una persona. Scrivile qui."


@pytest.mark.parametrize("what", [Press(Action(Verb.LEAVE)), Command("esci"), Text("Torna al bot"), Text("torna al bot")])
def test_whoever_talks_to_a_person_can_go_back_to_the_bot(staffed: World, what: Incoming) -> None:
    left = after(staffed, what, session=in_case(staffed, CaseState.ASSIGNED))
    assert (effects(left), left.session.case_state) == ((LeaveCase(),), None)


def test_words_of_danger_are_answered_with_the_number_even_while_a_person_answers(staffed: World) -> None:
    said = after(staffed, Text("voglio uccidermi"), session=in_case(staffed, CaseState.ASSIGNED))
    (effect,) = effects(said)
    assert isinstance(effect, ForwardToManager)
    assert effect.danger
    assert effect.numbers_given is bool(said.replies) is True


# --- After


def test_who_was_not_helped_reopens_the_case_with_what_they_write(staffed: World) -> None:
    rated = after(staffed, Press(Action(Verb.HELPED, "no")), session=in_case(staffed, CaseState.RESOLVED))
    assert (effects(rated), rated.session.screen) == ((RateCase("no"),), Screen.UNHELPED)
    assert effects(after(staffed, Text("non mi ha risposto"), session=rated.session)) == (ReopenCase(),)


def test_whether_it_helped_is_one_tap_and_then_there_is_room_for_words(staffed: World) -> None:
    rated = after(staffed, Press(Action(Verb.HELPED, "yes")), session=in_case(staffed, CaseState.RESOLVED))
    assert (effects(rated), rated.session.screen) == ((RateCase("yes"),), Screen.COMMENT)
    worded = after(staffed, Text("molto gentile"), session=rated.session)
    assert (effects(worded), worded.session.case_state) == ((RateCase(words="molto gentile"),), None)


def test_thanks_open_no_closed_case_again(staffed: World) -> None:
    assert effects(after(staffed, Text("grazie mille"), session=in_case(staffed, CaseState.RESOLVED))) == ()


def test_what_was_left_out_opens_a_closed_case_again_within_a_day(staffed: World) -> None:
    closed = in_case(staffed, CaseState.RESOLVED)
    assert effects(after(staffed, Text("e per il trasporto?"), session=closed)) == (ReopenCase(),)
    assert effects(after(staffed, ASK, session=closed)) == (ReopenCase(forwards_message=False),)
    later = NOW + dt.timedelta(hours=25)
    for what in (Text("e per il trasporto?"), Attachment(is_playful=False, message=3, kind="photo")):
        said = after(staffed, what, session=closed, now=later)
        assert ReopenCase() not in effects(said)
        assert said.session.case_state != CaseState.WAITING
        assert said.replies


def test_after_a_day_who_wants_a_person_gets_a_new_case(staffed: World) -> None:
    asked = after(staffed, ASK, session=in_case(staffed, CaseState.RESOLVED), now=NOW + dt.timedelta(days=3))
    assert [type(effect) for effect in effects(asked)] == [OpenCase] or asked.session.screen is Screen.SHARE
