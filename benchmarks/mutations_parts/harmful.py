"""Slips after which content can be used and says something wrong: `check` must doubt them at their line."""

from __future__ import annotations

import random
import re
from dataclasses import replace

from mutations_parts.edits import Expected, Files, Mutant, entry_around, find, kind

doubt = kind(Expected.DOUBT)
PROSE = r"^  (?:summary|how_to_apply): ([^\"].+)$"


def valued(pattern: str, *values: str, name: str = "catalogue/services/") -> None:
    """Register a kind of slip: one of some values in place of the last group of a pattern."""

    def slip(chance: random.Random, files: Files) -> Mutant | None:
        line = find(chance, files, pattern, name)
        return line.with_value(chance.choice(values)) if line else None

    slip.__name__ = f"{pattern} → {values[0]}"
    doubt(slip)


def _pasted(chance: random.Random, files: Files, *changes: tuple[str, str]) -> Mutant | None:
    line = find(chance, files, r"^- id: .+$")
    if line is None:
        return None
    start, end = entry_around(line)
    lines = line.text.split("\n")
    copied = "\n".join(lines[start:end])
    for pattern, new in changes:
        copied = re.sub(pattern, new, copied, count=1, flags=re.MULTILINE)
    both = [*lines[:end], *copied.split("\n"), *lines[end:]]
    return Mutant(line.file, "\n".join(both).encode(), frozenset({start + 1, end + 1, start + 2, end + 2}))


@doubt
def pasted_with_another_id(chance: random.Random, files: Files) -> Mutant | None:
    return _pasted(chance, files, (r"^- id: .+$", "- id: copia-incollata"))


@doubt
def pasted_with_another_id_and_hours(chance: random.Random, files: Files) -> Mutant | None:
    hours = (r'hours: "[^"]+"', 'hours: "sab 9:00-11:00"')
    return _pasted(chance, files, (r"^- id: .+$", "- id: copia-incollata"), hours, (r"^  cost: .+$", "  cost: 12 € al mese"))


@doubt
def pasted_with_the_old_text(chance: random.Random, files: Files) -> Mutant | None:
    found = _pasted(
        chance, files, (r"^- id: .+$", "- id: copia-incollata"), (r"^  name: .+$", "  name: Un nome tutto nuovo di zecca")
    )
    return (
        replace(found, lines=found.lines | {line + 4 for line in found.lines} | {line + 5 for line in found.lines})
        if found
        else None
    )


@doubt
def cut_by_comment(chance: random.Random, files: Files) -> Mutant | None:
    line = find(chance, files, PROSE)
    words = line.found[1].split() if line else []
    return line.with_value(" ".join([*words[:3], "#", *words[3:]])) if line and len(words) > 4 else None


@doubt
def doubly_encoded(chance: random.Random, files: Files) -> Mutant | None:
    line = find(chance, files, r"^  (?:summary|how_to_apply|name|organization): (.*[àèìòù].*)$")
    return line.with_value(line.found[1].encode().decode("cp1252", "replace").replace("\ufffd", "\u00a0")) if line else None


@doubt
def number_of_one_digit_more(chance: random.Random, files: Files) -> Mutant | None:
    line = find(chance, files, r"^  phone: \"(\d{3,6})\"$")
    if line is None:
        return None
    at = chance.randrange(len(line.found[1]))
    digit = str((int(line.found[1][at]) + chance.randrange(1, 9)) % 10)
    changed = line.found[1][:at] + digit + line.found[1][at + 1 :]
    return near(line.with_value(changed), 6)


@doubt
def number_in_the_text(chance: random.Random, files: Files) -> Mutant | None:
    line = find(chance, files, r"^  how_to_apply: .*\b(1522|112|114|116117|19696|800 \d{3} \d{3})\b")
    if line is None:
        return None
    at = chance.choice([number for number, sign in enumerate(line.found[1]) if sign.isdigit() and number])
    digit = str((int(line.found[1][at]) + chance.randrange(1, 9)) % 10)
    return near(line.with_value(line.found[1][:at] + digit + line.found[1][at + 1 :]), 3, 3)


@doubt
def digit_missing(chance: random.Random, files: Files) -> Mutant | None:
    line = find(chance, files, r"^  phone: \"((?:800|3\d\d) [\d ]+)\"$")
    return near(line.with_value(line.found[1][:-1]), 6) if line else None


@doubt
def source_deleted(chance: random.Random, files: Files) -> Mutant | None:
    line = find(chance, files, r"^  source: .+$")
    return near(line.replaced() if line else None, before=3)


