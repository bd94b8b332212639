"""What the machine says of this process."""

from __future__ import annotations

import os
from pathlib import Path


def resident() -> float:
    """Memory of the process, in MB (Linux)."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6
