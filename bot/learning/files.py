"""Arrays in files that can be made again: a damaged or unwritable file counts as missing."""

from __future__ import annotations

import contextlib
import logging
import os
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

log = logging.getLogger(__name__)

Arrays = Mapping[str, npt.NDArray[Any]]


def read_arrays(path: Path) -> Arrays | None:
    """Return the arrays in a file by name; None if it is missing or damaged. No code in the file is executed."""
    try:
        with path.open("rb") as opened, np.load(opened, allow_pickle=False) as file:
            return {name: file[name] for name in file.files}
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, EOFError, RuntimeError, zipfile.BadZipFile) as error:
        log.warning("a cache is damaged and is made anew", extra={"path": str(path), "error": str(error)})
        return None


def write_arrays(path: Path, arrays: Arrays) -> None:
    """Write arrays to a file, completely or not at all; if that is not possible, nothing is written."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.stem, suffix=".part")
        try:
            with os.fdopen(handle, "wb") as file:
                np.savez(file, **dict[str, Any](arrays))
            Path(name).replace(path)
        except BaseException:
            with contextlib.suppress(OSError):
                Path(name).unlink()
            raise
    except OSError as error:
        log.warning("a cache cannot be written", extra={"path": str(path), "error": str(error)})
