"""Forms with files (RFC 7578), read from bytes; no more of it than HTTP clients send."""

from __future__ import annotations

from collections.abc import Iterator
from email.message import Message
from email.parser import BytesHeaderParser

from bot.fake_telegram.switchboard import Upload


def read_form(content_type: str, body: bytes) -> tuple[dict[str, str], dict[str, Upload]]:
    """Return the plain fields and the files of a form.

    Raises:
        ValueError: the body is not such a form.

    """
    outer = Message()
    outer["Content-Type"] = content_type
    boundary = outer.get_param("boundary")
    if not isinstance(boundary, str):
        raise ValueError("a form with files needs a boundary")  # noqa: TRY004 - the body is wrong, not the caller
    fields: dict[str, str] = {}
    files: dict[str, Upload] = {}
    for header, content in _parts(body, boundary.encode()):
        name = header.get_param("name", header="Content-Disposition")
        if not isinstance(name, str):
            raise ValueError("a part of the form has no name")  # noqa: TRY004
        filename = header.get_filename()
        if filename is None:
            fields[name] = content.decode()
        else:
            files[name] = (filename, content)
    return fields, files


def _parts(body: bytes, boundary: bytes) -> Iterator[tuple[Message, bytes]]:
    for part in (b"\r\n" + body).split(b"\r\n--" + boundary)[1:-1]:
        head, separator, content = part.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        if not separator:
            raise ValueError("a part of the form has no end of its header")
        yield BytesHeaderParser().parsebytes(head), content
