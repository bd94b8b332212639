"""Encryption at rest: AES-GCM (NIST SP 800-38D) of the columns that hold people's words, bound to table, column and row.

A sealed text is "sealed:<key id>:<row>:.<nonce and ciphertext in hexadecimal>", or without the dot in base64, which takes less
space but ten times the time to read: as long as all the rest of it. A text without that beginning was written before there was a
key, and is read as it is. Making and changing keys is in `rotation.py`.
"""

from __future__ import annotations

import base64
import os
import secrets
import time
from binascii import unhexlify
from collections.abc import Mapping
from pathlib import Path
from weakref import WeakKeyDictionary

import sqlalchemy as sa
import structlog
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bot.errors import StoreUnavailable, UsageError
from bot.staff_language import translate

log = structlog.get_logger("bot")

#: The beginning of a sealed text: no JSON begins like this.
MARK = "sealed:"
#: The beginning of data in hexadecimal: no base64 begins like this.
_HEX_MARK = "."
_KEY_BYTES, _NONCE_BYTES = 32, 12
#: Seconds between two looks at the file of keys: so long after a key was added a running bot may seal with the one before.
KEY_LOOK_SECONDS = 1.0


class RowText(str):
    """A text that is bound to a row of its table by the row's key."""

    __slots__ = ("row",)

    row: str

    @classmethod
    def of(cls, row: int | str, text: str) -> RowText:
        """Return a text bound to a row."""
        if not isinstance(text, str):
            # `str` makes a text of anything, and the database would no longer refuse it.
            raise TypeError(f"no text: {type(text)}")
        bound = cls(text)
        bound.row = str(row)
        return bound


def is_of_row(text: str | None, row: int | str) -> bool:
    """Return False for a sealed text that was written for another row; a text that was never sealed belongs to any row."""
    return not isinstance(text, RowText) or text.row in ("", str(row))


class Keyring:
    """The encryption keys of an installation by id; the last one encrypts, and all of them decrypt."""

    def __init__(self, lines: str, path: Path | None = None) -> None:
        """Read lines of a key's id and its 32 bytes in base64; with a path, reread that file when it changes.

        Raises UsageError.
        """
        self._path = path
        self._looked_at = time.monotonic()
        self._changed_at = path.stat().st_mtime_ns if path is not None else 0
        self._keys = _keys_of(lines)

    @property
    def current(self) -> str:
        """Return the id of the key that encrypts."""
        return next(reversed(self._keys))

    def seal(self, place: str, row: str, text: str) -> str:
        """Return a text encrypted for a place ("table.column") and a row."""
        self._look()
        id, nonce = self.current, secrets.token_bytes(_NONCE_BYTES)
        sealed = self._keys[id].encrypt(nonce, text.encode(), f"{place}:{row}".encode())
        return f"{MARK}{id}:{row}:{_HEX_MARK}{nonce.hex()}{sealed.hex()}"

    def open(self, place: str, sealed: str) -> RowText:
        """Return the decrypted text of a place ("table.column"), with the row it was encrypted for.

        Raises StoreUnavailable for a key that is not there, and ValueError for a text that was changed or moved.
        """
        id, row, data = sealed.removeprefix(MARK).split(":", 2)
        if id not in self._keys:
            self._look(at_once=True)
        if id not in self._keys:
            raise StoreUnavailable(missing_key(id))
        raw = unhexlify(data[1:]) if data.startswith(_HEX_MARK) else base64.b64decode(data)
        try:
            text = self._keys[id].decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], f"{place}:{row}".encode())
        except InvalidTag as error:
            raise ValueError(place) from error
        return RowText.of(row, text.decode())

    def _look(self, *, at_once: bool = False) -> None:
        """Reread the file of keys if it has changed; with `at_once` even if it was looked at a moment ago."""
        now = time.monotonic()
        if self._path is None or (now - self._looked_at < KEY_LOOK_SECONDS and not at_once):
            return
        self._looked_at = now
        try:
            changed_at = self._path.stat().st_mtime_ns
            if changed_at != self._changed_at:
                self._keys, self._changed_at = _keys_of(self._path.read_text()), changed_at
        except (OSError, UsageError):
            log.error("key_file_unreadable")  # noqa: TRY400 - the keys at hand go on


