"""The next step for staff where a report shows that a service is missing: whom to ask, and a letter ready to send."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from bot.core.attributes import PLACE
from bot.core.matching import kilometres
from bot.core.services import Offer
from bot.dialogue.world import World

#: Providers that are asked about one gap.
_ASKED = 3


@dataclass(frozen=True, slots=True)
class NextStep:
    """A letter that asks for a service which is missing in a municipality."""

    #: The gap, and what to do about it.
    title: str
    #: The name of whom to ask, and their e-mail; "" where the card has none.
    to: str
    email: str
    subject: str
    body: str

    @property
    def mailto(self) -> str:
        """Return the `mailto:` address that opens the letter in a mail program."""
        return f"mailto:{self.email}?subject={quote(self.subject)}&body={quote(self.body)}"


def next_steps_of(world: World, need: str, place: str, count: str, period: str) -> list[NextStep]:
    """Return letters about a need that no service answers in a municipality: to the nearest providers, or else to the network.

    `count` is the number of requests as it stands in a sentence: "14", "circa 15".
    """
    vocabulary = world.content.vocabulary
    label, where = vocabulary.needs[need].label, vocabulary.attributes[PLACE].terms[place].label
    asked = f"{period.capitalize()} {count} richieste di «{label}» sono arrivate da {where}."
    providers = _providers(world, need, place)
    if not providers:
        title = f"{label} a {where}: proponi un servizio nuovo"
        body = (
            f"{asked}\nNella rete nessun servizio risponde a questo bisogno.\n"
            "Proponiamo di parlarne al tavolo dei Comuni: chi può aprire il servizio, da quando, e per quante persone?"
        )
        return [NextStep(title, "il tavolo dei Comuni", "", f"Proposta: {label} a {where}", body)]
    steps = []
    for offer in providers:
        service = offer.service
        to = service.organization or service.name
        body = (
            f"Buongiorno,\n{asked}\nIl vostro servizio «{service.name}» risponde a questo bisogno,"
            f" ma non accoglie chi abita lì.\nPotete accogliere anche chi abita a {where}? Da quando, e per quante persone?\n"
            "Se sì, aggiorniamo subito la scheda. Grazie."
        )
        title = f"{label} a {where}: chiedi a {to}"
        steps.append(NextStep(title, to, offer.location.contacts.email, f"{label} per chi abita a {where}", body))
    return steps


def _providers(world: World, need: str, place: str) -> list[Offer]:
    """Return the offers that answer a need elsewhere, the nearest first, one a provider."""
    vocabulary = world.content.vocabulary
    answering = [offer for offer in world.content.offers if need in offer.service.needs]

    here = vocabulary.place(place)

    def distance(offer: Offer) -> float:
        there = vocabulary.place(offer.location.place) if offer.location.place else None
        return kilometres(here, there) if here is not None and there is not None else float("inf")

    found: dict[str, Offer] = {}
    for offer in sorted(answering, key=distance):
        found.setdefault(offer.service.organization or offer.service.id, offer)
    return list(found.values())[:_ASKED]
