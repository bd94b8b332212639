"""Dangers, which come before everything else, and topics of other offices: messages that no service answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class DangerTier(StrEnum):
    """The degrees of certainty that words tell of a danger."""

    #: The number is said at once.
    SURE = "sure"
    #: The citizen is asked gently, with the number.
    LIKELY = "likely"
    #: The usual answer goes out, with one line of numbers.
    QUIET = "quiet"


@dataclass(frozen=True, slots=True)
class DangerTexts:
    """The answers to a danger in one language. Their lines may name services (`danger_texts.py`)."""

    #: The answers when the danger is sure, with the number to call, and when it is only likely; "" where there is none.
    say: str
    gently: str = ""


@dataclass(frozen=True, slots=True)
class DangerVariant:
    """A special form of a danger that needs an answer of its own: somebody else is in danger, or the cause is gas."""

    id: str
    label: str
    #: The answers in Italian; where `gently` is "", that of the whole danger is said.
    say: str
    gently: str = ""
    #: The same in other languages (ISO 639-1).
    translated: Mapping[str, DangerTexts] = field(default_factory=dict)
    phrases: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Danger:
    """A danger that a citizen may be in, the words for it, and the answer that is given at once."""

    id: str
    label: str
    #: The answers in Italian when the danger is sure, with the number to call, and when it is only likely.
    say: str
    gently: str
    #: Short words that tell of the danger, whole sentences of it, and sentences that only look like it.
    phrases: tuple[str, ...]
    examples: tuple[str, ...]
    unlike: tuple[str, ...] = ()
    #: The same answers in other languages (ISO 639-1).
    translated: Mapping[str, DangerTexts] = field(default_factory=dict)
    #: What the danger is in particular; each has phrases and examples of its own, which are not among those above.
    variants: tuple[DangerVariant, ...] = ()
    #: The ids of the needs that people have who may be in it: the numbers stand beside their answers.
    needs: tuple[str, ...] = ()

    @property
    def all_phrases(self) -> tuple[str, ...]:
        """Return the phrases of the danger and of its variants."""
        return self.phrases + tuple(phrase for variant in self.variants for phrase in variant.phrases)

    @property
    def all_examples(self) -> tuple[str, ...]:
        """Return the examples of the danger and of its variants."""
        return self.examples + tuple(example for variant in self.variants for example in variant.examples)

    def variant(self, id: str) -> DangerVariant | None:
        """Return the variant with an id; None if there is none."""
        return next((variant for variant in self.variants if variant.id == id), None)


@dataclass(frozen=True, slots=True)
class DangerReport:
    """A danger found in a citizen's words: which danger and variant, how certain, and in which language the words are."""

    danger: str
    #: The id of the variant; "" if it is the danger in general.
    variant: str = ""
    tier: DangerTier = DangerTier.SURE
    #: ISO 639-1.
    language: str = "it"


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic that the network does not serve, and the office to ask instead."""

    id: str
    label: str
    say: str
    #: Its other names, and sentences of people who ask for it.
    also: tuple[str, ...]
    examples: tuple[str, ...]


class IntentId(StrEnum):
    """The ids of `intents.yaml`: things that people say to the bot itself, such as "chi sei?"."""

    PERSON = "person"
    THANKS = "thanks"
    GOODBYE = "goodbye"
    GREETING = "greeting"
    #: None of what is shown is good.
    REFUSE = "refuse"
    LAUGHTER = "laughter"
    WHY_ASK = "why_ask"
    WHO_ARE_YOU = "who_are_you"
    WHO_READS = "who_reads"
    #: Questions about what is shown.
    ABOUT_COST = "about_cost"
    ABOUT_PLACE = "about_place"
    ABOUT_HOURS = "about_hours"
    ABOUT_PERIOD = "about_period"
    ABOUT_DOCUMENTS = "about_documents"
    ABOUT_APPLY = "about_apply"
    ABOUT_ROOM = "about_room"
    ABOUT_AGE = "about_age"
    ABOUT_ACCESS = "about_access"
    ABOUT_CONTACT = "about_contact"
    ABOUT_PROVIDER = "about_provider"
    ABOUT_PRECEDENCE = "about_precedence"
    #: References to what is shown: "il secondo", "quello del comune".
    PICK_ORDINAL = "pick_ordinal"
    PICK_NEAREST = "pick_nearest"
    PICK_CHEAPEST = "pick_cheapest"
    PICK_OPEN = "pick_open"
    MORE = "more"
    DELETE_DATA = "delete_data"
    EXPORT_DATA = "export_data"
    PRIVACY = "privacy"
    WHAT_CAN_YOU_DO = "what_can_you_do"
    COMPLAINT = "complaint"
    INSULT = "insult"
    #: "Is anybody there?"
    WAIT = "wait"
    NOT_ITALIAN = "not_italian"


@dataclass(frozen=True, slots=True)
class IntentEntry:
    """An entry of `intents.yaml`: a thing that people say to the bot itself, and the words for it."""

    #: One of `IntentId`.
    id: str
    label: str
    #: The answer; "" where there is none of its own. Questions about a service have it for when none is shown.
    say: str
    #: Short texts that mean it when they are the whole message, and sentences that teach it.
    also: tuple[str, ...]
    examples: tuple[str, ...]
    #: Sentences in other languages (ISO 639-1).
    translated: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
