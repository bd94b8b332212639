"""Slips after which content cannot be used: `check` must say an error at their line."""

from __future__ import annotations

import random
from dataclasses import replace

from mutations_parts.edits import Expected, Files, Mutant, entry_around, find, kind

FIELD = r"^  (name|organization|summary|cost|how_to_apply|website|category): (.+)$"
error = kind(Expected.ERROR)


def valued(pattern: str, *values: str, name: str = "catalogue/services/") -> None:
    """Register a kind of slip: one of some values in place of the last group of a pattern."""

    def slip(chance: random.Random, files: Files) -> Mutant | None:
        line = find(chance, files, pattern, name)
        return line.with_value(chance.choice(values)) if line else None

    slip.__name__ = f"{pattern} → {values[0]}"
    error(slip)


def near(mutant: Mutant | None, before: int = 0, after: int = 0) -> Mutant | None:
    """Return a mutant whose problem may be shown some lines before or after, too."""
    if mutant is None:
        return None
    first, last = min(mutant.lines), max(mutant.lines)
    return replace(mutant, lines=frozenset(range(first - before, last + after + 1)))


@error
def indented_too_much(chance: random.Random, files: Files) -> Mutant | None:
    line = find(chance, files, r"^  (\w+): ")
    return near(line.replaced(" " + line.found.string) if line else None, before=1)


@error
def indented_too_little(chance: random.Random, files: Files) -> Mutant | None:
    line = find(chance, files, FIELD)
    return near(line.replaced(line.found.string[1:]) if line else None, before=1)


@error
def tab(chance: random.Random, files: Files) -> Mutant | None:
    line = find(chance, files, r"^  (\w+): ")
    return line.replaced("\t" + line.found.string[2:]) if line else None


@error
def no_colon(chance: random.Random, files: Files) -> Mutant | None:
    line = find(chance, files, FIELD)
    return near(line.replaced(line.found.string.replace(":", "", 1)) if line else None, before=1, after=1)


@error
def no_space_after_colon(chance: random.Random, files: Files) -> Mutant | None:
    line = find(chance, files, FIELD)
    return near(line.replaced(line.found.string.replace(": ", ":", 1)) if line else None, before=1, after=1)


@error
def field_twice(chance: random.Random, files: Files) -> Mutant | None:
    line = find(chance, files, FIELD)
    return line.replaced(line.found.string, line.found.string) if line else None


@error
def field_misspelt(chance: random.Random, files: Files) -> Mutant | None:
    line = find(chance, files, r"^  (name|organization|summary|cost|how_to_apply|website|keywords|assured|valid|locations|need):")
    if line is None:
        return None
    word = line.found[1]
    at = chance.randrange(len(word) - 1)
    other = chance.choice((word[:at] + word[at + 1] + word[at] + word[at + 2 :], word[:at] + word[at + 1 :], word + "s"))
    return line.replaced(line.found.string.replace(word, other, 1)) if other != word else None


@error
def field_in_italian(chance: random.Random, files: Files) -> Mutant | None:
    line = find(chance, files, r"^  (name|organization|summary|cost|website|email):")
    names = {
        "name": "nome",
        "organization": "ente",
        "summary": "descrizione",
        "cost": "costo",
        "website": "sito",
        "email": "mail",
    }
    return near(line.replaced(line.found.string.replace(line.found[1], names[line.found[1]], 1)) if line else None, before=30)


@error
def field_deleted(chance: random.Random, files: Files) -> Mutant | None:
    line = find(chance, files, r"^  (name|organization|summary|category): ")
    return near(line.replaced() if line else None, before=30)


@error
def dash_deleted(chance: random.Random, files: Files) -> Mutant | None:
    line = find(chance, files, r"^- (id: .+)$")
    return near(line.replaced("  " + line.found[1]), before=40, after=1) if line else None


@error
def no_space_after_dash(chance: random.Random, files: Files) -> Mutant | None:
    line = find(chance, files, r"^- (id: .+)$")
    return near(line.replaced("-" + line.found[1]) if line else None, before=1, after=1)


@error
def location_deleted(chance: random.Random, files: Files) -> Mutant | None:
    line = find(chance, files, r"^  locations:$")
    if line is None:
        return None
    lines = line.text.split("\n")
    _, end = entry_around(line)
    lines[line.number : end] = [""]
    return Mutant(line.file, "\n".join(lines).encode(), frozenset({line.number}))


