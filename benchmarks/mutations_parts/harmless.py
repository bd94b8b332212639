"""Edits that change nothing for the worse: `check` must say nothing of them."""

from __future__ import annotations

import random

from mutations_parts.edits import Expected, Files, Mutant, find, kind

fine = kind(Expected.FINE)


def valued(pattern: str, *values: str, name: str = "catalogue/services/") -> None:
    """Register a kind of edit: one of some values in place of the last group of a pattern."""

    def slip(chance: random.Random, files: Files) -> Mutant | None:
        line = find(chance, files, pattern, name)
        return line.with_value(chance.choice(values)) if line else None

    slip.__name__ = f"{pattern} → {values[0]}"
    fine(slip)


@fine
def byte_order_mark(chance: random.Random, files: Files) -> Mutant | None:
    name = chance.choice(sorted(files))
    return Mutant(name, files[name].encode("utf-8-sig"), frozenset())


@fine
def windows_lines(chance: random.Random, files: Files) -> Mutant | None:
    name = chance.choice(sorted(files))
    return Mutant(name, files[name].replace("\n", "\r\n").encode(), frozenset())


@fine
def spaces_at_the_end(chance: random.Random, files: Files) -> Mutant | None:
    line = find(chance, files, r"^  (\w+): .+$")
    return line.replaced(line.found.string + "   ") if line else None


@fine
def blank_line(chance: random.Random, files: Files) -> Mutant | None:
    line = find(chance, files, r"^  (\w+): .+$")
    return line.replaced("", line.found.string) if line else None


@fine
def comment(chance: random.Random, files: Files) -> Mutant | None:
    line = find(chance, files, r"^  (\w+): .+$")
    return line.replaced("  # Chiesto alla signora Rosa il 3 novembre.", line.found.string) if line else None


@fine
def no_break_space(chance: random.Random, files: Files) -> Mutant | None:
    line = find(chance, files, r"^  (?:summary|how_to_apply|name): [^\"]*?\w( )\w")
    return line.with_value("\u00a0") if line else None


@fine
def quotes_around(chance: random.Random, files: Files) -> Mutant | None:
    line = find(chance, files, r"^  (?:summary|how_to_apply|name|organization): ([^\"'\\]+)$")
    return line.with_value(f'"{line.found[1]}"') if line else None


@fine
def curly_quotes(chance: random.Random, files: Files) -> Mutant | None:
    line = find(chance, files, r"^  summary: ([^\"'\\:#]+)$")
    return line.with_value(f"Il progetto “Insieme”. {line.found[1]}") if line else None


@fine
def fields_in_another_order(chance: random.Random, files: Files) -> Mutant | None:
    line = find(chance, files, r"^  summary: .+$")
    lines = line.text.split("\n") if line else []
    if line is None or not lines[line.number].startswith("  ") or lines[line.number].startswith("  locations"):
        return None
    lines[line.number - 1], lines[line.number] = lines[line.number], lines[line.number - 1]
    return Mutant(line.file, "\n".join(lines).encode(), frozenset())


@fine
def list_in_lines(chance: random.Random, files: Files) -> Mutant | None:
    line = find(chance, files, r"^  (keywords|documents): \[([^\"\]]+)\]$")
    items = [f"    - {one.strip()}" for one in line.found[2].split(",")] if line else []
    return line.replaced(f"  {line.found[1]}:", *items) if line else None


@fine
def trailing_comma(chance: random.Random, files: Files) -> Mutant | None:
    line = find(chance, files, r"^  keywords: \[[^\]]+(\])$")
    return line.with_value(",]") if line else None


@fine
def document_mark(chance: random.Random, files: Files) -> Mutant | None:
    name = chance.choice([name for name in sorted(files) if name.startswith("catalogue/services/")])
    return Mutant(name, f"---\n{files[name]}".encode(), frozenset())


@fine
def no_end_of_line(chance: random.Random, files: Files) -> Mutant | None:
    name = chance.choice(sorted(files))
    return Mutant(name, files[name].rstrip("\n").encode(), frozenset())


@fine
def emoji(chance: random.Random, files: Files) -> Mutant | None:
    line = find(chance, files, r"^  summary: ([^\"]+)$")
    return line.with_value(line.found[1] + " 🎈") if line else None


valued(
    r"hours: (\"[^\"]+\")",
    '"lun–ven 8.30–12.30"',
    '"Lun-Ven 8,30-12,30"',
    '"dal lunedì al venerdì dalle 9 alle 12"',
    '"lun-ven 9-12"',
)
valued(r"hours: (\"[^\"]+\")", '"LUN-VEN 9:00-12:00"', '"mar e gio 14-18"', '"Mo-Fr 08:00-16:00"', "“lun-ven 9-12”")
valued(r"\{place: (?:melegnano|dresano)(), address", "  ")
valued(r"\{place: (melegnano)", "Melegnano", "MELEGNANO", '"melegnano"')
valued(r"^  phone: (.+)$", '"02/9523.4567"', "tel. 02 95234567", "+39 02 95234567", "333 1234567", "02.95234567", "800 123456")
valued(r"^  apply: (.+)$", "dal 1 aprile al 31 maggio", "1 aprile – 31 maggio", "1/4 - 31/5 ", "1° aprile - 31 maggio", "aprile")
valued(r"^  assured: (.+)$", "20 ottobre 2026", "20/10/2026", '"2026-10-20"')
valued(
    r"^  cost: (.+)$",
    "gratis",
    "Gratuito",
    "45 € al mese",
    "{from: 45, until: 118, per: settimana}",
    "1.200 euro l'anno",
    "Quaranta euro.",
)
valued(r"^  example: (.+)$", "yes", "sì", "True", "si")
valued(
    r"^  summary: (.+)$",
    "Un posto tranquillo dove fare i compiti, con merenda.",
    "Si gioca, si canta, si fa festa!",
    "Nido comunale.",
)
valued(r"^  how_to_apply: (.+)$", "Chiama al mattino.", "Vieni di persona.", "Scrivi una mail a chi organizza.", "Online.")
valued(r"^  name: (.+)$", "Spazio compiti Gli Aquiloni", "Baby parking", "English for kids", "Sportello h24", "Corso di computer")
valued(
    r"^  website: (.+)$",
    "https://www.comune.melegnano.mi.it/nido?anno=2027&x=1",
    "http://www.ente.it",
    "https://iscrizioni.ente.it/",
)
valued(r"^  email: (.+)$", "nidi.comunali@comune.melegnano.mi.it", "INFO@ente.it", "a-b_c@sub.ente.it")
valued(r"^    help: (.+)$", "Serve per cercare meglio.", '"Puoi saltare: non è obbligatorio."', name="flows/trova")
valued(r"^  - ask: (In quale comune abiti\?)$", "Dove abiti?", "In che comune abiti?", name="flows/trova")
valued(r"^(?:saluto|attesa): (.+)$", "Ciao, sono Anna della rete. Come posso aiutarti?", name="flows/replies.yaml")
