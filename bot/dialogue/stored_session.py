"""The stored form of a session: JSON, with a version. Older versions are read and migrated, never written.

The fields are those that `Session` declares, without the ones that have their default. Only the values of answers have a form of
their own, which the kind of their attribute gives them ("36..48" for an age).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from pydantic import TypeAdapter

from bot.core.attributes import Vocabulary, encode
from bot.core.case import CaseReason
from bot.core.conditions import Value
from bot.core.stored import Migrations, dump_record, load_record
from bot.dialogue.session import Session
from bot.json_types import Json

#: The version that is written. A field that is renamed or changes its meaning needs the next one, and a migration.
SESSION_VERSION = 2

_SESSION = TypeAdapter(Session)


def dump_session(session: Session) -> str:
    """Return a session as JSON."""
    written: dict[str, Json] = _SESSION.dump_python(session, exclude_defaults=True)
    interviews = [(session.interview, written.get("interview", {}))]
    interviews += [
        (search.interview, stored["interview"])
        for search, stored in zip(session.saved_searches, written.get("saved_searches", ()), strict=True)
    ]
    for interview, stored in interviews:
        for attribute, answer in interview.answers.items() if interview is not None else ():
            if answer.values:
                stored["answers"][attribute]["values"] = [encode(value) for value in answer.values]
    for wish, stored in zip(session.wishes, written.get("wishes", ()), strict=True):
        stored["answers"] = {attribute: [encode(value) for value in values] for attribute, values in wish.answers.items()}
    if session.suggestions:
        written["suggestions"] = [encode(value) for value in session.suggestions]
    return dump_record(written, SESSION_VERSION)


def load_session(text: str, vocabulary: Vocabulary) -> Session:
    """Return the session that `dump_session` wrote, in this version or an earlier one, without values that no longer exist.

    A session of an unknown version begins anew. Raises ValueError, KeyError, TypeError or AttributeError for any other text.
    """
    written = load_record(text, SESSION_VERSION, _MIGRATIONS)
    if written is None:
        return Session()
    searches = [search["interview"] for search in written.get("saved_searches", ())]
    for interview in [written["interview"], *searches] if "interview" in written else searches:
        interview["answers"] = dict(_answers(interview.get("answers", {}), vocabulary))
    if suggested := written.get("suggestions"):
        written["suggestions"] = _values(written.get("suggested_attribute", ""), suggested, vocabulary)
    for wish in written.get("wishes", ()):
        known = ((attribute, _values(attribute, values, vocabulary)) for attribute, values in wish.get("answers", {}).items())
        wish["answers"] = {attribute: values for attribute, values in known if values}
        wish["choices"] = [need for need in wish.get("choices", ()) if need in vocabulary.needs]
    written["wishes"] = [wish for wish in written.get("wishes", ()) if wish["answers"] or wish["choices"]]
    return _SESSION.validate_python(written)


def _answers(written: Mapping[str, Json], vocabulary: Vocabulary) -> Iterator[tuple[str, Json]]:
    """Yield the stored answers with their values; answers whose values are all gone are dropped."""
    for attribute, answer in written.items():
        encoded = answer.get("values", ())
        values = _values(attribute, encoded, vocabulary)
        if attribute in vocabulary.attributes and (values or not encoded):
            yield attribute, {**answer, "values": values}


def _values(attribute: str, encoded: Iterable[str], vocabulary: Vocabulary) -> tuple[Value, ...]:
    """Return the stored values that the vocabulary still knows."""
    declared = vocabulary.attributes.get(attribute)
    found: list[Value] = []
    for text in encoded if declared is not None else ():
        assert declared is not None
        try:
            found.append(declared.kind.decode(text))
        except ValueError:
            continue
    return tuple(value for value in found if vocabulary.is_valid(attribute, value))


# --- Earlier versions

#: Names of version 1 → names of version 2.
_RENAMED_IN_2 = {
    "suggested_for": "suggested_attribute",
    "misunderstood": "misunderstandings",
    "interviews": "interview_count",
    "album": "last_album_id",
    "case": "case_state",
    "closed": "closed_at",
    "barred": "is_barred",
    "said": "recent_texts",
    "said_back": "awaiting_confirmation",
}


def _to_version_2(written: dict[str, Json]) -> dict[str, Json]:
    """Return a session of version 1 with the names of version 2.

    Its `human` held the reason of a handoff, and after the end of a case the name of the manager.
    """
    human, sent, interview = written.pop("human", ""), written.pop("sent", ()), written.pop("interview", None)
    renamed = {_RENAMED_IN_2.get(name, name): value for name, value in written.items()}
    if human:
        renamed["handoff_reason" if human in list(CaseReason) else "closed_by"] = human
    if sent:
        renamed["attachments"] = [{"message": message, "text": "", "kind": kind} for message, kind in sent]
    if interview is not None:
        answers = {attribute: {"kind": kind, "values": values} for attribute, kind, values in interview.pop("answers")}
        renamed["interview"] = {**interview, "answers": answers}
    return renamed


_MIGRATIONS: Migrations = {1: _to_version_2}
