"""Vectors of whole sentences, which are close if the sentences mean the same, in any language.

They are made in `bot.learning`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from bot.language.meaning.arrays import Floats


class VectorsUnavailable(Exception):
    """The server of vectors gave none in time: a text is then read by its words alone."""


class Encoder(Protocol):
    """A maker of sentence vectors. Its name must change when its vectors do."""

    @property
    def name(self) -> str:
        """Return the name of the model."""

    def __call__(self, texts: Sequence[str]) -> Floats:
        """Return a matrix with a row of length 1 for each text, float32. Raises VectorsUnavailable."""
