"""YAML text → nodes that know their place; what is not plain YAML is an error at the place where it stands."""

from __future__ import annotations

import pytest

from bot.authoring.problems import Mark, Problems
from bot.authoring.yaml_nodes import DEEPEST, LARGEST_FILE, ListNode, MapNode, Node, ScalarNode
from tests.builders import nodes


def plain(node: Node | None) -> object:
    """A node as lists, dicts and strings."""
    match node:
        case ScalarNode(text):
            return text
        case ListNode(items):
            return [plain(item) for item in items]
        case MapNode(entries):
            return {key.text: plain(value) for key, value in entries}
        case _:
            return None


def places(text: str | bytes) -> list[str]:
    """The code and the place of every problem of a text."""
    problems = Problems()
    assert nodes(text, problems) is None
    return [f"{problem.code} {problem.mark.line}:{problem.mark.column}" for problem in problems]


@pytest.mark.parametrize("written", ["19:30", "010", "no", "1_000", "2026-10-01", "null", "~", "0x1F", "yes", "1e3"])
def test_a_scalar_stays_as_it_is_written(written: str) -> None:
    assert plain(nodes(f"orario: {written}")) == {"orario": written}


def test_quotes_and_spaces_around_a_scalar_are_left_out() -> None:
    assert plain(nodes("a: ' b '\nc: \"d\"\ne:   f   \n")) == {"a": "b", "c": "d", "e": "f"}


def test_a_key_without_a_value_has_an_empty_one() -> None:
    assert plain(nodes("a:\nb: ''\n")) == {"a": "", "b": ""}


def test_a_text_may_go_on_over_several_lines() -> None:
    assert plain(nodes("a: |-\n  uno\n  due\nb: >-\n  tre\n  quattro\n")) == {"a": "uno\ndue", "b": "tre quattro"}


def test_lists_and_fields_nest() -> None:
    assert plain(nodes("- a: [b, {c: d}]\n- e\n")) == [{"a": ["b", {"c": "d"}]}, "e"]


def test_every_node_knows_its_line_and_column_from_one() -> None:
    node = nodes("# Servizi\nè: [uno, due]\n")
    assert isinstance(node, MapNode)
    (key, value), *_ = node.entries
    assert isinstance(value, ListNode)
    assert [node.mark, key.mark, value.mark, value.items[1].mark] == [
        Mark("prova.yaml", 2, 1),
        Mark("prova.yaml", 2, 1),
        Mark("prova.yaml", 2, 4),
        Mark("prova.yaml", 2, 10),
    ]


def test_a_value_is_found_by_its_key() -> None:
    node = nodes("a: b\n")
    assert isinstance(node, MapNode)
    assert plain(node.get("a")) == "b"
    assert node.get("c") is None


@pytest.mark.parametrize("text", ["a: b\r\nc: d\r\n", "\ufeffa: b\nc: d\n", "---\na: b\nc: d\n", "a: b\nc: d\n..."])
def test_the_habits_of_editors_do_not_matter(text: str) -> None:
    assert plain(nodes(text)) == {"a": "b", "c": "d"}


@pytest.mark.parametrize("text", ["", "\n\n", "# niente\n", "''\n", "---\n"])
def test_nothing_written_is_an_empty_file(text: str) -> None:
    assert places(text) == ["empty_file 1:1"]


@pytest.mark.parametrize(
    ("data", "place"),
    [
        (b"a: b\nc: \xe8\n", "not_utf8 2:4"),
        ("è: ".encode() + b"\xe8\n", "not_utf8 1:4"),
        (b"\xef\xbb\xbfa: \xe8\n", "not_utf8 1:4"),
        (b"a: \xed\xa0\x80\n", "not_utf8 1:4"),
        ("a: b\n".encode("utf-16-le"), "control_character 1:2"),
    ],
)
def test_what_is_not_utf8_is_told_at_its_place(data: bytes, place: str) -> None:
    assert places(data) == [place]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("\ta: b\n", "tab 1:1"),
        ("a:\n  \tb: c\n", "tab 2:3"),
        ("a: b\n\t\n", "tab 2:1"),
    ],
)
def test_a_tab_at_the_start_of_a_line_is_told_at_its_place(text: str, place: str) -> None:
    assert places(text) == [place]


def test_a_tab_inside_a_line_is_a_space() -> None:
    assert plain(nodes("a:\tb\tc\n")) == {"a": "b\tc"}


@pytest.mark.parametrize("character", ["\x00", "\x07", "\x1b", "\x7f", "\x9f", "\ufffe", "\uffff"])
def test_a_character_that_nobody_sees_is_told_at_its_place(character: str) -> None:
    assert places(f"a: b\nc: d{character}e\n") == ["control_character 2:5"]


@pytest.mark.parametrize("character", ["\ufeff", "\u200b", "\u2060", "\u2028", "\u2029", "\x85"])
def test_a_character_that_a_word_processor_hides_is_told_at_its_place(character: str) -> None:
    assert places(f"a: b\nc: d{character}e\n") == ["control_character 2:5"]


def test_nothing_is_read_after_a_fault_of_syntax() -> None:
    assert places("a: &x b\nc: d: e\nf: [g\n") == ["anchor 1:4", "yaml_syntax 2:5"]


def test_a_fault_of_syntax_at_the_end_points_at_a_line_that_there_is() -> None:
    assert places('a: b\nc: "d')[0].split()[1].split(":")[0] == "2"
    assert places("a: b\nc: [d")[0].split()[1].split(":")[0] == "2"
    assert places("a: b\nc: d\ne")[0].split()[1].split(":")[0] == "3"


def test_faults_of_use_are_all_told() -> None:
    assert places("a: &x b\nc: *x\nd: !y e\na: f\n<<: {g: h}\n[i]: j\n") == [
        "anchor 1:4",
        "alias 2:4",
        "tag 3:4",
        "duplicate_key 4:1",
        "merge 5:1",
        "key_not_text 6:1",
    ]


def test_keys_that_differ_only_in_quotes_are_the_same() -> None:
    assert places("{a: 1, 'a': 2, \"a\": 3}") == ["duplicate_key 1:8", "duplicate_key 1:16"]


def test_a_second_document_is_told_and_not_read() -> None:
    assert places("a: b\n---\nc: *d\n") == ["several_documents 2:1"]


def test_content_may_nest_deeply_but_not_without_end() -> None:
    assert nodes("[" * DEEPEST + "]" * DEEPEST) is not None
    assert places("[" * (DEEPEST + 1) + "]" * (DEEPEST + 1)) == [f"too_deep 1:{DEEPEST + 1}"]
    assert places("{a: " * DEEPEST + "b" + "}" * DEEPEST) == [f"too_deep 1:{4 * DEEPEST - 2}"]
    assert places("- " * DEEPEST + "? a\n") == [f"too_deep 1:{2 * DEEPEST + 1}"]


def test_the_largest_file_is_many_times_the_shipped_ones() -> None:
    assert LARGEST_FILE == 1_000_000
