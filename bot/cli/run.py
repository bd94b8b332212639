"""`python -m bot run`: the bot on Telegram."""

from __future__ import annotations

from bot import installation
from bot.cli.options import ContentOption
from bot.service import serve


def run(content: ContentOption = installation.HOME) -> None:
    """Run the bot on Telegram until Ctrl-C or SIGTERM."""
    serve(content)
