"""How the code names and describes things: a public name means one thing, and a docstring says what a reader gets."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.conftest import PROJECT

#: Names that several modules define, each with one meaning in all of them (docs/GLOSSARY.md).
SHARED_NAMES = {
    "log": "the log of the bot, as every module that logs calls it",
    "KIND": "the kind of attribute that a module of `kinds/` is; the registry looks for it by this name",
}
#: Words with which a docstring makes a riddle of what it describes.
RIDDLES = {"what", "whatever", "whether", "how", "who", "whoever", "those", "something", "anything", "it", "one"}


@cache
def modules() -> dict[str, ast.Module]:
    """The parsed modules of the package, but for the steps of the database, which have one shape."""
    paths = [path.relative_to(PROJECT) for path in (PROJECT / "bot").rglob("*.py") if "versions" not in path.parts]
    return {str(path): ast.parse((PROJECT / path).read_text(encoding="utf-8")) for path in paths}


def public_names(module: ast.Module) -> Iterator[str]:
    for node in module.body:
        match node:
            case ast.ClassDef() | ast.FunctionDef() | ast.AsyncFunctionDef():
                names = [node.name]
            case ast.Assign():
                names = [name.id for target in node.targets for name in ast.walk(target) if isinstance(name, ast.Name)]
            case ast.AnnAssign(target=ast.Name(id=name)):
                names = [name]
            case _:
                names = []
        yield from (name for name in names if not name.startswith("_"))


def test_a_public_name_is_defined_in_one_module() -> None:
    places: defaultdict[str, set[str]] = defaultdict(set)
    for path, module in modules().items():
        for name in public_names(module):
            places[name].add(path)
    twice = {name: sorted(found) for name, found in places.items() if len(found) > 1}
    assert {name: found for name, found in twice.items() if name not in SHARED_NAMES} == {}
    assert SHARED_NAMES.keys() <= twice.keys(), "a name that is defined once needs no exception"
    glossary = Path(PROJECT / "docs/GLOSSARY.md").read_text(encoding="utf-8")
    assert all(f"`{name}`" in glossary for name in SHARED_NAMES)


def test_no_docstring_begins_with_a_riddle() -> None:
    described = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    found = [
        f"{path}:{getattr(node, 'lineno', 1)}: {line}"
        for path, module in modules().items()
        for node in ast.walk(module)
        if isinstance(node, described) and (line := (ast.get_docstring(node) or "").partition("\n")[0])
        if line.split()[0].lower() in RIDDLES
    ]
    assert found == []
