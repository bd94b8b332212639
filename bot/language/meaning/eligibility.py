"""Which needs no service answers for a person: what is known narrows down what may be meant."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from bot.core.attributes import AGE, PERSON
from bot.core.conditions import Condition, Profile, Truth, truth
from bot.core.content import Content

#: What a sentence says of the person; where they live says nothing of what they need.
_SAYS = (AGE, PERSON)


class Fits:
    """Immutable after construction."""

    def __init__(self, content: Content) -> None:
        self._vocabulary = content.vocabulary
        numbers = {need: number for number, need in enumerate(content.vocabulary.needs)}
        self._conditions: list[dict[Condition, None]] = [{} for _ in numbers]
        for service in content.services:
            for need in service.needs:
                self._conditions[numbers[need]][service.eligibility] = None

    def against(self, profile: Profile) -> npt.NDArray[np.float32]:
        """1 for each need of which every service is for somebody else, 0 for the others."""
        known = {name: profile[name] for name in _SAYS if name in profile}
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
