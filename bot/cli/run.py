"""`python -m bot run`: the bot on Telegram."""

from __future__ import annotations

from bot import wiring
from bot.cli.options import ContentOption
from bot.service import serve


def run(content: ContentOption = wiring.HOME) -> None:
    """Risponde su Telegram, finché non lo fermi con Ctrl-C o SIGTERM. Il token si dà con la variabile BOT_TOKEN.

    Esempio: BOT_TOKEN=123456:ABC python -m bot run
    """
    serve(content)