@doubt
def postal_code_of_another(chance: random.Random, files: Files) -> Mutant | None:
    line = find(chance, files, r"postal_code: \"(200(?:97|98|77|66|68))\"", "catalogue/places.yaml")
    return replace(line.with_value(chance.choice(("20096", "20063", "20076"))), elsewhere=True) if line else None


@doubt
def question_deleted(chance: random.Random, files: Files) -> Mutant | None:
    line = find(chance, files, r"^    fills: (disabilita|famiglia)$", "flows/trova")
    if line is None:
        return None
    lines = line.text.split("\n")
    start = line.number - 2
    end = next(number for number in range(line.number, len(lines)) if lines[number].startswith(("  - ", "results")))
    del lines[start:end]
    return Mutant(line.file, "\n".join(lines).encode(), frozenset(), elsewhere=True)


@doubt
def question_pasted(chance: random.Random, files: Files) -> Mutant | None:
    line = find(chance, files, r"^  - ask: (C'è qualcosa di questo|In quali orari).*$", "flows/trova")
    return near(line.replaced("  - ask: In quale comune abiti?"), 6, 2) if line else None


@doubt
def options_with_a_gap(chance: random.Random, files: Files) -> Mutant | None:
    line = find(chance, files, r"options: \[.*?((?:3-5|6-10|30-64|65-74), )", "flows/trova")
    return near(line.with_value("") if line else None, 4, 1)


@doubt
def category_of_another(chance: random.Random, files: Files) -> Mutant | None:
    line = find(chance, files, r"^  category: (famiglia|anziani|lavoro|giovani)$")
    other = {"famiglia": "anziani", "anziani": "giovani", "lavoro": "anziani", "giovani": "anziani"}
    return near(line.with_value(other[line.found[1]]), 4, 3) if line else None


@doubt
def no_longer_an_example(chance: random.Random, files: Files) -> Mutant | None:
    line = find(chance, files, r"^  example: true$")
    return near(line.replaced(), 20, 12) if line else None


@doubt
def few_examples(chance: random.Random, files: Files) -> Mutant | None:
    line = find(chance, files, r"^    examples:$", "catalogue/needs.yaml")
    if line is None:
        return None
    lines = line.text.split("\n")
    end = next((n for n in range(line.number, len(lines)) if not lines[n].startswith("      - ")), len(lines))
    del lines[line.number + 2 : end]
    return Mutant(line.file, "\n".join(lines).encode(), frozenset(range(max(1, line.number - 12), line.number + 1)))


@doubt
def need_without_a_service(chance: random.Random, files: Files) -> Mutant | None:
    line = find(chance, files, r"^needs:$", "catalogue/needs.yaml")
    examples = "".join(f"\n      - vorrei suonare la ghironda numero {number}" for number in range(14))
    new = f"  ghironda:\n    label: Suonare la ghironda\n    category: giovani\n    examples:{examples}"
    return (
        replace(line.replaced("needs:", *new.split("\n")), lines=frozenset(range(line.number, line.number + 6))) if line else None
    )


def near(mutant: Mutant | None, before: int = 0, after: int = 0) -> Mutant | None:
    """Return a mutant whose doubt may be shown some lines before or after, too."""
    if mutant is None:
        return None
    first, last = min(mutant.lines), max(mutant.lines)
    return replace(mutant, lines=frozenset(range(first - before, last + after + 1)))


