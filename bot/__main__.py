"""`python -m bot`."""

from __future__ import annotations

from bot.cli.main import run_command_line

if __name__ == "__main__":
    run_command_line()
