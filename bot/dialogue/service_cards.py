"""The texts of offers: an entry in a list, the card, and its details. Their buttons are in `screens/`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from bot.core.attributes import DISABILITY, PLACE
from bot.core.explanation import Explanation, People, Verdict, explain
from bot.core.matching import kilometres
from bot.core.replies import BOT_PLACEHOLDER, CopyButton, Link, Run
from bot.core.services import Access, Offer, State
from bot.dialogue.layout import MOST_LINES
from bot.dialogue.phrasing import Phrasing
from bot.dialogue.shortening import first_sentence, shortened
from bot.dialogue.world import World

#: The page on which Telegram asks to whom a link goes, with the beginning of a link to the bot (core.telegram.org/api/links).
_SHARE = f"https://t.me/share/url?url=https%3A%2F%2Ft.me%2F{BOT_PLACEHOLDER}%3Fstart%3D"
#: The characters that the payload of a link to a bot has at most.
MAX_START_CHARACTERS = 64
#: A search on a map, for any telephone (Maps URLs, developers.google.com/maps/documentation/urls).
_MAP = "https://www.google.com/maps/search/?api=1&query="
#: Characters of a card, which a tired person reads at a glance; with a heading above it they are 700.
_CARD_CHARACTERS = 640
#: Characters that a line keeps when a card is too long, and those of an entry of a list after its name.
_SHORTEST_LINE, _ENTRY_CHARACTERS = 70, 110
#: Characters of the cost, of the hours, and the fewest of the summary, in an entry of a list.
_COST_CHARACTERS, _HOURS_CHARACTERS, _PHRASE_CHARACTERS = 32, 40, 25
#: Distances in kilometres that are not worth a word.
_NEAR_KM = 0.5


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of a card, with how it may be shortened."""

    text: str
    #: True for a line of the short card; the others are details.
    is_short: bool = True
    #: True for a line that may be cut on the short card; it then stands among the details as well.
    can_shrink: bool = False
    #: True for a line of the short card as long as there is room.
    is_spare: bool = False


