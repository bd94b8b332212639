"""`python -m bot`."""

from __future__ import annotations

import sys

from bot.errors import LanguageDataError


def main() -> None:
    """Run the command line; tell in one line what keeps the words of a language from being read."""
    try:
        from bot.cli.main import run_command_line  # noqa: PLC0415 - importing reads the words
    except LanguageDataError as error:
        sys.exit(f"bot/language/{error}")
    run_command_line()


if __name__ == "__main__":
    main()
