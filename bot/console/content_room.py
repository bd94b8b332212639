"""The content part of the console: its files, errors shown while typing, forms for common changes, and publishing with a reason.

Files are named within the content folder: the settings, and anything else on the machine, cannot be read here.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import re
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path, PurePosixPath
from typing import Any

from bot.authoring.changes import changes_between, sentences
from bot.authoring.check import check
from bot.authoring.load import CONTENT_FILES, read_content
from bot.authoring.problems import Problem
from bot.authoring.publish import ContentFiles, digest_of, read_files, write_files
from bot.authoring.schema import json_schema
from bot.authoring.source import Source
from bot.authoring.yaml_nodes import LARGEST_FILE
from bot.console import forms
from bot.console.forms import FormChange
from bot.console.message_sources import ContentSentence, sources_of
from bot.console.yaml_edits import sentences_in, services_in, with_field, with_sentence
from bot.core.content import Content
from bot.errors import ContentError, UsageError
from bot.installation import local
from bot.publishing import effects_of, files_of, publish_files, undo
from bot.settings import Settings
from bot.staff_language import translate
from bot.storage.schema import Database
from bot.usecases.console_access import ConsoleAccess, Visitor
from bot.usecases.versions import ContentVersion

#: The files that may be written: YAML, directly in a folder of content.
_WRITABLE = re.compile(r"(?:flows|catalogue|catalogue/services)/[a-z0-9][a-z0-9_-]{0,60}\.yaml")
#: The sentences that the bot says, which have a form; and files beside it that hold no questions.
_SENTENCES = "flows/texts.yaml"
_NO_QUESTIONS = (_SENTENCES, "flows/replies.yaml")
#: Fields of a service that have a form.
FORM_FIELDS = ("availability", "valid", "apply", "assured")


class Conflict(UsageError):
    """Raised when a file was changed by somebody else since it was opened: nothing is overwritten."""

    def __init__(self, message: str, text: str, digest: str) -> None:
        super().__init__(message)
        self.text = text
        self.digest = digest


class ContentRoom:
    """A content folder, and the versions that were published of it."""

    def __init__(self, root: Path, settings: Settings, database: Callable[[], Database], clock: Callable[[], float]) -> None:
        """Set up the room; `database` opens the database for publishing, only when something is published or listed."""
        self.root = root
        self._settings = settings
        self._database = database
        self.clock = clock
        self._writing = asyncio.Lock()
        #: The files read last, by their digest.
        self._last_read: tuple[str, Source] | None = None

    # --- Files

    async def files(self) -> dict[str, Any]:
        """Return the names of all files."""
        files = await asyncio.to_thread(read_files, self.root)
        return {"files": [{"path": name, "bytes": len(data)} for name, data in files.items()]}

    def file(self, path: str) -> dict[str, str]:
        """Return the text of a file and its digest. Raises UsageError for anything but a content file."""
        data = self._path(path).read_bytes()[: LARGEST_FILE + 1]
        return {"path": path, "text": data.decode("utf-8", "replace"), "digest": _digest(data)}

    def schema(self, path: str) -> dict[str, Any]:
        """Return the JSON Schema of a file, by which its editor completes; empty for a file that has none. Raises UsageError."""
        self._path(path, may_be_new=True)
        matching = (one for one in CONTENT_FILES if PurePosixPath(path).match(one.path))
        # A file of its own name has another schema than those beside it: `flows/texts.yaml` is no flow.
        found = max(matching, key=lambda one: "*" not in one.path, default=None)
        return dict(json_schema(found)) if found is not None else {}

    def _path(self, name: str, *, may_be_new: bool = False) -> Path:
        path = self.root / name
        is_there = path.is_file() and not path.is_symlink() and path.resolve().is_relative_to(self.root.resolve())
        if not _WRITABLE.fullmatch(name) or not (is_there or (may_be_new and not path.exists())):
            raise UsageError(translate("Questo non è un file dei contenuti: «{name}».").format(name=name))
        return path

    async def check(self, path: str, text: str) -> dict[str, Any]:
        """Return the problems of the content with a new text in one file; nothing is written."""
        self._path(path, may_be_new=True)
        files = await asyncio.to_thread(read_files, self.root)
        return {"problems": await asyncio.to_thread(self._problems, {**files, path: text.encode()})}

    async def check_all(self) -> dict[str, Any]:
        """Return every problem of the folder as it stands, including those of slow rules about the content as a whole."""
        files = await asyncio.to_thread(read_files, self.root)
        return {"problems": await asyncio.to_thread(self._problems, files, is_whole=True)}

    def _problems(self, files: ContentFiles, *, is_whole: bool = False) -> list[dict[str, Any]]:
        source = self._read(files)
        found = check(source, local(self.clock()).date()) if is_whole else source.problems
        return [_as_json(one, "error") for one in found.errors] + [_as_json(one, "warning") for one in found.warnings]

    def _read(self, files: ContentFiles) -> Source:
        """Return what content files say; the result is cached, since the files checked are often saved next."""
        digest = digest_of(files)
        if self._last_read is None or self._last_read[0] != digest:
            with tempfile.TemporaryDirectory(prefix="content-") as folder:
                write_files(files, Path(folder))
                self._last_read = (digest, read_content(Path(folder), self._settings.staff_language))
        return self._last_read[1]

    async def save(self, path: str, text: str, digest: str) -> dict[str, Any]:
        """Write a file that nobody else has changed since it was opened with this digest. Raises Conflict and UsageError."""
        async with self._writing:
            return await asyncio.to_thread(self._save, path, text, digest)

    def _save(self, name: str, text: str, digest: str) -> dict[str, Any]:
        path, data = self._path(name, may_be_new=True), text.encode()
        if len(data) > LARGEST_FILE:
            raise UsageError(translate("Il file è troppo grande."))
        there = path.read_bytes() if path.exists() else b""
        if _digest(there) != digest and there != data:
            message = translate("Nel frattempo qualcun altro ha salvato questo file. Il tuo testo è ancora qui.")
            raise Conflict(message, there.decode("utf-8", "replace"), _digest(there))
        part = path.with_name(f".{path.name}.part")
        with part.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
        return {"digest": _digest(data)}

    async def sound_content(self) -> Content | None:
        """Return the content of the folder as it stands; None if it has errors."""
        return (await asyncio.to_thread(lambda: self._read(read_files(self.root)))).content

    # --- Forms

    async def services(self) -> dict[str, Any]:
        """Return every service with the fields that have a form."""
        files = await asyncio.to_thread(read_files, self.root)
        found = [
            {
                "id": one.id,
                "name": one.name,
                "file": name,
                "line": one.line,
                "fields": {field: one.fields.get(field, "") for field in FORM_FIELDS},
                "locations": [
                    {
                        "number": number,
                        "label": place.get("name") or place.get("place") or place.get("serves", ""),
                        "hours": place.get("hours", ""),
                    }
                    for number, place in enumerate(one.locations)
                    if "dates" not in place
                ],
            }
            for name, data in files.items()
            if name.startswith("catalogue/services/")
            for one in services_in(data.decode("utf-8", "replace"))
        ]
        return {"services": found, "today": local(self.clock()).date().isoformat()}

    async def set_field(self, service: str, field: str, value: str, location: int | None = None) -> dict[str, Any]:
        """Change a field of a service, or the hours of its location, if the content is sound with it.

        Raises ContentError and UsageError.
        """
        if field not in (FORM_FIELDS if location is None else ("hours",)):
            raise UsageError(translate("Questo campo si cambia nel file."))

        def changed(files: ContentFiles) -> FormChange:
            texts = {name: data.decode("utf-8") for name, data in files.items() if name.startswith("catalogue/services/")}
            file = next((name for name, text in texts.items() if any(one.id == service for one in services_in(text))), None)
            if file is None:
                raise UsageError(translate("Il servizio «{id}» non è in questo file.").format(id=service))
            return {file: with_field(texts[file], service, field, value, location)}, {}

        return await self.change(changed)

    async def sentences(self) -> dict[str, Any]:
        """Return every sentence that the bot says, in the order of its files: first the texts, then the questions."""

        def found() -> list[dict[str, Any]]:
            files = read_files(self.root)
            names = [_SENTENCES, *(name for name in files if name.startswith("flows/") and name not in _NO_QUESTIONS)]
            return [
                {"file": name, "key": one.key, "text": one.text, "line": one.line}
                for name in names
                for one in sentences_in(files.get(name, b"").decode("utf-8", "replace"))
            ]

        return {"sentences": await asyncio.to_thread(found)}

    async def sources(self, message: str) -> dict[str, Any]:
        """Return the places in the content of the sentences in a message of the bot, in the message's order."""

        def found() -> list[dict[str, Any]]:
            files = {name: data.decode("utf-8", "replace") for name, data in read_files(self.root).items()}
            spoken = [
                ContentSentence(name, one.line, one.text)
                for name, text in files.items()
                if name.startswith("flows/")
                for one in sentences_in(text)
            ]
            offered = [
                ContentSentence(name, one.line, words)
                for name, text in files.items()
                if name.startswith("catalogue/services/")
                for one in services_in(text)
                for words in (one.name, one.fields.get("summary", ""))
            ]
            return [asdict(one) for one in sources_of(message, [*spoken, *offered])]

        return {"lines": await asyncio.to_thread(found)}

    async def set_sentence(self, key: str, value: str, file: str = "") -> dict[str, Any]:
        """Change a sentence of the texts or of a flow, if the content is sound with it. Raises ContentError and UsageError."""
        name = file or _SENTENCES
        self._path(name)
        return await self.change(lambda files: ({name: with_sentence(files.get(name, b"").decode("utf-8"), key, value)}, {}))

    async def choices(self) -> dict[str, Any]:
        """Return the options that the forms offer; empty if the content has errors."""
        content = await self.sound_content()
        return forms.choices_of(content) if content is not None else {}

    async def add_service(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Add a service, if the content is sound with it, and return its id. Raises ContentError and UsageError."""
        content = await self.sound_content()
        if content is None:
            raise UsageError(translate("I contenuti hanno errori: correggili prima."))
        today = local(self.clock()).date()
        return await self.change(lambda _: forms.with_service(self.root, content, given, today))

    async def add_words(self, owner: str, field: str, words: str) -> dict[str, Any]:
        """Add an example sentence or a phrase to an entry, if the content has no errors with it.

        Raises ContentError and UsageError.
        """
        return await self.change(lambda _: (forms.with_words(self.root, owner, field, words), {}))

    async def remove_service(self, service: str) -> dict[str, Any]:
        """Remove a service, if the content is sound without it. Raises ContentError and UsageError."""
        return await self.change(lambda _: (forms.without_service(self.root, service), {}))

    async def repeat_service(self, service: str) -> dict[str, Any]:
        """Copy a service to the year after its dates, and return the id of the copy. Raises ContentError and UsageError."""
        return await self.change(lambda _: forms.with_next_season(self.root, service))

    async def sheet(self, name: str, data: str, *, is_taken: bool) -> dict[str, Any]:
        """Return in sentences the changes that a spreadsheet (base64) would make; write them if `is_taken`.

        Raises ContentError with the row and column of every error, and UsageError.
        """
        if is_taken:
            return await self.change(lambda _: forms.with_sheet(self.root, name, data))
        return (await asyncio.to_thread(forms.with_sheet, self.root, name, data))[1]

    async def change(self, make: Callable[[ContentFiles], FormChange]) -> dict[str, Any]:
        """Save the files that a form changes, if the content is sound with them. Raises ContentError and UsageError."""

        def changed() -> dict[str, Any]:
            files = read_files(self.root)
            texts, more = make(files)
            found = self._problems({**files, **{name: text.encode() for name, text in texts.items()}})
            if errors := [one["message"] for one in found if one["severity"] == "error"]:
                raise ContentError(errors)
            saved = {name: self._save(name, text, _digest(files.get(name, b"")))["digest"] for name, text in texts.items()}
            return {"files": list(texts), "digests": saved, **more}

        async with self._writing:
            return await asyncio.to_thread(changed)

    # --- Visitors

    async def enter(self, access: ConsoleAccess, ticket: str) -> Visitor | None:
        """Return the visitor of a link's ticket, and use the ticket up; None for an invalid one."""
        now = self.clock()
        return await asyncio.to_thread(self._database().once, lambda unit: access.enter(unit, ticket, now))

    async def record(self, visitor: Visitor, act: str, given: Mapping[str, Any], done: Mapping[str, Any]) -> None:
        """Record an act of a visitor in the audit, with its object: a service, a sentence or a file."""
        names = ("service", "key", "path", "owner")
        changed = next((given[name] for name in names if given.get(name)), done.get("id") or done.get("name"))
        now = self.clock()
        await asyncio.to_thread(
            self._database().once, lambda unit: unit.audit.record(visitor.actor, act, f"console:{changed}", now)
        )

    # --- Versions

    async def changes(self) -> dict[str, Any]:
        """Return in sentences the changes that publishing the folder would bring, and the current version."""

        def compared() -> dict[str, Any]:
            versions = self._versions()
            before = files_of(self._database(), versions[0].number) if versions else {}
            found = sentences(changes_between(before, read_files(self.root))) if versions else []
            return {"changes": found, "follows": versions[0].number if versions else 0}

        return await asyncio.to_thread(compared)

    async def effects(self) -> dict[str, Any]:
        """Return in sentences how publishing the folder would affect people; computing it takes a moment."""

        def counted() -> list[str]:
            return effects_of(self._database(), self._settings, read_files(self.root), self.clock()) if self._versions() else []

        return {"effects": await asyncio.to_thread(counted)}

    async def versions(self) -> dict[str, Any]:
        """Return the versions that were published, the newest first."""
        return {"versions": [_version_as_json(one) for one in await asyncio.to_thread(self._versions)]}

    def _versions(self) -> list[ContentVersion]:
        database = self._database()
        revision = database.revision()
        if revision.current != revision.newest:
            return []
        return list(database.once(lambda unit: unit.content_versions.list()))

    async def publish(self, reason: str, follows: int | None, author: str) -> dict[str, Any]:
        """Publish the folder. Raises ContentError with every problem, and UsageError if another version was published since."""

        def published() -> ContentVersion:
            database, files = self._database(), read_files(self.root)
            database.migrate()
            follow = {"follows": follows} if isinstance(follows, int) else {}
            return publish_files(database, self._settings, files, self.clock(), reason=reason, author=author, **follow)

        return _version_as_json(await asyncio.to_thread(published))

    async def undo(self, to: int | None, author: str) -> dict[str, Any]:
        """Publish the version before again, or the version `to`; the files in the folder stay as they are."""
        back = await asyncio.to_thread(undo, self._database(), self._settings, self.clock(), author=author, to=to)
        return _version_as_json(back)

    async def reports(self) -> dict[str, Any]:
        """Return the figures of the database, and words on their source."""

        def counted() -> dict[str, Any]:
            database = self._database()
            revision = database.revision()
            if revision.current != revision.newest:
                return {"text": translate("Qui arrivano i bisogni, quando il bot lavora su questo database."), "figures": []}
            counts = database.once(lambda unit: unit.queue_counts())
            figures = [
                {"label": translate("persone che hanno scritto"), "value": counts.chats},
                {"label": translate("richieste aperte"), "value": counts.open_cases},
            ]
            return {"text": translate("Dal database del bot, adesso."), "figures": figures}

        return await asyncio.to_thread(counted)


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _as_json(problem: Problem, severity: str) -> dict[str, Any]:
    mark = problem.mark
    return {"file": mark.file, "line": mark.line, "column": mark.column, "message": problem.message, "severity": severity}


def _version_as_json(version: ContentVersion) -> dict[str, Any]:
    return {
        "number": version.number,
        "when": f"{local(version.published_at):%d/%m/%Y %H:%M}",
        "author": version.author,
        "reason": version.reason,
    }