@error
def pasted_with_its_id(chance: random.Random, files: Files) -> Mutant | None:
    line = find(chance, files, r"^- id: .+$")
    if line is None:
        return None
    start, end = entry_around(line)
    lines = line.text.split("\n")
    return Mutant(line.file, "\n".join(lines[:end] + lines[start:end] + lines[end:]).encode(), frozenset({start + 1, end + 1}))


@error
def quote_not_closed(chance: random.Random, files: Files) -> Mutant | None:
    line = find(chance, files, r'(address|hours): "[^"]+"')
    if line is None:
        return None
    at = chance.choice((line.found.end() - 1, line.found.string.index('"', line.found.start())))
    return near(line.replaced(line.found.string[:at] + line.found.string[at + 1 :]), before=3)


@error
def brace_not_closed(chance: random.Random, files: Files) -> Mutant | None:
    line = find(chance, files, r"^ .*[\]}]$")
    return near(line.replaced(line.found.string[:-1]) if line else None, before=1)


@error
def braces_not_opened(chance: random.Random, files: Files) -> Mutant | None:
    line = find(chance, files, r"(\{)place:")
    return near(line.with_value("") if line else None, before=1)


@error
def comma_in_braces(chance: random.Random, files: Files) -> Mutant | None:
    line = find(chance, files, r'address: ("[^",]+")')
    return line.with_value(line.found[1].strip('"') + ", primo piano") if line else None


@error
def colon_in_text(chance: random.Random, files: Files) -> Mutant | None:
    line = find(chance, files, r"^  (?:name|summary|organization): ([^\":]+)$")
    return near(line.with_value("Novità: " + line.found[1]) if line else None, before=0)


@error
def quotation_at_start(chance: random.Random, files: Files) -> Mutant | None:
    line = find(chance, files, r"^  (?:summary): ([^\":]+)$")
    return near(line.with_value(f'"Insieme" {line.found[1]}') if line else None, before=1)


@error
def need_renamed_at_one_place(chance: random.Random, files: Files) -> Mutant | None:
    needs = files["catalogue/needs.yaml"]
    used = {line.strip() for text in files.values() for line in text.split("\n")}
    start = needs.split("\n").index("needs:") + 1
    for _ in range(40):
        line = find(chance, files, r"^  ([a-z0-9-]+):", "catalogue/needs.yaml")
        if line and line.number > start and any(f" {line.found[1]}" in one or f"[{line.found[1]}" in one for one in used):
            return replace(line.with_value(line.found[1] + "-nuovo"), elsewhere=True)
    return None


@error
def danger_deleted(chance: random.Random, files: Files) -> Mutant | None:
    line = find(chance, files, r"\{numero:([a-z0-9-]+)\}", "catalogue/urgent.yaml")
    return near(line.with_value(line.found[1][:-1] + "x"), before=12) if line else None


@error
def value_deleted(chance: random.Random, files: Files) -> Mutant | None:
    line = find(chance, files, r"^    (uditiva|motoria|autismo): ", "catalogue/attributes.yaml")
    return replace(line.replaced(), elsewhere=True) if line else None


@error
def never_true(chance: random.Random, files: Files) -> Mutant | None:
    line = find(chance, files, r"^  eligibility: (.+)$")
    return line.with_value("{persona: bambino, eta: 70+}") if line else None


@error
def question_loop(chance: random.Random, files: Files) -> Mutant | None:
    line = find(chance, files, r"^    fills: (comune|eta|persona|orario)$", "flows/trova")
    return near(line.replaced(line.found.string, f"    when: {{{line.found[1]}: tutti}}"), before=1, after=2) if line else None


@error
def question_too_early(chance: random.Random, files: Files) -> Mutant | None:
    line = find(chance, files, r"^    fills: persona$", "flows/trova")
    return near(line.replaced(line.found.string, "    when: {disabilita: motoria}"), before=1, after=2) if line else None


@error
def windows_encoding(chance: random.Random, files: Files) -> Mutant | None:
    line = find(chance, files, r"[àèìòù]")
    if line is None:
        return None
    lines = line.text.split("\n")
    first = next(number for number, one in enumerate(lines, 1) if not one.isascii())
    return Mutant(line.file, line.text.encode("cp1252", "replace"), frozenset({first}))


@error
def conflict_marker(chance: random.Random, files: Files) -> Mutant | None:
    line = find(chance, files, FIELD)
    return near(line.replaced("<<<<<<< HEAD", line.found.string), before=1, after=1) if line else None


