"""Different edits of the shipped content, as an editor makes them; one of three leaves it broken."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from bot.console.yaml_edits import sentences_in, services_in, with_field, with_sentence

#: Files of the content by name.
Files = Mapping[str, bytes]

_FLOW, _TEXTS = "flows/trova-servizio.yaml", "flows/texts.yaml"
_SPAN = re.compile(r"eta: \d+-\d+")
#: What breaks a file: a bracket, a field that does not exist, hours, an age and a need that cannot be read.
_SLIPS: tuple[tuple[str, str], ...] = (
    ("- id: ", "- id: ["), ("  name: ", "  nome: "), ("hours: ", "hours: lunedi-forse "), ("eta: ", "eta: molti "),
    ("need: [", "need: [non-esiste, "), ("  category: ", "  category: nessuna-"),
)  # fmt: skip


@dataclass(frozen=True)
class Edit:
    """An edit, with the one file that it changes."""

    name: str
    file: str
    text: str


def edits(files: Files, count: int, seed: int) -> Iterator[Edit]:
    """Yield so many edits, each of the content as it is shipped; the third, sixth and so on are broken."""
    chance = random.Random(seed)
    texts = {name: data.decode() for name, data in files.items()}
    sound: list[Callable[[random.Random, Mapping[str, str]], Edit]] = [_sentence, _field, _ages, _question, _hours, _order]
    for number in range(1, count + 1):
        yield _broken(chance, texts) if number % 3 == 0 else sound[number % len(sound)](chance, texts)


def _services(texts: Mapping[str, str]) -> list[str]:
    # Facts about real services may not be changed without their source.
    return [name for name in texts if name.startswith("catalogue/services/") and "nazionali" not in name]


def _broken(chance: random.Random, texts: Mapping[str, str]) -> Edit:
    old, new = chance.choice(_SLIPS)
    file = chance.choice([name for name in _services(texts) if old in texts[name]])
    return Edit(f"broken: {new.strip()}", file, texts[file].replace(old, new, 1))


def _sentence(chance: random.Random, texts: Mapping[str, str]) -> Edit:
    one = chance.choice([one for one in sentences_in(texts[_TEXTS]) if "\n" not in one.text])
    return Edit(f"sentence {one.key}", _TEXTS, with_sentence(texts[_TEXTS], one.key, f"{one.text} ({chance.random():.3f})"))


def _question(chance: random.Random, texts: Mapping[str, str]) -> Edit:
    one = chance.choice([one for one in sentences_in(texts[_FLOW]) if one.key.endswith(".ask")])
    return Edit(f"question {one.key}", _FLOW, with_sentence(texts[_FLOW], one.key, f"{one.text} ({chance.random():.3f})"))


def _field(chance: random.Random, texts: Mapping[str, str]) -> Edit:
    file = chance.choice(_services(texts))
    service = chance.choice(services_in(texts[file])).id
    field, value = chance.choice((("availability", "full"), ("availability", "waiting_list"), ("valid", "1 luglio - 31 agosto")))
    return Edit(f"{field} of {service}", file, with_field(texts[file], service, field, value))


def _hours(chance: random.Random, texts: Mapping[str, str]) -> Edit:
    file = chance.choice(_services(texts))
    found = [one.id for one in services_in(texts[file]) if one.locations and one.locations[0].get("hours")]
    if not found:
        return _field(chance, texts)
    service = chance.choice(found)
    return Edit(f"hours of {service}", file, with_field(texts[file], service, "hours", "sab 9-12", 0))


def _ages(chance: random.Random, texts: Mapping[str, str]) -> Edit:
    file = chance.choice([name for name in _services(texts) if _SPAN.search(texts[name])])
    start = chance.randrange(0, 12)
    return Edit(f"ages in {file}", file, _SPAN.sub(f"eta: {start}-{start + chance.randrange(1, 6)}", texts[file], count=1))


def _order(chance: random.Random, texts: Mapping[str, str]) -> Edit:
    """Return the flow with two questions that follow each other the other way round."""
    head, *questions = re.split(r"(?m)^(?=  - ask: )", texts[_FLOW])
    # What stands behind the last one belongs to the flow.
    at = chance.randrange(len(questions) - 2)
    first, second = (f"{one.rstrip()}\n" for one in questions[at : at + 2])
    return Edit(f"order of question {at + 1}", _FLOW, "".join([head, *questions[:at], second, first, *questions[at + 2 :]]))
