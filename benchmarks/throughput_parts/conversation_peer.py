"""The same flow as python-telegram-bot's own examples would write it: a ConversationHandler, and a commit for each update."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from rapidfuzz import fuzz, process
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    ContextTypes,
    ConversationHandler,
    MessageHandler,
    filters,
)

from bot.core.content import Content
from bot.json_types import Json

#: Questions before the results, services shown there, and buttons below a message: about as many as in the shipped content.
_QUESTIONS, _SHOWN, _BUTTONS = 5, 5, 6

_Context = ContextTypes.DEFAULT_TYPE


class _Base(DeclarativeBase):
    pass


class _Answer(_Base):
    """The last answer of a chat to a question."""

    __tablename__ = "answer"
    chat: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True)
    question: Mapped[int] = mapped_column(primary_key=True)
    value: Mapped[str]


class ConversationPeer:
    """Handlers of a bot that asks the questions of the content in turn, and then shows services."""

    def __init__(self, content: Content, database: Path) -> None:
        self._engine = sa.create_engine(f"sqlite:///{database}")
        sa.event.listen(self._engine, "connect", _durable)
        _Base.metadata.create_all(self._engine)
        questions = next(iter(content.flows.values())).questions[:_QUESTIONS]
        self._questions = [(question.ask, _buttons(number)) for number, question in enumerate(questions)]
        self._names = [service.name for service in content.services]

    def add_to(self, application: Application[Json, Json, Json, Json, Json, Json]) -> None:
        """Add the conversation to an application."""
        both: Json = [CallbackQueryHandler(self._press), MessageHandler(filters.TEXT, self._words)]
        states: dict[object, Json] = dict.fromkeys(range(len(self._questions) + 1), both)
        application.add_handler(ConversationHandler(both, states, both))

    async def _press(self, update: Update, context: _Context) -> int:
        """Note the answer, take the buttons away and ask the next question."""
        query, chat, data = update.callback_query, update.effective_chat, context.user_data
        assert query is not None
        assert chat is not None
        assert data is not None
        self._note(chat.id, data.get("question", 0), str(query.data))
        await query.answer()
        await query.edit_message_reply_markup()
        number = data["question"] = (data.get("question", 0) + 1) % (len(self._questions) + 1)
        text, markup = self._questions[number] if number < len(self._questions) else (self._found("doposcuola"), _buttons(0))
        await context.bot.send_message(chat.id, text, reply_markup=markup)
        return int(number)

    async def _words(self, update: Update, context: _Context) -> int:
        """Note the words, and show the services whose names are nearest to them."""
        message, data = update.message, context.user_data
        assert message is not None
        assert data is not None
        words = message.text or ""
        self._note(message.chat_id, data.get("question", 0), words)
        data["question"] = 0
        await message.reply_text(self._found(words), reply_markup=_buttons(0))
        return 0

    def _found(self, words: str) -> str:
        found = process.extract(words, self._names, scorer=fuzz.token_set_ratio, limit=_SHOWN)
        return "\n\n".join(f"<b>{name}</b>" for name, _, _ in found)

    def _note(self, chat: int, question: int, value: str) -> None:
        with Session(self._engine) as session, session.begin():
            session.merge(_Answer(chat=chat, question=question, value=value))


def _buttons(number: int) -> InlineKeyboardMarkup:
    rows = [[InlineKeyboardButton(f"Risposta {answer}", callback_data=f"{number}:{answer}")] for answer in range(_BUTTONS)]
    return InlineKeyboardMarkup(rows)


def _durable(connection: sa.engine.interfaces.DBAPIConnection, _: object) -> None:
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
