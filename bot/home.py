"""The folder of an installation and its settings file. Nothing is imported here, so that commands start at once."""

from __future__ import annotations

from pathlib import Path

#: The folder of the project: its own `flows/`, `catalogue/` and `config.yaml`.
HOME = Path(__file__).resolve().parent.parent
#: The name of the settings file in a folder.
SETTINGS_NAME = "config.yaml"


def settings_file(content: Path) -> Path:
    """Return the settings file beside the content; the project's own where there is none."""
    own = content / SETTINGS_NAME
    return own if own.exists() else HOME / SETTINGS_NAME
