"""`python -m bot run`: the bot on Telegram."""

from __future__ import annotations

from bot.cli.options import ContentOption
from bot.home import HOME
from bot.service import serve


def run(content: ContentOption = HOME) -> None:
    """Run the bot on Telegram until Ctrl-C or SIGTERM."""
    serve(content)
