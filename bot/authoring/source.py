"""Content as it was read, with the place in the files of everything that a rule may refer to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot.authoring.declared_names import NO_NAMES, DeclaredNames
from bot.authoring.fields import NameUse
from bot.authoring.models.flows import FlowFields
from bot.authoring.models.services import ServiceFields
from bot.authoring.models.topics import DangerFields, TopicFields
from bot.authoring.problems import Mark, Problems
from bot.authoring.yaml_nodes import ScalarNode
from bot.core.content import Content


@dataclass(frozen=True)
class Source:
    """A content folder as it was read: models with their places. Services and flows with a fault are left out."""

    #: None when there are errors: content is never half loaded.
    content: Content | None
    problems: Problems
    names: DeclaredNames = NO_NAMES
    #: The uses of names of needs, municipalities, values …, in the order in which the files are read.
    uses: Sequence[NameUse] = ()
    services: tuple[ServiceFields, ...] = ()
    flows: tuple[FlowFields, ...] = ()
    #: False if a flow was left out.
    has_all_flows: bool = True
    dangers: tuple[DangerFields, ...] = ()
    topics: tuple[TopicFields, ...] = ()
    #: The bot's own sentences by key, each with its place.
    texts: Mapping[str, ScalarNode] = field(default_factory=dict)
    #: The canned replies by name.
    replies: Mapping[str, ScalarNode] = field(default_factory=dict)
    #: The place of each need's id, how many examples it has, and the places of municipalities.
    needs: Mapping[str, Mark] = field(default_factory=dict)
    examples: Mapping[str, int] = field(default_factory=dict)
    places: Mapping[str, Mark] = field(default_factory=dict)
    #: Other names, `also`, that are one value with commas: most likely a list.
    single_lists: tuple[tuple[Mark, str], ...] = ()
