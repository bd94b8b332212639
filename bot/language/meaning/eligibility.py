"""The prior from eligibility: a need is less likely to be meant if no service for it is open to the person in question."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from bot.core.attributes import AGE, PERSON
from bot.core.conditions import Condition, Known, Profile, Truth, truth
from bot.core.content import Content
from bot.language.meaning.arrays import Floats

#: What a sentence says of the person; where they live says nothing of what they need.
_OF_THE_PERSON = (AGE, PERSON)
#: Ages and persons whose needs are kept: people ask for children of the same few ages.
_CACHED_PERSONS = 1024


class EligibilityPrior:
    """The eligibility conditions of the services for each need. Immutable but for a cache."""

    def __init__(self, content: Content) -> None:
        self._vocabulary = content.vocabulary
        self._conditions = _conditions_by_need(content)
        self._mismatch_of = lru_cache(maxsize=_CACHED_PERSONS)(self._judge)

    def has_conditions_of(self, content: Content) -> bool:
        """Return True if a content's services have the same conditions as those held here."""
        return self._vocabulary == content.vocabulary and self._conditions == _conditions_by_need(content)

    def mismatch(self, profile: Profile) -> Floats:
        """Return for each need 1 if every service for it excludes the person of a profile, else 0."""
        return self._mismatch_of(tuple(profile.get(name) for name in _OF_THE_PERSON))

    def _judge(self, values: tuple[Known | None, ...]) -> Floats:
        known = {name: value for name, value in zip(_OF_THE_PERSON, values, strict=True) if value is not None}
        found = np.zeros(len(self._conditions), dtype=np.float32)
        if not known:
            return found
        people = self._vocabulary.people(known)
        excluded: dict[Condition, bool] = {}
        for number, conditions in enumerate(self._conditions):
            for condition in conditions:
                if condition not in excluded:
                    excluded[condition] = all(truth(condition, person) is Truth.FALSE for person in people)
            found[number] = float(bool(conditions) and all(excluded[condition] for condition in conditions))
        return found


def _conditions_by_need(content: Content) -> list[dict[Condition, None]]:
    """Return the conditions of the services of each need, in the order of the needs."""
    numbers = {need: number for number, need in enumerate(content.vocabulary.needs)}
    conditions: list[dict[Condition, None]] = [{} for _ in numbers]
    for service in content.services:
        for need in service.needs:
            conditions[numbers[need]][service.eligibility] = None
    return conditions
