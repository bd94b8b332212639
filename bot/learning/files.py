"""Arrays in files, for what can be made anew: a file that is damaged, or cannot be written, is as good as none."""

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
    """Return the arrays of a file by name; None if there is none, or it is damaged. Nothing that it holds is run."""
    try:
        with path.open("rb") as opened, np.load(opened, allow_pickle=False) as file:
            return {name: file[name] for name in file.files}
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, EOFError, RuntimeError, zipfile.BadZipFile) as error:
        log.warning("a cache is damaged and is made anew", extra={"path": str(path), "error": str(error)})
        return None


def write_arrays(path: Path, arrays: Arrays) -> None:
    """Write arrays to a file, whole or not at all; where that is not possible, nothing is written."""
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
