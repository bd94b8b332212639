"""The room of the content: files, errors, forms, two editors, and publishing."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.console.message_sources import ContentSentence, sources_of
from bot.console.yaml_edits import sentences_in, services_in, with_field, with_sentence
from bot.errors import UsageError
from tests.console.test_security import OURS, Browser, client, folder, room

__all__ = ["client", "folder", "room"]

TEXTS = "flows/texts.yaml"


def post(client: Browser, act: str, /, **given: object) -> tuple[int, dict[str, object]]:
    answer = client.post(f"/api/content/{act}", json=given, headers=OURS)
    return answer.status_code, answer.json()


def opened(client: Browser, path: str = TEXTS) -> dict[str, str]:
    return dict(client.get("/api/content/file", params={"path": path}).json())


def test_errors_are_found_before_anything_is_saved(client: Browser, folder: Path) -> None:
    before = (folder / TEXTS).read_bytes()
    code, found = post(client, "check", path=TEXTS, text=before.decode() + "\nunknown_sentence: x\n")
    line = before.decode().count("\n") + 2
    assert code == 200
    assert [(one["file"], one["line"]) for one in found["problems"] if one["severity"] == "error"] == [(TEXTS, line)]
    assert (folder / TEXTS).read_bytes() == before


def test_of_two_editors_the_second_is_told_and_nothing_is_overwritten(client: Browser, folder: Path) -> None:
    first, second = opened(client), opened(client)
    assert post(client, "save", path=TEXTS, text=first["text"] + "# Anna\n", digest=first["digest"])[0] == 200
    code, refusal = post(client, "save", path=TEXTS, text=second["text"] + "# Bruno\n", digest=second["digest"])
    assert code == 409
    assert "qualcun altro ha salvato" in str(refusal["problems"])
    assert str(refusal["text"]).endswith("# Anna\n")
    assert (folder / TEXTS).read_text().endswith("# Anna\n")
    assert post(client, "save", path=TEXTS, text=second["text"] + "# Bruno\n", digest=refusal["digest"])[0] == 200


def test_saving_leaves_no_part_of_a_file(client: Browser, folder: Path) -> None:
    there = opened(client)
    post(client, "save", path=TEXTS, text=there["text"] + "# x\n", digest=there["digest"])
    assert not [one for one in (folder / "flows").iterdir() if one.suffix == ".part"]


def test_publishing_listing_and_going_back(client: Browser, folder: Path) -> None:
    assert client.get("/api/content/versions").json() == {"versions": []}
    assert client.get("/api/content/changes").json() == {"changes": [], "follows": 0}
    assert post(client, "publish", reason="Si comincia", follows=0)[1]["number"] == 1
    there = opened(client)
    text = there["text"].replace("not_understood: Scusami, non ho capito.", "not_understood: Non capisco.")
    post(client, "save", path=TEXTS, text=text, digest=there["digest"])
    changes = client.get("/api/content/changes").json()
    assert changes == {"changes": ["«not_understood»: da «Scusami, non ho capito.» a «Non capisco.»."], "follows": 1}
    assert client.get("/api/content/effects").json() == {"effects": []}
    assert post(client, "publish", reason="Più breve", follows=1)[1]["number"] == 2
    code, refusal = post(client, "publish", reason="Di nuovo", follows=1)
    assert code == 422
    assert post(client, "undo", to=None)[1]["number"] == 3
    listed = client.get("/api/content/versions").json()["versions"]
    assert [(one["number"], one["reason"]) for one in listed] == [
        (3, "Ritorno alla versione 1"), (2, "Più breve"), (1, "Si comincia"),
    ]  # fmt: skip
    assert refusal["problems"]


def test_a_form_changes_one_line_of_one_service(client: Browser, folder: Path) -> None:
    services = client.get("/api/content/services").json()["services"]
    one = next(one for one in services if not one["fields"]["availability"])
    before = (folder / one["file"]).read_text().splitlines()
    assert post(client, "field", service=one["id"], field="availability", value="full")[0] == 200
    after = (folder / one["file"]).read_text().splitlines()
    assert after.count("  availability: full") == before.count("  availability: full") + 1
    assert [line for line in after if line != "  availability: full"] == [one for one in before if one != "  availability: full"]
    assert post(client, "field", service=one["id"], field="availability", value="")[0] == 200
    assert (folder / one["file"]).read_text().splitlines() == before


@pytest.mark.parametrize(("field", "value"), [("availability", "forse"), ("assured", "domani"), ("valid", "mai")])
def test_a_form_that_would_break_the_content_says_why_and_writes_nothing(
    client: Browser, folder: Path, field: str, value: str
) -> None:
    one = client.get("/api/content/services").json()["services"][0]
    before = (folder / one["file"]).read_bytes()
    code, refusal = post(client, "field", service=one["id"], field=field, value=value)
    assert code == 422
    assert refusal["problems"]
    assert (folder / one["file"]).read_bytes() == before


def test_a_sentence_changes_alone_and_keeps_its_placeholders(client: Browser, folder: Path) -> None:
    before = (folder / TEXTS).read_text()
    found = client.get("/api/content/sentences").json()["sentences"]
    one = next(one for one in found if one["key"] == "not_understood")
    assert before.splitlines()[one["line"] - 1].startswith("not_understood:")
    assert post(client, "sentence", key="not_understood", value="Non capisco: scrivi «aiuto».")[0] == 200
    assert (folder / TEXTS).read_text() == before.replace(
        f"not_understood: {one['text']}", 'not_understood: "Non capisco: scrivi «aiuto»."'
    )
    there = (folder / TEXTS).read_bytes()
    for key, value in (("so_far", "Niente {ciao}"), ("not_understood", "  "), ("nobody", "x")):
        code, refusal = post(client, "sentence", key=key, value=value)
        assert (code, bool(refusal["problems"])) == (422, True)
    assert (folder / TEXTS).read_bytes() == there


def test_no_other_field_is_written_by_a_form(client: Browser) -> None:
    assert post(client, "field", service="x", field="id", value="y")[0] == 422


YAML = """\
# Prima
- id: uno
  name: "Nido «Uno»"   # un commento
  valid: [9 giugno - 1 agosto, 1 settembre - 5 settembre]
