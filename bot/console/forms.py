"""Changes made by the console's forms, as new texts of the changed files. The content room checks and writes them."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bot.authoring.editing.drafts import Files, drafted
from bot.authoring.editing.new_entries import EntryKind, form_of, new_entry
from bot.authoring.editing.seasons import next_season
from bot.authoring.examples import EXAMPLES, PHRASES, UNLIKE, ExampleFiles
from bot.authoring.exchange.services import changes_of, entries
from bot.authoring.exchange.sheet import read_sheet
from bot.authoring.exchange.trouble import row_problems
from bot.authoring.load import read_content
from bot.core.attributes import PERSON, PLACE
from bot.core.content import Content
from bot.errors import ContentError, UsageError
from bot.staff_language import translate

#: The new texts of files, and what the page gets to know about the change.
FormChange = tuple[Files, dict[str, Any]]
#: Lists that a form adds to: whole sentences, and words that tell a danger alone or only look like it.
_LISTS = (EXAMPLES, PHRASES, UNLIKE)
#: Fields of a new service and of its location that the form asks for as they are.
_OF_SERVICE = ("name", "organization", "summary", "phone", "email", "website", "cost", "how_to_apply", "valid")
_OF_LOCATION = ("place", "address", "hours")
#: Endings of spreadsheets, and bytes of one at most.
_SHEETS, _MOST_SHEET_BYTES = (".xlsx", ".csv"), 5_000_000
#: Bytes of what a packed sheet holds, at most: one that holds more was made to fill the memory.
_MOST_UNPACKED_BYTES = 50_000_000


def choices_of(content: Content) -> dict[str, list[dict[str, str]]]:
    """Return the options that the forms offer, by name: needs, municipalities, people, and all entries with examples."""
    vocabulary = content.vocabulary
    needs = [{"id": one.id, "label": one.label, "kind": translate("Bisogno")} for one in vocabulary.needs.values()]
    dangers = [{"id": one.id, "label": one.label, "kind": translate("Pericolo")} for one in content.dangers.values()]
    topics = [{"id": one.id, "label": one.label, "kind": translate("Altra richiesta")} for one in content.topics.values()]

    def terms(attribute: str) -> list[dict[str, str]]:
        declared = vocabulary.attributes.get(attribute)
        return [{"id": one.id, "label": one.label} for one in declared.terms.values()] if declared is not None else []

    return {
        "needs": needs,
        "places": terms(PLACE),
        "people": terms(PERSON),
        "taught": [*dangers, *needs, *topics],
        "dangers": dangers,
    }


def with_service(root: Path, content: Content, given: Mapping[str, Any], today: dt.date) -> FormChange:
    """Return the file with a new service, and its id. Raises UsageError if the name or the need is missing."""
    fields = {name: " ".join(str(value).split()) for name, value in given.items() if str(value).strip()}
    need = content.vocabulary.needs.get(fields.get("need", ""))
    if need is None or "name" not in fields:
        raise UsageError(translate("Scrivi il nome del servizio e scegli il bisogno a cui risponde."))
    form = form_of(root, EntryKind.SERVICE, today)
    location = {name: fields[name] for name in _OF_LOCATION if name in fields}
    people = {name: fields[name] for name in ("persona", "eta") if name in fields}
    values: dict[str, object] = {"id": form.free_id(fields["name"])}
    values |= {name: fields[name] for name in _OF_SERVICE if name in fields}
    values |= {"category": need.category, "need": [need.id], "assured": today.isoformat()}
    values |= {"eligibility": people} if people else {}
    values["locations"] = [location if "place" in location else {**location, "serves": "tutti"}]
    # Beside the others of its need, where editors look for it.
    file = next((one.file for one in entries(root).values() if need.id in _listed(one.fields.get("need"))), "")
    entry = new_entry(root, EntryKind.SERVICE, values, file)
    return {entry.file: entry.text}, {"id": entry.id}


def with_words(root: Path, owner: str, field: str, words: str) -> Files:
    """Return the file with a sentence, or a phrase of a danger, added to an entry. Raises UsageError."""
    if not words.strip() or field not in _LISTS:
        raise UsageError(translate("Scrivi la frase: non può restare vuota."))
    files = ExampleFiles(root)
    files.add(owner, " ".join(words.split()), field)
    if not (changed := files.changed_texts()):
        raise UsageError(translate("Questa frase c'è già."))
    return changed


def without_service(root: Path, service: str) -> Files:
    """Return the file without a service. Raises UsageError if it is not there."""
    found = entries(root)
    entry = found.get(service)
    if entry is None:
        raise UsageError(translate("Il servizio «{id}» non c'è.").format(id=service))
    text = (root / entry.file).read_bytes().decode().replace(entry.text, "", 1)
    is_last = not any(other.file == entry.file for other in found.values() if other is not entry)
    return {entry.file: f"{text.rstrip()}\n[]\n".lstrip() if is_last else text}


def with_next_season(root: Path, service: str) -> FormChange:
    """Return the file with a service's copy for the year after its dates, and its id. Raises UsageError without dates."""
    season = next_season(root, None, service=service)
    if service not in season.copies:
        message = translate("«{id}» non ha date con un anno, oppure l'anno dopo c'è già.")
        raise UsageError(message.format(id=service))
    return season.files, {"id": season.copies[service]}


def with_sheet(root: Path, name: str, data: str) -> FormChange:
    """Return the files with the changes of a spreadsheet (base64), and these changes in sentences.

    Raises UsageError for what is no spreadsheet, and ContentError with the row and column of every error.
    """
    ending = Path(name).suffix.lower()
    try:
        sheet = base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError):
        sheet = b""
    if ending not in _SHEETS or not 0 < len(sheet) <= _MOST_SHEET_BYTES:
        raise UsageError(translate("Serve un foglio .xlsx o .csv, al massimo di 5 MB."))
    with tempfile.TemporaryDirectory(prefix="sheet-") as folder:
        path = Path(folder) / f"sheet{ending}"
        path.write_bytes(sheet)
        try:
            _refuse_bomb(path)
            rows = read_sheet(path)
            changes = changes_of(root, rows)
        except ValueError as error:
            raise UsageError(translate("Nel foglio, {problem}").format(problem=error)) from error
        except UsageError:
            raise
        except Exception as error:
            # Whatever breaks the reader of office files is no sheet of ours.
            raise UsageError(translate("Questo foglio non si riesce a leggere. Salvalo di nuovo e riprova.")) from error
    with drafted(root, changes.files) as draft:
        if errors := row_problems(draft, read_content(draft).problems.errors, rows):
            raise ContentError(errors)
    gone = [translate("«{id}» non è nel foglio: resta com'è.").format(id=id) for id in changes.missing]
    return changes.files, {"changes": [*changes.sentences, *gone], "id": Path(name).name[:60]}


def _refuse_bomb(path: Path) -> None:
    """Raise UsageError for a compressed spreadsheet that would unpack to too much data."""
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as packed:
            if sum(entry.file_size for entry in packed.infolist()) > _MOST_UNPACKED_BYTES:
                raise UsageError(translate("Questo foglio è troppo grande."))


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]
