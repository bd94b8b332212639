"""`python -m bot qr`: a QR code for posters and leaflets, which opens the bot at a service, a need, a municipality or a flow."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import segno
import typer

from bot import installation
from bot.authoring.problems import nearest
from bot.cli.options import ContentOption, JsonOption
from bot.core.attributes import PLACE
from bot.core.content import Content
from bot.dialogue.service_cards import MAX_START_CHARACTERS
from bot.errors import UsageError
from bot.home import HOME
from bot.staff_language import translate

#: Kinds of files that a QR code can be written to.
_SUFFIXES = (".svg", ".png", ".pdf", ".eps")
#: Pixels of one module in a PNG: a code of a link is then about 7 cm wide at 150 dots an inch.
_PNG_SCALE = 12

NamesArgument = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="NOME…",
        help=translate("Che cosa si apre: un servizio, un bisogno, un Comune o un flusso, con il suo nome nei file."),
    ),
]


def write_qr_code(
    names: NamesArgument = None,
    content: ContentOption = HOME,
    *,
    bot: Annotated[str, typer.Option("--bot", help=translate("Il nome del bot su Telegram, senza @."))] = "",
    out: Annotated[Path | None, typer.Option("--out", help=translate("Il file da scrivere: .svg, .png, .pdf o .eps."))] = None,
    as_json: JsonOption = False,
) -> None:
    """Write a QR code of a link to the bot, and print the link and the file."""
    username, payload = bot.strip().lstrip("@"), "__".join(names or [])
    if not username:
        raise UsageError(translate("Manca il nome del bot. Scrivi per esempio: --bot socialpoint_bot"))
    _check_names(names or [], installation.content_of(content, installation.local_now()))
    if len(payload) > MAX_START_CHARACTERS:
        message = translate("Il link è troppo lungo: al massimo {count} caratteri. Scegli meno nomi.")
        raise UsageError(message.format(count=MAX_START_CHARACTERS))
    file = out or Path(f"qr-{payload or username}.svg")
    if file.suffix.lower() not in _SUFFIXES:
        raise UsageError(translate("Non so scrivere «{name}». Scegli un file .svg, .png, .pdf o .eps.").format(name=file.name))
    link = f"https://t.me/{username}" + (f"?start={payload}" if payload else "")
    segno.make(link, error="m", micro=False).save(str(file), scale=_PNG_SCALE if file.suffix.lower() == ".png" else 1, border=4)
    typer.echo(json.dumps({"link": link, "file": str(file)}, ensure_ascii=False) if as_json else f"{link}\n{file}")


def _check_names(names: Sequence[str], content: Content) -> None:
    """Raise UsageError for a name that no link can open."""
    vocabulary = content.vocabulary
    places = vocabulary.attributes[PLACE].terms if PLACE in vocabulary.attributes else {}
    known = {*(service.id for service in content.services), *content.flows, *vocabulary.needs, *places}
    for name in names:
        if name not in known:
            message = translate("«{name}» non c'è tra servizi, bisogni, Comuni e flussi.").format(name=name)
            near = nearest(name, known)
            raise UsageError(f"{message} {translate('Forse volevi scrivere «{near}».').format(near=near)}" if near else message)