valued(r"^  assured: (.+)$", "2062-10-20", "2036-10-20", "2027-10-20")
valued(r"^  assured: (.+)$", "2016-10-20", "2006-10-20", "2025-10-20")
valued(r"^  valid: \{from: (\d{4}-.*)\}$", "2025-06-15, until: 2025-07-20", "2017-06-15, until: 2017-07-20")
valued(r"^  valid: \{from: (\d{4}-.*)\}$", "2037-06-15, until: 2037-07-20", "2072-06-15, until: 2072-07-20")
valued(r"^  valid: ([^{]+)$", "7 agosto - 29 giugno", "31 luglio - 10 giugno")
valued(r"^  (?:valid|apply): ([^{]+)$", "{from: 09-06, until: 01-08}", "{from: 06-09, until: 08-01}")
valued(r"dates: \[(\"[^\"]+\")\]", '"2016-12-13 15:00-17:00"', '"2025-12-13 15:00-17:00"')
valued(r"dates: \[(\"[^\"]+\")\]", '"2036-12-13 15:00-17:00"', '"2062-12-13 15:00-17:00"')
valued(r"dates: \[(\"[^\"]+\")\]", '"martedì 13 dicembre 2026 15:00-17:00"', '"lunedì 13 dicembre 2026 15:00-17:00"')
valued(r"dates: \[(\"[^\"]+\")\]", '"2026-12-13 17:00-15:00"', '"2026-12-13 15:00-7:00"')
valued(r"hours: (\"[^\"]+\")", '"lun-ven 17:30-07:30"', '"lun-ven 8:00-5:00"', '"lun-ven 12:30-8:30"', '"mar 18-16"')
valued(r"hours: (\"[^\"]+\")", '"lun-ven 3:00-5:00"', '"lun-ven 2-4"', '"mar 4:30-6:30"')
valued(r"hours: (\"[^\"]+\")", '"lun-ven 9:00-9:10"', '"sab 10:00-10:05"')
valued(r"address: \"([^\",]+)\"", "Via Roma 3, 20121 Milano", "Via Roma 3 - 20067 Paullo", "Piazza Garibaldi 1, 20063")
valued(r"(?<!-)latitude: ([\d.]+)", "9.2911", "4.539", "45.9434", "41.9028", name="catalogue/places.yaml")
valued(r"longitude: ([\d.]+)", "45.39", "8.2684", "92.91", "0.9", name="catalogue/places.yaml")
valued(r"name: ([A-Z][a-z]+),", "Milnao", "Melegnanno", "Dressano", name="catalogue/places.yaml")
valued(r"istat: \"(\d{6})\"", "15014", "0150140", "O15014", name="catalogue/places.yaml")
valued(r"postal_code: \"(\d{5})\"", "2007A", "2007", name="catalogue/places.yaml")
valued(r"^  eligibility: \{persona: \[bambino, famiglia\], eta: (3m-3\dm|6m-36m)\}", "3-35", "6-36", "3-36")
valued(r"persona: (?:bambino|\[bambino, ragazzo\]|ragazzo|\[bambino, famiglia\]), eta: ([\d-]+)\}", "6-110", "6-100", "3-60")
valued(r"eta: (\d\d\+)\}", "650+", "165+", "700+")
valued(r"^  summary: (.+)$", "TODO", "xxx", "Lorem ipsum dolor sit amet", "da completare", "...", "???", "-", "N.D.")
valued(
    r"^  (?:how_to_apply|cost|organization|name): (.+)$", "TODO", "xxx", "da scrivere", "...", "?", "asdf", "XXX da verificare"
)
valued(PROSE, "Fun activities for children after school, with games and homework help.", "You can call us or write an email.")
valued(PROSE, "Actividades para los niños por la tarde, con juegos y ayuda con los deberes.")
valued(
    PROSE, "Giochi <b>belli</b> per tutti.", "Guarda <a href='x'>qui</a>.", "Giochi **belli** per tutti.", "Giochi &amp; musica"
)
valued(PROSE, "Scrivi a {nome} per iscriverti.", "Ciao {{nome}}, scrivi una email.")
valued(r"^  (keywords: .+)$", "keywords: nido, asilo, micronido")
valued(r"^  cost: (.+)$", "{from: 118, until: 45, per: settimana}", "{from: 40000, per: mese}", "1000000 € al mese")
valued(r"^  email: (.+)$", "info@gmial.com", "centro@hotmial.it", "info@libbero.it", "nome.cognome@gmail.con")
valued(
    r"^  website: (.+)$",
    "https://https://example.org",
    "https://example.org/nido.",
    "https://example.org,",
    "https://www.example..org",
)
valued(r"^  phone: (.+)$", '"029523456789"', '"2 9523456"', '"295 23 456"', '"333 12345"', '"33312345678"')
valued(r"\{place: [a-z-]+,.*serves: \[([a-z, -]+)\]", "gorgonzola", "melzo, masate")
valued(r"^saluto: (.+)$", "Ciao {nome}, come va?", name="flows/replies.yaml")
valued(r"^(?:saluto|attesa): (.+)$", "TODO", "xxx", "Lorem ipsum", name="flows/replies.yaml")
valued(r"^    help: (.+)$", "TODO", "xxx", "Lorem ipsum dolor", name="flows/trova")
valued(r"^refused_by_\w+: .*?( \{\w+\})", "", name="flows/texts.yaml")
valued(r"^  say: ([^|>{]+)$", "TODO", "Chiama il 122.", "Lorem ipsum", name="catalogue/out_of_scope.yaml")
valued(r"^  recheck: (.+)$", "2016-05-31", "2025-05-31", "2026-05-31")
valued(r"^  collected: (.+)$", "2036-11-15", "2027-11-15")