- id: due
  name: Due
  cost: |
    tanto
"""


@pytest.mark.parametrize(
    ("service", "field", "value", "old", "new"),
    [
        ("uno", "valid", "1 luglio - 2 luglio", "[9 giugno - 1 agosto, 1 settembre - 5 settembre]", "1 luglio - 2 luglio"),
        (
            "uno",
            "valid",
            "1 - 2 luglio; 3 - 4 luglio",
            "[9 giugno - 1 agosto, 1 settembre - 5 settembre]",
            "[1 - 2 luglio, 3 - 4 luglio]",
        ),
        ("due", "assured", "2026-11-22", "  name: Due\n", "  name: Due\n  assured: 2026-11-22\n"),
        ("due", "apply", "sempre: vieni", "  name: Due\n", '  name: Due\n  apply: "sempre: vieni"\n'),
        ("uno", "valid", "", "  valid: [9 giugno - 1 agosto, 1 settembre - 5 settembre]\n", ""),
    ],
)
def test_a_field_changes_and_every_other_letter_stays(service: str, field: str, value: str, old: str, new: str) -> None:
    assert with_field(YAML, service, field, value) == YAML.replace(old, new)


SENTENCES = '# Prima\na: Uno   # nota\nb: |-\n  Due\n  righe\n\n# Dopo\nc: "Tre"\n'


@pytest.mark.parametrize(
    ("key", "value", "old", "new"),
    [
        ("a", "Altro: sì", "a: Uno ", 'a: "Altro: sì" '),
        ("b", "Una sola", "|-\n  Due\n  righe", "Una sola"),
        ("b", "Uno\n\ndue \n", "|-\n  Due\n  righe", "|-\n  Uno\n\n  due"),
        ("c", "Tre\nquattro", '"Tre"', "|-\n  Tre\n  quattro"),
    ],
)
def test_a_sentence_changes_and_every_other_letter_stays(key: str, value: str, old: str, new: str) -> None:
    changed = with_sentence(SENTENCES, key, value)
    assert changed == SENTENCES.replace(old, new)
    assert {one.key: one.text for one in sentences_in(changed)}[key] == "\n".join(
        line.rstrip() for line in value.strip().splitlines()
    )


def test_what_a_form_cannot_change_is_left(client: Browser) -> None:
    with pytest.raises(UsageError, match="più righe"):
        with_field(YAML, "due", "cost", "poco")
    with pytest.raises(UsageError, match="non è in questo file"):
        with_field(YAML, "tre", "cost", "poco")
    assert services_in("- [") == ()
    assert [(one.id, one.line) for one in services_in(YAML)] == [("uno", 2), ("due", 5)]


def test_a_message_is_found_at_the_lines_that_it_is_made_of() -> None:
    sentences = [
        ContentSentence("flows/texts.yaml", 3, "Ho capito: {value}."),
        ContentSentence("flows/cerca.yaml", 9, "Quanti anni ha?"),
        ContentSentence("flows/texts.yaml", 5, "anni ha"),
        ContentSentence("flows/texts.yaml", 7, "{name}"),
        ContentSentence("flows/texts.yaml", 8, "Altro testo lungo."),
    ]
    found = sources_of("Ho capito: 7\u00a0anni.\n\nQuanti  anni ha?", sentences)
    assert [one.line for one in found] == [3, 9]


@pytest.mark.parametrize(
    ("path", "title"),
    [("flows/cerca.yaml", "flows/*.yaml"), (TEXTS, TEXTS), ("catalogue/services/x.yaml", "catalogue/services/*.yaml")],
)
def test_an_editor_completes_by_the_schema_of_its_file(client: Browser, path: str, title: str) -> None:
    assert client.get("/api/content/schema", params={"path": path}).json()["title"] == title