@error
def invisible_in_id(chance: random.Random, files: Files) -> Mutant | None:
    line = find(chance, files, r"^- id: (.+)$")
    return line.with_value(line.found[1] + chance.choice(("\u200b", "\u00a0x", "\ufeff"))) if line else None


@error
def lost_placeholder_name(chance: random.Random, files: Files) -> Mutant | None:
    line = find(chance, files, r"^\w+: [^{]*\{(\w+)\}", "flows/texts.yaml")
    return line.with_value(line.found[1] + chance.choice("oxs")) if line else None


@error
def text_deleted(chance: random.Random, files: Files) -> Mutant | None:
    line = find(chance, files, r"^\w+: [^|>]+$", "flows/texts.yaml")
    return Mutant(line.file, line.replaced().data, frozenset(range(1, 10))) if line else None


@error
def too_long(chance: random.Random, files: Files) -> Mutant | None:
    line = find(chance, files, r"^  (?:name|summary): (.+)$")
    return line.with_value("parole su parole senza fine " * 25) if line else None


valued(r"^- id: (.+)$", "Nido Comunale", "nido comunale", "nidò", "NIDO")
valued(r"^  need: \[?([a-z-]+)", "asilo-nidoo", "doposcula", "centr-estivo")
valued(r"^  category: (.+)$", "famigla", "Famiglie", "anziano", "altro")
valued(r"\{place: ([a-z-]+)", "melegano", "san-donato", "Cero al Lambro", "sangiuliano")
valued(r"^  apply: (.+)$", "1 aprile - 31 giugno", "30 febbraio - 10 marzo", "1 aprile - 31 novembre")
valued(r"^  valid: ([^{]+)$", "1 giugno - 31 giugno", "dal 15 luglo al 3 agosto", "estate", "giugno 10 / agosto")
valued(r"^  (?:valid|apply): ([^{]+)$", "{from: 2027-06-10, until: 07-31}", "{from: 2027-09-05, until: 2027-06-10}")
valued(r"^  assured: (.+)$", "2026-13-01", "2026-02-30", "31/11/2026", "ottobre", "10-2026")
valued(r"hours: (\"[^\"]+\")", '"lun-ven 25:00-26:00"', '"lun-ven 9:00-12:75"', '"lun-ven 29-32"')
valued(r"hours: (\"[^\"]+\")", '"luu-ven 9-12"', '"lunedi mattina presto"', '"quando capita"', "12:30", "[lun, mar]")
valued(r"dates: \[(\"[^\"]+\")", '"2026-12-32 15:00-17:00"', '"2027-06-31 9:00-10:00"', '"13 dicembre 15:00"', '"dicembre"')
valued(
    r"^  website: (.+)$",
    "www.example.org",
    "https//example.org",
    "htps://example.org/a",
    "https://example.org/a b",
    "example.org",
)
valued(
    r"^  email: (.+)$",
    "infoexample.org",
    "info@example",
    "info @example.org",
    "info@example.org, altro@example.org",
    "info@@example.org",
)
valued(r"^  phone: (.+)$", '"02 95O3456"', '"12"', '"02 12"', '"numero verde"', '"02 9523456 int. 5 Anna"')
valued(r"eta: ([\d-]+)\}", "10-6", "6-", "sei-dieci", "6..10", "99-3", "6 a 10")
valued(r"^  eligibility: (.+)$", "{persona: bambin}", "{persone: bambino}", "{persona: Bambino piccolo}", "bambino", "[bambino]")
valued(r"availability: (\w+)", "pieno", "ful", "waiting", "lista")
valued(r"^  accessibility: \{\w+: (\w+)", "forse", "a_richiesta", "onrequest")
valued(r"^  (?:name|organization|summary|category): (.+)$", "", "[uno, due]", "{a: b}")
valued(r"^  (cost): .+$", "cost: {from: quaranta}\n  costo")
valued(r"^  example: (.+)$", "certo", "x", "1")
valued(r"^    fills: (.+)$", "persone", "anni", "comuni", name="flows/trova")
valued(r"^results: (.+)$", "{show: 50}", "{mostra: 5}", "{show: tanti}", name="flows/trova")
valued(r"latitude: ([\d.]+)", "45,3403", "quarantacinque", "145.3", name="catalogue/places.yaml")
valued(r"^    category: (.+)$", "famigla", "salute", "benesere", name="catalogue/needs.yaml")
