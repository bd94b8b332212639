"""Content as files: what is read of a folder or an archive, and what is refused."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.authoring.changes import changes_between, sentences
from bot.authoring.publish import digest_of, dump_files, load_files, pack_files, read_files, unpack_files, write_files
from bot.errors import UsageError
from tests.builders import content_folder


def zipped(*entries: tuple[str | zipfile.ZipInfo, bytes]) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as written:
        for name, data in entries:
            written.writestr(name, data)
    return archive.getvalue()


def link(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name)
    entry.external_attr = 0o120777 << 16
    return entry


def test_a_folder_is_the_same_after_it_was_stored_and_written_again(tmp_path: Path) -> None:
    files = read_files(content_folder(tmp_path / "a"))
    write_files(load_files(dump_files(files)), tmp_path / "b")
    assert read_files(tmp_path / "b") == files
    assert digest_of(read_files(tmp_path / "b")) == digest_of(files)
    assert pack_files(files) == pack_files(dict(reversed(files.items())))


def test_the_settings_and_hidden_files_are_no_content(tmp_path: Path) -> None:
    root = content_folder(tmp_path, {"config.yaml": "telegram: {token: secret}", "flows/.prova.yaml.swp": "x"})
    assert {name.partition("/")[0] for name in read_files(root)} == {"catalogue", "flows"}
    assert "flows/.prova.yaml.swp" not in read_files(root)


def test_two_folders_that_differ_in_the_place_of_a_byte_have_other_digests() -> None:
    assert digest_of({"a": b"bc"}) != digest_of({"ab": b"c"})
    assert digest_of({"a": b"", "b": b"x"}) != digest_of({"a": b"x", "b": b""})


@pytest.mark.parametrize("prefix", ["", "contenuti/"])
def test_an_archive_may_have_its_folders_in_another_one_and_more_beside_them(prefix: str) -> None:
    archive = zipped(
        (f"{prefix}flows/a.yaml", b"a"), (f"{prefix}catalogue/services/b.yaml", b"b"), (f"{prefix}config.yaml", b"c")
    )
    assert unpack_files(archive) == {"flows/a.yaml": b"a", "catalogue/services/b.yaml": b"b"}


@pytest.mark.parametrize(
    ("archive", "said"),
    [
        (lambda: b"", "non è un archivio zip intero"),
        (lambda: b"PK\x03\x04 and nothing more", "non è un archivio zip intero"),
        (lambda: zipped(("flows/a.yaml", b"a" * 5000))[:-40], "non è un archivio zip intero"),
        (lambda: zipped(("flows/../../etc/passwd", b"a")), "percorso non ammesso"),
        (lambda: zipped(("/flows/a.yaml", b"a")), "percorso non ammesso"),
        (lambda: zipped((r"flows\..\..\a.yaml", b"a")), "percorso non ammesso"),
        (lambda: zipped((link("flows/a.yaml"), b"/etc/passwd")), "collegamento"),
        (lambda: zipped(*((f"flows/{number}.yaml", b"a") for number in range(501))), "troppo grandi"),
        (lambda: zipped(*((f"flows/{number}.yaml", b"0" * 1_000_000) for number in range(21))), "troppo grandi"),
    ],
    ids=["empty", "no zip", "cut off", "up", "absolute", "backslash", "link", "many", "bomb"],
)
def test_an_archive_that_is_none_is_refused_in_a_sentence(archive: Callable[[], bytes], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        unpack_files(archive())


def test_a_file_that_swells_is_read_no_further_than_it_may_be_long() -> None:
    files = unpack_files(zipped(("flows/a.yaml", b"0" * 50_000_000)))
    assert len(files["flows/a.yaml"]) == 1_000_001


def test_a_folder_with_a_link_is_refused(tmp_path: Path) -> None:
    root = content_folder(tmp_path / "content")
    (root / "flows/altro.yaml").symlink_to("/etc/passwd")
    with pytest.raises(UsageError, match="collegamento"):
        read_files(root)


# --- What changes

SERVICE = """\
- id: nido
  name: Nido Girasole
  need: [asilo-nido]
  availability: {availability}
  locations:
    - {{place: melegnano, hours: "{hours}"}}
"""


def service(availability: str = "open", hours: str = "lun-ven 8-17", more: str = "") -> dict[str, bytes]:
    return {"catalogue/services/a.yaml": (SERVICE.format(availability=availability, hours=hours) + more).encode()}


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (service(), service(), []),
        (service(), service("full"), ["«Nido Girasole», posti: da «open» a «full»."]),
        (
            service(),
            service(hours="lun-ven 8-18"),
            ["«Nido Girasole», sedi, «melegnano», orari: da «lun-ven 8-17» a «lun-ven 8-18»."],
        ),
        (service(), service(more="- {id: x, name: Altro}\n"), ["«Altro»: nuovo «Altro»."]),
        (service(more="- {id: x, name: Altro}\n"), service(), ["«Altro»: tolto «Altro»."]),
        (
            service(),
            {"catalogue/services/b.yaml": b"# moved\n" + service()["catalogue/services/a.yaml"]},
            [],
        ),
        (
            {"flows/texts.yaml": b"yes: Va bene\nno: 'No'\n"},
            {"flows/texts.yaml": b'no: "No"\nyes: Certo\n'},
            ["«yes»: da «Va bene» a «Certo»."],
        ),
        (
            {"flows/a.yaml": b"flow: a\nquestions:\n- {ask: Quanti anni?, fills: eta}\n- {ask: Dove?, fills: comune}\n"},
            {"flows/a.yaml": b"flow: a\nquestions:\n- {ask: Dove?, fills: comune}\n- {ask: Quanti anni?, fills: eta}\n"},
            ["«questions»: da «Quanti anni?, Dove?» a «Dove?, Quanti anni?»."],
        ),
        (
            {"catalogue/needs.yaml": b"needs:\n  nido: {label: Nido, also: [asilo, micronido]}\n"},
            {"catalogue/needs.yaml": b"needs:\n  nido: {label: Nido, also: [asilo, nursery]}\n"},
            ["«needs», «nido», altre parole: tolto «micronido».", "«needs», «nido», altre parole: nuovo «nursery»."],
        ),
    ],
    ids=["nothing", "availability", "hours", "new", "gone", "moved", "text", "order", "list"],
)
def test_what_changes_is_said_in_sentences(before: dict[str, bytes], after: dict[str, bytes], said: list[str]) -> None:
    assert sentences(changes_between(before, after)) == said


def test_two_versions_are_the_same_in_words_only_if_nothing_differs(tmp_path: Path) -> None:
    files = read_files(content_folder(tmp_path))
    assert changes_between(files, files) == []
    for name in files:
        assert changes_between(files, {other: data for other, data in files.items() if other != name}), name