def new_key_line(id: str) -> str:
    """Return a line with a new random key under an id, for the file of keys."""
    return f"{id} {base64.b64encode(AESGCM.generate_key(_KEY_BYTES * 8)).decode()}\n"


def _keys_of(lines: str) -> dict[str, AESGCM]:
    try:
        pairs = [line.split() for line in lines.splitlines() if line.strip()]
        keys = {id: AESGCM(base64.b64decode(key, validate=True)) for id, key in pairs}
    except ValueError as error:
        raise UsageError(translate("Le chiavi del database non si leggono: ogni riga è un nome e una chiave.")) from error
    if not keys or any(":" in id for id in keys):
        raise UsageError(translate("Le chiavi del database non si leggono: ogni riga è un nome e una chiave."))
    return keys


def missing_key(id: str) -> str:
    """Return the error sentence for data whose key is missing."""
    message = translate("I dati sono cifrati con la chiave «{id}», che manca. Rimetti la chiave: niente è stato cambiato.")
    return message.format(id=id)


def keyring_of(key_file: str, keys: str, environment: Mapping[str, str] = os.environ) -> Keyring | None:
    """Return the keys from the settings, a systemd credential or a file, in this order; None if there are none."""
    if keys:
        return Keyring(keys.replace(";", "\n"))
    credential = Path(environment.get("CREDENTIALS_DIRECTORY", "")) / "bot.key"
    path = credential if "CREDENTIALS_DIRECTORY" in environment and credential.exists() else Path(key_file)
    return Keyring(path.read_text(), path) if path.exists() else None


#: The keys of each database, by the dialect object that its engine has for itself.
_KEYRINGS: WeakKeyDictionary[sa.Dialect, Keyring] = WeakKeyDictionary()


def use_keyring(engine: sa.Engine, keyring: Keyring | None) -> None:
    """Make an engine encrypt sealed columns when it writes rows, and decrypt them when it reads."""
    if keyring is not None:
        _KEYRINGS[engine.dialect] = keyring


class Sealed(sa.TypeDecorator[str]):
    """A column of text that is sealed where the database has keys."""

    impl = sa.Text
    cache_ok = True

    def __init__(self, place: str, unreadable: str = "") -> None:
        """Set the place ("table.column"), and the text to read in place of one that was changed or moved."""
        super().__init__()
        self.place = place
        self.unreadable = unreadable

    def process_bind_param(self, value: str | None, dialect: sa.Dialect) -> str | None:
        """Return a text as it is stored, encrypted; one that is encrypted already, such as from a backup, is unchanged."""
        keyring = _KEYRINGS.get(dialect)
        if not isinstance(value, str):
            # The database refuses what is no text; turned into one it would be stored.
            return value
        if not value or keyring is None or value.startswith(MARK):
            return str(value)
        return keyring.seal(self.place, value.row if isinstance(value, RowText) else "", value)

    def process_result_value(self, value: str | None, dialect: sa.Dialect) -> str | None:
        """Return a stored text decrypted. Raises StoreUnavailable for a key that is missing."""
        if value is None or not value.startswith(MARK):
            return value
        keyring = _KEYRINGS.get(dialect)
        if keyring is None:
            raise StoreUnavailable(missing_key(value.split(":", 2)[1]))
        try:
            return keyring.open(self.place, value)
        except ValueError:
            log.error("sealed_text_changed", place=self.place)  # noqa: TRY400 - the text stays out of the log
            return self.unreadable


def raw(column: sa.Column[str]) -> sa.ColumnElement[str]:
    """Return a column as it is stored, without decrypting it."""
    return sa.type_coerce(column, sa.Text())
