"""A small world for conversations."""

from __future__ import annotations

import pytest

from bot.core.attributes import years
from bot.core.conditions import ALWAYS, All, Any, Atom, Not, Span
from bot.core.content import Content
from bot.core.flow import Purpose, Scope
from bot.core.services import Access, Availability, Day, Window
from bot.dialogue.world import World
from tests.builders import TODAY, aged, at, event, flow, names, question, service, vocabulary


@pytest.fixture(scope="session")
def small(content: Content) -> World:
    """An attribute of every kind, offers of every sort, two flows and a survey; the sentences are the shipped ones."""
    services = (
        service("nido", All((names("bambino", "famiglia"), aged(years(0, 3)))), at(serves=["melegnano"])),
        service("sera", aged(years(11, 18)), at("dresano", "Mo-Fr 18:00-22:00"), accessibility={"motoria": Access.YES}),
        service("auto", Any((Atom("automobile", frozenset({"no"})), names("anziano"))), at(None), needs=("badante",)),
        service("numerosa", Atom("figli", (Span(3, 99),)), at(availability=Availability.FULL), needs=("doposcuola",)),
        service(
            "estate",
            Not(names("azienda")),
            at("milano", "Sa 10:00-12:00", position=(45.46, 9.19)),
            valid=Window(Day(6, 10), Day(9, 5)),
        ),
        service("festa", ALWAYS, at(events=(event("2026-12-13 15:00", "2026-12-13 17:00"),)), apply=Window(Day(1, 1), Day(2, 1))),
        service("rifugio", ALWAYS, at(None), needs=("antiviolenza",), category="cura", assured=None),
    )
    asked = ("persona", question("eta", Not(names("azienda"))), "comune", "bisogno", "famiglia", "disabilita", "orario")
    flows = (
        flow(*asked, "automobile", "figli", "idee", id="tutto", show=2),
        flow("persona", question("idee", always=True), id="stagione", command="stagione", offers=Scope.SEASONAL),
        flow("figli", "automobile", "idee", "famiglia", id="sondaggio", command="sondaggio", purpose=Purpose.SURVEY),
    )
    made = type(content)(vocabulary(), {one.id: one for one in flows}, services, content.texts)
    return World.on(made, TODAY)
