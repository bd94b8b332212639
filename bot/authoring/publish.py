"""A content folder as a set of files: read, packed into an archive, and written out again. Their meaning is read in `load.py`.

An archive is a zip of `flows/` and `catalogue/` alone. An archive from outside is held to the same limits as a folder: nothing
outside these two, no links, and no more than content ever needs.
"""

from __future__ import annotations

import base64
import hashlib
import io
import stat
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath

from bot.authoring.yaml_nodes import LARGEST_FILE
from bot.errors import UsageError
from bot.staff_language import translate

#: Files of a content folder by their path in it, such as "catalogue/services/nidi.yaml".
ContentFiles = Mapping[str, bytes]

FOLDERS = ("catalogue", "flows")
#: Files of one version, and bytes of all of them together.
_MOST_FILES, _MOST_BYTES = 500, 20_000_000
#: Bytes of one file: a longer one is an error of content (`files.TOO_LARGE`), and its reader must see that it is.
_MOST_BYTES_OF_FILE = LARGEST_FILE + 1
#: The date of every file in an archive, so that the same files give the same bytes.
_ARCHIVE_DATE = (1980, 1, 1, 0, 0, 0)


def read_files(root: Path) -> ContentFiles:
    """Return the content files of a folder. Raises UsageError for links, or for more files or bytes than content can have."""
    return _within_limits((name, _bytes_of(root / name, name)) for name in _names_in(root))


def _names_in(root: Path) -> Iterator[str]:
    for folder in FOLDERS:
        for path in sorted((root / folder).rglob("*")):
            inside = path.relative_to(root)
            if path.is_symlink():
                raise _refusal_of_link(inside.as_posix())
            if path.is_file() and not any(part.startswith(".") for part in inside.parts):
                yield inside.as_posix()


def _bytes_of(path: Path, name: str) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_MOST_BYTES_OF_FILE)
    except OSError as error:
        message = translate("Il file {name} non si può leggere: {reason}.")
        raise UsageError(message.format(name=name, reason=error.strerror)) from error


def pack_files(files: ContentFiles) -> bytes:
    """Return an archive of content files."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as written:
        for name in sorted(files):
            written.writestr(zipfile.ZipInfo(name, _ARCHIVE_DATE), files[name], zipfile.ZIP_DEFLATED)
    return archive.getvalue()


def unpack_files(archive: bytes) -> ContentFiles:
    """Return the content files of an archive; its folders may stand inside another one, and other files are ignored.

    Raises UsageError for a damaged archive, paths that leave it, links, and more files or bytes than content can have.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(archive)) as packed:
            return _within_limits(_unpacked(packed))
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        raise UsageError(translate("Questo file non è un archivio zip intero. Crealo di nuovo e riprova.")) from error


def _unpacked(packed: zipfile.ZipFile) -> Iterator[tuple[str, bytes]]:
    for entry in packed.infolist():
        parts = PurePosixPath(entry.filename.replace("\\", "/")).parts
        if ".." in parts or parts[:1] == ("/",):
            message = translate("L'archivio contiene un percorso non ammesso: «{name}».")
            raise UsageError(message.format(name=entry.filename))
        if stat.S_ISLNK(entry.external_attr >> 16):
            raise _refusal_of_link(entry.filename)
        start = next((place for place, part in enumerate(parts[:2]) if part in FOLDERS), None)
        hidden = any(part.startswith((".", "__MACOSX")) for part in parts)
        if start is not None and not entry.is_dir() and not hidden:
            with packed.open(entry) as file:
                yield "/".join(parts[start:]), file.read(_MOST_BYTES_OF_FILE)


def _within_limits(files: Iterator[tuple[str, bytes]]) -> ContentFiles:
    found: dict[str, bytes] = {}
    size = 0
    for name, data in files:
        found[name] = data
        size += len(data)
        if len(found) > _MOST_FILES or size > _MOST_BYTES:
            message = translate("I contenuti sono troppo grandi: al massimo {files} file e {megabytes} MB in tutto.")
            raise UsageError(message.format(files=_MOST_FILES, megabytes=_MOST_BYTES // 10**6))
    return found


def _refusal_of_link(name: str) -> UsageError:
    message = translate("«{name}» è un collegamento a un altro file. Metti al suo posto il file vero.")
    return UsageError(message.format(name=name))


def dump_files(files: ContentFiles) -> str:
    """Return content files as a text for storage: their archive, encoded."""
    return base64.b64encode(pack_files(files)).decode()


def load_files(text: str) -> ContentFiles:
    """Return the content files from the text that `dump_files` wrote. Raises UsageError for any other text."""
    return unpack_files(base64.b64decode(text))


def digest_of(files: ContentFiles) -> str:
    """Return a short text that is equal for equal files, whatever folder they come from."""
    digest = hashlib.sha256()
    for name in sorted(files):
        for part in (name.encode(), files[name]):
            digest.update(len(part).to_bytes(8) + part)
    return digest.hexdigest()


def write_files(files: ContentFiles, root: Path) -> None:
    """Write content files into a folder."""
    for folder in FOLDERS:
        (root / folder).mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
