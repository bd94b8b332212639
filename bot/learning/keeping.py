"""The result of learning, kept in a file between starts: a restart understands sentences at once.

The file is found by a hash of all that the outcome depends on: what content teaches, the code and words of `bot.language`, and
the encoder. It holds arrays only; a damaged one is learnt anew.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
from collections.abc import Iterator
from pathlib import Path

import fasteners
import numpy as np

import bot.language
from bot.core.content import Content
from bot.language.meaning.classifier import Classifier
from bot.language.meaning.decision import Gate, Softmax
from bot.language.meaning.learnt import LearntState, training_order
from bot.language.meaning.sentence_vectors import Encoder, VectorsUnavailable
from bot.language.meaning.training_data import ClassGroup, TrainingData, training_data_of
from bot.language.meaning.understand import MeaningReader
from bot.learning.encoders import CachedEncoder
from bot.learning.files import Arrays, read_arrays, write_arrays

#: The last used states are kept up to so many bytes: that of now, and those of edits that staff may take back. Each has 50 MB.
_MOST_BYTES = 400_000_000

#: Seconds after which a process does not wait any longer for another that learns: it may have been suspended.
_LONGEST_WAIT = 300.0


def taught_reader(content: Content, today: dt.date, *, encoder: Encoder | None, folder: Path) -> MeaningReader:
    """Return the reader trained on a content; what it learns is stored in a folder and reused.

    Of several processes that start together one learns, and the others wait for what it stores. Where a server of vectors does
    not answer while the content is learnt, words alone are compared.
    """
    data = training_data_of(content)
    path = folder / f"learnt-{_key(data, encoder)}.npz"
    if (state := _kept_state(path, data)) is None:
        with _only_one_learns(folder):
            state = _kept_state(path, data) or _learn(content, today, encoder, path)
    if state is None:
        return MeaningReader(content, today)
    _mark_used(path)
    return MeaningReader(content, today, encoder, state)


def _learn(content: Content, today: dt.date, encoder: Encoder | None, path: Path) -> LearntState | None:
    """Learn a content and store the result in a file; None if the server of vectors does not answer."""
    try:
        state = MeaningReader(content, today, CachedEncoder(encoder, path.parent) if encoder is not None else None).state
    except VectorsUnavailable:
        return None
    write_arrays(path, _arrays(state))
    _forget_old(path.parent)
    return state


@contextlib.contextmanager
def _only_one_learns(folder: Path) -> Iterator[None]:
    """Hold the lock of a folder of learnt states; without it where the folder cannot be written, as nothing is stored there."""
    lock, is_held = fasteners.InterProcessLock(folder / "learning.lock"), False
    with contextlib.suppress(OSError):
        is_held = lock.acquire(timeout=_LONGEST_WAIT)
    try:
        yield
    finally:
        if is_held:
            lock.release()


def _key(data: TrainingData, encoder: Encoder | None) -> str:
    """Return a hash of all that a learnt state depends on."""
    found = hashlib.sha256(repr(data).encode("utf-8", "surrogatepass"))
    found.update((encoder.name if encoder is not None else "").encode())
    package = Path(bot.language.__file__).parent
    for path in sorted(package.rglob("*")):
        if path.suffix in (".py", ".yaml"):
            found.update(str(path.relative_to(package)).encode() + path.read_bytes())
    return found.hexdigest()[:32]


def _kept_state(path: Path, data: TrainingData) -> LearntState | None:
    """Return the learnt state in a file; None if the file is missing or does not fit the data."""
    arrays = read_arrays(path)
    if arrays is None:
        return None
    try:
        texts, _ = training_order(data)
        classifier = Classifier.from_arrays(arrays)
        softmax = Softmax(arrays["groups"], arrays["weights"])
        gate = Gate(ClassGroup.DANGER, arrays["danger_gate"])
        quiet, least = (float(limit) for limit in arrays["limits"])
    except (KeyError, ValueError, IndexError, TypeError):
        return None
    is_whole = classifier.row_count == len(texts) and len(softmax.groups) == len(data.classes)
    return LearntState(classifier, softmax, gate, texts, quiet, least) if is_whole else None


def _arrays(state: LearntState) -> Arrays:
    limits = np.array([state.quiet_danger, state.least_need])
    decision = {"groups": state.softmax.groups, "weights": state.softmax.weights, "danger_gate": state.danger_gate.weights}
    return {**state.classifier.arrays(), **decision, "limits": limits}


def _mark_used(path: Path) -> None:
    """Set the time of a state's file to now, since the files unused for longest are deleted first."""
    with contextlib.suppress(OSError):
        path.touch()


def _forget_old(folder: Path) -> None:
    """Delete the files of the learnt states that were not used for longest, down to the size that is kept."""
    with contextlib.suppress(OSError):
        files = [(path.stat(), path) for path in folder.glob("learnt-*.npz")]
        size = sum(stat.st_size for stat, _ in files)
        for stat, path in sorted(files, key=lambda file: file[0].st_mtime):
            if size <= _MOST_BYTES:
                break
            path.unlink(missing_ok=True)
            size -= stat.st_size
