"""All that a turn depends on beside the session: content as seen on a date, and the names in it. Frozen."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from bot.core.content import Content, DatedContent
from bot.core.flow import Flow, Purpose
from bot.core.interview import Position
from bot.core.services import Offer
from bot.dialogue.phrasing import Phrasing
from bot.language.entities.slots import SlotReader
from bot.language.entities.values import AnswerReader
from bot.language.meaning.sentence_vectors import Vectors
from bot.language.meaning.understand import MeaningReader
from bot.language.text.normalise import normalise


@dataclass(frozen=True)
class World:
    """What the bot knows on a date."""

    content: Content
    dated: DatedContent
    answer_reader: AnswerReader
    slot_reader: SlotReader
    phrasing: Phrasing
    #: Whether there are people to whom a chat can be handed.
    staffed: bool = True
    #: What was learnt from the same content on another day: it takes a second.
    learnt: MeaningReader | None = None
    #: The vectors of sentences, where they are wanted.
    vectors: Vectors | None = None

    @classmethod
    def on(
        cls,
        content: Content,
        date: dt.date,
        *,
        staffed: bool = True,
        learnt: MeaningReader | None = None,
        vectors: Vectors | None = None,
    ) -> World:
        """The world of a day; built anew at midnight and when content changes."""
        vocabulary = content.vocabulary
        phrasing = Phrasing(content.texts, vocabulary)
        return cls(
            content, content.on(date), AnswerReader(vocabulary), SlotReader(vocabulary), phrasing, staffed, learnt, vectors
        )

    @cached_property
    def understanding(self) -> MeaningReader:
        """What content says of how people speak, learnt when it is first asked for."""
        return self.learnt or MeaningReader(self.content, self.dated.date, self.vectors)

    @cached_property
    def positions(self) -> dict[Hashable, Position]:
        """Where interviews stand, by what was answered: what was derived once need not be derived again."""
        return {}

    @cached_property
    def service_names(self) -> Mapping[str, str]:
        """Service id → its name, normalised, with a space on either side."""
        return {service.id: f" {normalise(service.name)} " for service in self.content.services}

    @cached_property
    def first_flow(self) -> Flow:
        """The flow that /start begins: among those that find services, the one that looks through most offers."""
        finding = [flow for flow in self.content.flows.values() if flow.purpose is Purpose.MATCH]
        return max(finding, key=lambda flow: len(self.dated.index(flow).offers))

    @property
    def flows(self) -> Sequence[Flow]:
        """All flows, the first one first."""
        return [self.first_flow, *(flow for flow in self.content.flows.values() if flow is not self.first_flow)]

    def flow_of_command(self, command: str) -> Flow | None:
        """The flow with a command."""
        return next((flow for flow in self.content.flows.values() if flow.command == command), None)

    def offer_linked(self, ids: Collection[str]) -> Offer | None:
        """The offer of a service that a link names, at the municipality it names; the first one if it names none."""
        found = [offer for offer in self.dated.offers.values() if offer.service.id in ids]
        return next((offer for offer in found if offer.location.place in ids), found[0] if found else None)
