"""The changes between two versions of content, as sentences for staff: "«Nido Girasole»: posti, da «open» a «full»."

Files are compared as they are written, entry by entry: a service by its id, a question by its words, a location by its place.
Order, comments and the way of quoting change nothing, but for questions, which are asked in their order.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.authoring.problems import Problems
from bot.authoring.publish import ContentFiles
from bot.authoring.yaml_nodes import ListNode, MapNode, Node, ScalarNode, parse
from bot.staff_language import translate

#: The keys that name an entry of a list, the first that it has.
_NAMING_KEYS = ("id", "ask", "say", "place", "name")
#: The keys whose words stand for an entry in a sentence.
_LABELS = ("name", "label", "title", "ask")
#: Characters of a value in a sentence.
_LONGEST_VALUE = 80


@dataclass(frozen=True, slots=True)
class Change:
    """A difference at one place of the content; `before` is missing for a new thing, `after` for a removed one."""

    file: str
    #: The way to the place, from the outside in: the labels of entries and the names of fields.
    trail: tuple[str, ...]
    before: str | None
    after: str | None

    def __str__(self) -> str:
        entry, *fields = self.trail or (self.file,)
        subject = translate("«{entry}»").format(entry=entry) + "".join(f", {_field_label(field)}" for field in fields)
        if self.before is None:
            return translate("{subject}: nuovo{value}.").format(subject=subject, value=_quoted(self.after))
        if self.after is None:
            return translate("{subject}: tolto{value}.").format(subject=subject, value=_quoted(self.before))
        sentence = translate("{subject}: da «{before}» a «{after}».")
        return sentence.format(subject=subject, before=_short(self.before), after=_short(self.after))


def changes_between(before: ContentFiles, after: ContentFiles) -> list[Change]:
    """Return all differences between two versions, in the order of the files; a file with a syntax error counts as removed."""
    found: list[Change] = []
    # Reading takes a second for a whole folder, and an edit touches few files of it.
    moved = tuple(
        _entries({name: data for name, data in one.items() if before.get(name) != after.get(name)}) for one in (before, after)
    )
    for key in dict.fromkeys((*moved[0], *moved[1])):
        old, new = moved[0].get(key), moved[1].get(key)
        file = (new or old or ("", None))[0]
        found += _differences(file, (), old[1] if old else None, new[1] if new else None)
    return found


def first_publication(files: ContentFiles) -> str:
    """Return in a sentence for staff how much content there is, where no earlier version can be compared with it."""
    entries = _entries(files)
    questions = sum(
        len(asked.items)
        for name, (_, node) in entries.items()
        if name.startswith("flows/") and isinstance(node, MapNode) and isinstance(asked := node.get("questions"), ListNode)
    )
    return translate(
        "Prima pubblicazione: servizi {services}, bisogni {needs}, domande {questions}, frasi del bot {texts}."
    ).format(
        services=sum(name.startswith("service ") for name in entries),
        needs=_size(entries, "catalogue/needs.yaml", "needs"),
        questions=questions,
        texts=_size(entries, "flows/texts.yaml"),
    )


def _size(entries: dict[str, tuple[str, Node]], file: str, field: str | None = None) -> int:
    """Return how many entries a file has, or a field of it; 0 without the file."""
    node = entries[file][1] if file in entries else None
    if field is not None and isinstance(node, MapNode):
        node = node.get(field)
    return len(node.items) if isinstance(node, ListNode) else len(node.entries) if isinstance(node, MapNode) else 0


def _entries(files: ContentFiles) -> dict[str, tuple[str, Node]]:
    """Return the nodes of each file; services are kept by id, so that moving one to another file is no difference."""
    found: dict[str, tuple[str, Node]] = {}
    problems = Problems("it")
    for name in sorted(files):
        node = parse(name, files[name], problems) if name.endswith(".yaml") else None
        if isinstance(node, ListNode) and name.startswith("catalogue/services/"):
            for item in node.items:
                found[f"service {_key(item)}"] = (name, ListNode((item,), item.mark))
        elif node is not None:
            found[name] = (name, node)
    return found


def _differences(file: str, trail: tuple[str, ...], before: Node | None, after: Node | None) -> Iterator[Change]:
    if isinstance(before, MapNode) and isinstance(after, MapNode):
        yield from _of_maps(file, trail, before, after)
    elif isinstance(before, ListNode) and isinstance(after, ListNode):
        yield from _of_lists(file, trail, before, after)
    elif isinstance(before or after, ListNode) and (before is None or after is None) and _is_list_of_entries(before or after):
        empty = ListNode((), (before or after).mark)  # type: ignore[union-attr]
        yield from _of_lists(file, trail, before or empty, after or empty)  # type: ignore[arg-type]
    elif _text(before) != _text(after):
        yield Change(file, trail, _text(before), _text(after))


def _of_maps(file: str, trail: tuple[str, ...], before: MapNode, after: MapNode) -> Iterator[Change]:
    for key in dict.fromkeys(name.text for name, _ in (*before.entries, *after.entries)):
        old, new = before.get(key), after.get(key)
        label = _label(new or old) or key if not trail else key
        yield from _differences(file, (*trail, label), old, new)


def _of_lists(file: str, trail: tuple[str, ...], before: ListNode, after: ListNode) -> Iterator[Change]:
    old, new = _keyed(before), _keyed(after)
    for key in dict.fromkeys((*old, *new)):
        was, now = old.get(key), new.get(key)
        if isinstance(now or was, MapNode):
            yield from _differences(file, (*trail, _label(now or was) or key), was, now)
        elif was is None or now is None:
            yield Change(file, trail, None if was is None else _text(was), None if now is None else _text(now))
    both = [key for key in old if key in new]
    if trail[-1:] == ("questions",) and both != [key for key in new if key in old]:
        yield Change(file, trail, ", ".join(both), ", ".join(key for key in new if key in old))


def _keyed(node: ListNode) -> dict[str, Node]:
    """Return the entries of a list by their names; where several have the same name, a number is added."""
    found: dict[str, Node] = {}
    for item in node.items:
        key, number = _key(item), 2
        while key in found:
            key, number = f"{_key(item)} ({number})", number + 1
        found[key] = item
    return found


def _key(node: Node) -> str:
    if isinstance(node, MapNode):
        named = (node.get(key) for key in _NAMING_KEYS)
        return next((one.text for one in named if isinstance(one, ScalarNode)), _text(node) or "")
    return _text(node) or ""


def _label(node: Node | None) -> str:
    if not isinstance(node, MapNode):
        return ""
    named = (node.get(key) for key in _LABELS)
    return next((one.text for one in named if isinstance(one, ScalarNode)), "")


def _is_list_of_entries(node: Node | None) -> bool:
    return isinstance(node, ListNode) and any(isinstance(item, MapNode) for item in node.items)


def _text(node: Node | None) -> str | None:
    """Return a value in one line, as a person would write it; an entry that has a name is written as its name."""
    match node:
        case ScalarNode(text):
            return text
        case ListNode(items):
            return ", ".join(_text(item) or "" for item in items)
        case MapNode(entries):
            return _label(node) or "; ".join(f"{name.text}: {_text(value)}" for name, value in entries)
        case _:
            return None


def _quoted(value: str | None) -> str:
    return f" «{_short(value)}»" if value else ""


def _short(value: str) -> str:
    line = " ".join(value.split())
    return line if len(line) <= _LONGEST_VALUE else line[: _LONGEST_VALUE - 1].rstrip() + "…"


def _field_label(name: str) -> str:
    """Return the Italian word for a field in a sentence; the field's own name if there is none."""
    labels = {
        "name": translate("nome"),
        "summary": translate("descrizione"),
        "availability": translate("posti"),
        "valid": translate("periodo"),
        "dates": translate("date"),
        "apply": translate("iscrizioni"),
        "hours": translate("orari"),
        "cost": translate("costo"),
        "eligibility": translate("per chi è"),
        "serves": translate("chi può andarci"),
        "accessibility": translate("accessibilità"),
        "assured": translate("verificato il"),
        "address": translate("indirizzo"),
        "phone": translate("telefono"),
        "website": translate("sito"),
        "documents": translate("documenti"),
        "locations": translate("sedi"),
        "keywords": translate("parole chiave"),
        "need": translate("bisogno"),
        "questions": translate("domande"),
        "ask": translate("domanda"),
        "when": translate("quando si fa"),
        "options": translate("risposte"),
        "label": translate("etichetta"),
        "examples": translate("frasi di esempio"),
        "also": translate("altre parole"),
        "say": translate("risposta"),
    }
    return labels.get(name, f"«{name}»")


def sentences(changes: Sequence[Change], most: int = 200) -> list[str]:
    """Return differences as sentences for staff, at most `most`; a last sentence says how many are left out."""
    shown = [str(change) for change in changes[:most]]
    more = len(changes) - len(shown)
    return [*shown, translate("… e altri {count} cambiamenti.").format(count=more)] if more > 0 else shown
