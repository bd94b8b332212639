"""The causes behind the faults of cases, over any mix of what can happen (`machine.py`), with edits, words that are taken back,
danger, and assignees who leave: nothing leaves that did not go out when it was said, somebody always owes the next word and is
reminded, what is urgent is known as such, and the figures add up.
"""

from __future__ import annotations

import os

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule, run_state_machine_as_test

from bot.core.case import CaseState
from bot.core.case_figures import figures
from tests.builders import THOROUGH
from tests.tg.cases.conftest import Urls
from tests.tg.cases.machine import NAMES, Cases
from tests.tg.harness import Stage

#: A failure is found again from its seed; how it is made small is asked for with SHRINK=1, since it takes minutes.
PHASES = tuple(Phase) if os.environ.get("SHRINK") else (Phase.explicit, Phase.generate)


class Causes(Cases):
    """See the module."""

    @rule(name=NAMES, back=st.integers(1, 4), note=st.booleans())
    def edits(self, name: str, back: int, note: bool) -> None:
        """A manager changes what they wrote before, perhaps into a note: what never went out does not go out now."""
        told = self.told[name]
        for word in list(told.written)[-back:][:1]:
            message = told.written[word]
            is_closed = message.topic is not None and message.topic.closed
            if is_closed or message not in self.office.group.chat.messages:
                return
            del told.written[word]
            new = self.word("nota" if note else message.sender.first_name.lower())
            self.manager(message.sender.first_name.lower()).edits(message, f"// {new}" if note else new)
            if word in told.to_citizen:
                place = told.to_citizen.index(word)
                told.to_citizen[place : place + 1] = [] if note else [new]
                told.former.add(word)
            if not note:
                told.written[new] = message
            self.settle()

    @rule(name=NAMES, back=st.integers(1, 3))
    def takes_back(self, name: str, back: int) -> None:
        """A manager takes back what they wrote."""
        told = self.told[name]
        for word in [one for one in told.written if one in told.to_citizen][-back:][:1]:
            message = told.written[word]
            is_closed = message.topic is not None and message.topic.closed
            if is_closed or message not in self.office.group.chat.messages:
                return
            del told.written[word]
            where = {"topic": message.topic} if self.forum else {}
            self.manager(message.sender.first_name.lower()).says(
                "/annulla",
                chat=self.office.group,
                reply_to=message,
                **where,  # type: ignore[arg-type]
            )
            told.to_citizen.remove(word)
            told.former.add(word)
            self.settle()

    @rule(name=NAMES)
    def is_in_danger(self, name: str) -> None:
        """A citizen with a case tells of a danger: the case is urgent from then on."""
        told = self.told[name]
        if told.state not in (CaseState.WAITING, CaseState.ASSIGNED):
            return
        word = self.word(name)
        self.writes(name, f"mio marito mi picchia, ho paura {word}")
        told.to_group.append(word)
        if told.state is CaseState.WAITING:
            told.kept.append(word)
        told.waits = True
        self.settle()
        assert self.case(name).urgent

    @rule()
    def luca_leaves_the_group(self) -> None:
        """An assignee is no longer there: all their cases wait for anybody. Then they are back."""
        self.settle()
        group = self.office.group
        group.loses(self.manager("luca"))
        self.run(self.office.scene.run_for(1.0))
        for name in self.open(CaseState.ASSIGNED):
            told = self.told[name]
            assert told.by != "luca" or self.case(name).state is CaseState.WAITING
            if self.case(name).state is CaseState.WAITING:
                told.state, told.kept, told.waits = CaseState.WAITING, [], True
        group.gains(self.manager("luca"))
        self.settle()

    @invariant()
    def somebody_owes_the_next_word_and_is_reminded(self) -> None:
        if not hasattr(self, "office") or self.office.scene.telegram.faults._plans or self.office.scene.kill_after:
            return
        reminded = {kind for (kind,) in self.office.scene.rows("SELECT kind FROM timer")}
        for name in self.open(CaseState.WAITING, CaseState.ASSIGNED):
            case = self.case(name)
            assert case.is_awaited == self.told[name].waits, name
            assert (f"case:{case.number}" in reminded) == case.is_awaited, name

    def ends(self) -> None:
        """All goes well again, and the figures add up."""
        super().ends()
        cases = self.office.cases
        found = figures(cases, 0.0, self.office.scene.clock() + 1, lambda _, began, ended: (ended - began) / 60)
        assert found.opened == len(cases)
        assert found.closed == sum(not case.is_open for case in cases)
        assert len(found.waits) == sum(len(case.waits) for case in cases)
        assert all(wait >= 0 for wait in found.waits)
        assert found.reopened == sum(case.reopened for case in cases)
        assert found.in_time <= found.promised <= len(found.waits)


@pytest.mark.parametrize(
    ("forum", "kind", "examples"),
    [(True, "sqlite", 12), (False, "sqlite", 8), (True, "postgresql", 3)],
    ids=["topics", "no-topics", "topics-postgresql"],
)
def test_whatever_happens_no_word_is_lost_or_before_the_wrong_eyes(
    stage: Stage,
    forum: bool,
    kind: str,
    examples: int,
    new_url: Urls,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("bot.tg.api._FIRST_PAUSE", 0.0)
    machine = type("Causes", (Causes,), {"stage": stage, "forum": forum, "more": property(lambda _: {"url": new_url(kind)})})
    run_state_machine_as_test(machine, settings=settings(max_examples=examples * THOROUGH, stateful_step_count=25, phases=PHASES))