class OfferTexts:
    """Texts of the offers of a world, as list entries and as cards."""

    def __init__(self, world: World, phrasing: Phrasing) -> None:
        self._world = world
        self._phrasing = phrasing
        self._say = phrasing.say

    def title(self, offer: Offer) -> str:
        """Return the name of an offer with its municipality: "Doposcuola, Melegnano"."""
        place = ", ".join(part for part in (offer.location.name, self._place(offer)) if part)
        return self._say("in_place", name=offer.service.name, place=place) if place else offer.service.name

    def entry(self, number: int, offer: Offer, people: People, others: int = 0) -> Iterator[Run]:
        """Yield the text of a list entry: an offer's name with place, cost, hours and a phrase; `others` are its other places."""
        yield Run(self._say("numbered", number=number, name=offer.service.name), bold=True)
        explanation = explain(offer, people)
        if explanation.verdict is Verdict.DOES_NOT_FIT:
            yield Run(f"\n{self._joined([self.near(offer, people), self.obstacle(explanation, offer)])}")
            return
        where = self.near(offer, people)
        if others:
            where = self._say("and_other_place" if others == 1 else "and_other_places", place=where, count=others)
        to_ask = self._phrasing.attribute_names(explanation.findings) if explanation.verdict is Verdict.TO_CHECK else ""
        parts = [
            self._say("to_check", reasons=to_ask) if to_ask else "",
            self._phrasing.standing(offer, self._world.dated.standings[offer.id]),
            where,
            shortened(first_sentence(offer.service.cost), _COST_CHARACTERS),
            shortened(self._phrasing.when(offer), _HOURS_CHARACTERS),
        ]
        line = self._joined(parts)
        room = _ENTRY_CHARACTERS - len(line)
        phrase = shortened(first_sentence(offer.service.summary), room) if room >= _PHRASE_CHARACTERS else ""
        yield Run(f"\n{_capitalised(self._joined([line, phrase]))}")

    def near(self, offer: Offer, people: People) -> str:
        """Return the municipality of an offer, with the distance from home if it is another: "Dresano (a 3 km)"."""
        place = self._world.content.vocabulary.place(offer.location.place) if offer.location.place else None
        if place is None:
            return self._say("remote")
        known = people[0].get(PLACE)
        homes = [home for value in known.values if (home := self._world.content.vocabulary.place(str(value)))] if known else []
        distance = min((kilometres(home, place) for home in homes), default=0.0)
        if distance < _NEAR_KM:
            return place.label
        return self._say("place_and_distance", place=place.label, km=max(1, round(distance)))

    def _joined(self, parts: Sequence[str]) -> str:
        return " · ".join(part for part in parts if part)

    def card(self, offer: Offer, people: People | None, most_lines: int = MOST_LINES) -> tuple[Run, ...]:
        """Return the short card of an offer, with the most important facts in at most 640 characters."""
        return self._runs(offer, [short for short, _ in self._shortened(offer, people, most_lines) if short])

    def details(self, offer: Offer, people: People | None) -> tuple[Run, ...]:
        """Return the lines of an offer's card that its short card leaves out or cuts."""
        lines = self._shortened(offer, people, MOST_LINES)
        return self._runs(offer, [line.text for short, line in lines if short != line.text or line.is_spare])

    def whole_card(self, offer: Offer, people: People | None) -> tuple[Run, ...]:
        """Return the card of an offer with all its facts."""
        return self._runs(offer, [line.text for line in self._lines(offer, people)])

    def _runs(self, offer: Offer, lines: Sequence[str]) -> tuple[Run, ...]:
        return (Run(offer.service.name, bold=True), *(Run(f"\n{line}") for line in lines))

    def where(self, offer: Offer) -> str:
        """Return the address of an offer; "" if it has no place."""
        return ", ".join(part for part in (offer.location.name, offer.location.address, self._place(offer)) if part)

    def links(self, offer: Offer) -> tuple[Link, ...]:
        """Return the links of an offer: its website, and a map of its address if it has no position to send."""
        found = []
        if offer.location.contacts.website:
            found.append(Link(self._say("website_button"), offer.location.contacts.website))
        if offer.location.address and offer.location.position is None:
            found.append(Link(self._say("map_button"), _MAP + quote(self.where(offer), safe="")))
        return tuple(found)

    def passing_on(self, offer: Offer) -> tuple[Link | CopyButton, ...]:
        """Return buttons that share the card of an offer with somebody else, or copy its e-mail address."""
        found: list[Link | CopyButton] = []
        payload = "__".join(part for part in (offer.service.id, offer.location.place) if part)
        if len(payload) <= MAX_START_CHARACTERS:
            found.append(Link(self._say("share_button"), f"{_SHARE}{payload}&text={quote(offer.service.name, safe='')}"))
        if offer.location.contacts.email:
            found.append(CopyButton(self._say("copy_email_button"), offer.location.contacts.email))
        return tuple(found)

    def _shortened(self, offer: Offer, people: People | None, most_lines: int) -> list[tuple[str, _Line]]:
        """Return each line of a card with its text on the short card ("" if left out).

        Where the card is too long, spare lines are left out, then lines that may shrink are cut, from the last upwards.
        """
        lines = list(self._lines(offer, people))
        short = [line.text if line.is_short else "" for line in lines]
        size = len(offer.service.name) + sum(len(text) + 1 for text in short if text)
        if size > _CARD_CHARACTERS or sum(map(bool, short)) >= most_lines:
            short = ["" if line.is_spare else text for line, text in zip(lines, short, strict=True)]
        for number in reversed(range(len(lines))):
            excess = len(offer.service.name) + sum(len(text) + 1 for text in short if text) - _CARD_CHARACTERS
            if lines[number].can_shrink and short[number] and excess > 0:
                short[number] = shortened(short[number], max(_SHORTEST_LINE, len(short[number]) - excess))
        return list(zip(short, lines, strict=True))

    def _lines(self, offer: Offer, people: People | None) -> Iterator[_Line]:
        """Yield the lines of a card that have a text, in their order."""
        return (line for line in self._all_lines(offer, people) if line.text)

    def _all_lines(self, offer: Offer, people: People | None) -> Iterator[_Line]:
        service, location, say, phrasing = offer.service, offer.location, self._say, self._phrasing
        standing = self._world.dated.standings[offer.id]
        yield _Line(say("card_organization", organization=service.organization), is_spare=True)
        yield _Line(service.summary, can_shrink=True)
        if people is not None:
            explanation = explain(offer, people)
            # Of several people it is said for whom it is; one knows their own answers.
            is_news = explanation.verdict is not Verdict.FITS or len(people) > 1
            yield _Line(self._why(explanation, offer), is_short=is_news, can_shrink=True)
        yield _Line(self._standing(offer))
        yield _Line(say("card_where", where=self.where(offer) or say("remote")))
        yield _Line(say("card_when", when=phrasing.when(offer)), can_shrink=True)
        yield _Line(say("card_season", season=phrasing.window(service.valid)) if service.valid else "")
        applying = say("card_apply", window=phrasing.window(service.apply)) if service.apply else ""
        yield _Line(applying, is_short=standing.state is not State.LATER)
        yield _Line(say("card_cost", cost=service.cost) if service.cost else "", can_shrink=True)
        documents = say("card_documents", documents=", ".join(service.documents)) if service.documents else ""
        yield _Line(documents, is_short=False)
        yield _Line(say("card_how", how=service.how_to_apply) if service.how_to_apply else "", can_shrink=True)
        yield _Line(say("card_access", access=self.accessibility(offer)) if service.accessibility else "", is_short=False)
        contacts = location.contacts
        # The website has a button of its own.
        reachable = [one for one in (contacts.phone, contacts.email) if one] or [contacts.website] * bool(contacts.website)
        yield _Line(say("card_contacts", contacts=", ".join(reachable)) if reachable else "")
        is_stale = offer.is_stale(self._world.dated.date)
        key = "card_assured" if service.assured is not None else "card_collected"
        known = service.assured or service.collected
        checked = say(key, date=phrasing.date(known)) if known is not None else ""
        yield _Line(say("card_stale") if is_stale else checked, is_short=is_stale and not service.example)
        yield _Line(say("card_example") if service.example else "")

    def _place(self, offer: Offer) -> str:
        place = self._world.content.vocabulary.place(offer.location.place) if offer.location.place else None
        return place.label if place else ""

    def _standing(self, offer: Offer) -> str:
        state = self._phrasing.standing(offer, self._world.dated.standings[offer.id])
        return f"{_capitalised(state)}." if state else ""

    def _why(self, explanation: Explanation, offer: Offer) -> str:
        """Return why an offer fits, does not, or needs a check, in words; "" if there is nothing worth a line."""
        match explanation.verdict:
            case Verdict.FITS:
                merits = self._phrasing.merits(explanation.findings, offer)
                return self._say("because", reasons=merits) if merits else ""
            case Verdict.TO_CHECK:
                return self._say("check_first", reasons=self._reasons(explanation, offer))
            case Verdict.DOES_NOT_FIT:
                return f"{_capitalised(self.obstacle(explanation, offer))}."

    def obstacle(self, explanation: Explanation, offer: Offer) -> str:
        """Return the reason against an offer, to end a sentence: "però è per 65 anni o più"."""
        if reason := self._phrasing.only_reason(explanation.findings, offer):
            return self._say("excluded_by", reason=reason)
        return self._say("excluded_by_several", reasons=self._phrasing.attribute_names(explanation.findings))

    def _reasons(self, explanation: Explanation, offer: Offer) -> str:
        findings = explanation.findings
        return self._phrasing.only_reason(findings, offer) or self._phrasing.attribute_names(findings)

    def accessibility(self, offer: Offer) -> str:
        """Return the disabilities for which a service is accessible, accessible on request, or not accessible."""
        attribute = self._world.content.vocabulary[DISABILITY]
        parts = []
        for access in Access:
            given = [id for id, one in offer.service.accessibility.items() if one is access and id in attribute.terms]
            if given:
                names = ", ".join(self._phrasing.inside(attribute, id) for id in given)
                parts.append(self._say(f"access_{access.value}", names=names))
        return "; ".join(parts)


def _capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]
