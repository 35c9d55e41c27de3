"""LD-1, LD-11: whatever is done to a lead, in whatever order, it makes legal moves alone, one event each.

A machine does every verb and word to one lead, again and again. It keeps by hand what the lead must be: what is legal
happens, what is not is refused with the legal moves named and changes nothing, and the database never holds a next
action or follow-up on anything but a deal.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as pace
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import Engine, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from inboxcrm.base.errors import IllegalMove, Refused
from inboxcrm.base.records import Event
from inboxcrm.base.settings import Settings
from inboxcrm.base.work import Work
from inboxcrm.commands.grammar import read_commands
from inboxcrm.commands.scene import Scene
from inboxcrm.commands.table import BY_NAME
from inboxcrm.crm.box import dismiss_lead
from inboxcrm.crm.lead import (
    answer_lead,
    assign_lead,
    convert_lead,
    move_lead,
    recycle_lead,
    revive_lead,
    start_lead,
)
from inboxcrm.crm.lead_moves import archive_lead
from inboxcrm.crm.records import Lead, Task
from inboxcrm.crm.store import open_next_action, opportunity_of_box, tasks_of_box
from inboxcrm.crm.task import add_task, finish_task
from inboxcrm.ingest.records import Message
from tests.build import KEY, START, CountedIds, a_lead, on_both_databases

STATES = ("New", "Assigned", "In Process", "Converted", "Recycled", "Dead")
LEGAL = {  # PROCESS LD-1, by hand
    "New": ("Assigned", "Dead"),
    "Assigned": ("In Process", "Dead"),
    "In Process": ("Converted", "Recycled", "Dead"),
    "Recycled": ("In Process",),
    "Converted": (),
    "Dead": (),
}
START_OF = {"New": ("Assigned", "In Process"), "Assigned": ("In Process",), "Recycled": ("In Process",)}
ON_DEALS = ("next action", "follow-up")
REPS = st.sampled_from(("anna", "carl"))
PROFILE = pace(
    max_examples=20,
    stateful_step_count=15,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    database=None,
)


def way(old: str, *ends: str) -> tuple[str, ...]:
    """The moves from a state over In Process to an end."""
    return (*START_OF.get(old, ()), *ends)


# What each word makes of a lead in each state, by hand; a state that is left out refuses it.
WORDS: dict[str, dict[str, tuple[str, ...]]] = {
    "qualify": {old: way(old, "Converted") for old in ("New", "Assigned", "In Process", "Recycled")},
    "need yes, budget yes": {
        **{old: way(old, "Converted") for old in ("New", "Assigned", "In Process", "Recycled")},
        "Converted": (),
    },
    "timeline urgent": dict.fromkeys(STATES, ()),
    "score size 4: they said so": dict.fromkeys(STATES, ()),
    "recycle until 1 feb: no budget": {
        old: way(old, "Recycled") for old in ("New", "Assigned", "In Process")
    },
    "dead: they bought elsewhere": {
        "New": ("Dead",),
        "Assigned": ("Dead",),
        "In Process": ("Dead",),
        "Recycled": ("In Process", "Dead"),
    },
    "source: partner": dict.fromkeys(STATES, ()),
}


class LeadMachine(RuleBasedStateMachine):
    """One lead, and what must be true of it."""

    engine: Engine
    configured: Settings

    def __init__(self) -> None:
        super().__init__()
        self.session = Session(self.engine, expire_on_commit=False)
        self.work = Work(self.session, START, self.configured, CountedIds(), KEY, actor="user:anna")
        self.lead: Lead = a_lead(self.work)
        self.session.flush()
        self.state = "New"
        self.moves: list[tuple[str, str]] = []

    def teardown(self) -> None:
        self.session.rollback()
        self.session.close()

    def expect(self, do: Callable[[], object], moves: tuple[str, ...] | None) -> None:
        """Do something that makes these moves; None: it is refused, and nothing changes."""
        before = self.seen()
        self.work.now += timedelta(hours=1)
        if moves is None:
            with pytest.raises(Refused) as refused, self.session.begin_nested():
                do()
            self.session.refresh(self.lead)
            assert self.seen() == before
            if isinstance(refused.value, IllegalMove):
                assert all(state in str(refused.value) for state in refused.value.legal)
            return
        with self.session.begin_nested():
            do()
        for state in moves:
            self.moves.append((self.state, state))
            self.state = state

    def seen(self) -> tuple[Any, ...]:
        self.session.flush()
        tasks = [(task.id, task.kind, task.state) for task in tasks_of_box(self.session, self.lead.box_id)]
        events = self.session.scalars(select(Event.id).where(Event.box_id == self.lead.box_id)).all()
        lead = self.lead
        return lead.state, lead.owner, lead.reason, lead.box.is_open, lead.box.kind, tasks, sorted(events)

    @rule(to=st.sampled_from(STATES))
    def move(self, to: str) -> None:
        if to == "Converted":
            return  # a verb of its own makes the deal
        self.expect(lambda: move_lead(self.work, self.lead, to), (to,) if to in LEGAL[self.state] else None)

    @rule(by=REPS)
    def assign(self, by: str) -> None:
        self.expect(
            lambda: assign_lead(self.work, self.lead, by), ("Assigned",) if self.state == "New" else None
        )

    @rule(by=REPS)
    def start(self, by: str) -> None:
        self.expect(lambda: start_lead(self.work, self.lead, by), START_OF.get(self.state, ()))

    @rule(by=REPS)
    def answer(self, by: str) -> None:
        """The first answer to a New or Assigned lead; later ones move nothing."""
        is_first = self.lead.answered_at is None and self.state in ("New", "Assigned")
        moves = START_OF[self.state] if is_first else ()
        self.expect(lambda: answer_lead(self.work, self.lead.box, by), moves)

    @rule(by=REPS)
    def quote(self, by: str) -> None:
        """QU-8: what a quote does to the lead."""
        may = self.state not in ("Converted", "Dead")
        do = lambda: convert_lead(self.work, self.lead, by=by, name="Acme")  # noqa: E731
        self.expect(do, way(self.state, "Converted") if may else None)

    @rule(by=REPS)
    def recycle(self, by: str) -> None:
        may = self.state in ("New", "Assigned", "In Process")
        until = self.work.now + timedelta(days=60)
        do = lambda: recycle_lead(self.work, self.lead, by=by, until=until, reason="no budget")  # noqa: E731
        self.expect(do, way(self.state, "Recycled") if may else None)

    @rule()
    def revive(self) -> None:
        """LD-2: a mail of its contact."""
        moves = ("In Process",) if self.state == "Recycled" else ()
        self.expect(lambda: revive_lead(self.work, self.lead.box, self.work.now), moves)

    @rule()
    def archive(self) -> None:
        moves = WORDS["dead: they bought elsewhere"].get(self.state)
        self.expect(lambda: archive_lead(self.work, self.lead, "gone"), moves)

    @rule()
    def ignore(self) -> None:
        """IN-10: only a lead at work is let go by it; any other stays as it is."""
        moves = ("Dead",) if self.state in ("New", "Assigned", "In Process") else ()
        self.expect(lambda: dismiss_lead(self.work, self.lead.box, "ignored"), moves)

    @rule(words=st.sampled_from(sorted(WORDS)))
    def say(self, words: str) -> None:
        moves = WORDS[words].get(self.state)
        if words.startswith("need") and self.state == "Dead":
            moves = None
        self.expect(lambda: self._run(words), moves)

    def _run(self, words: str) -> object:
        [line] = read_commands(words, BY_NAME).commands
        message = Message(box_id=self.lead.box_id, answers_letter_id=None)
        anna = self.configured.user_by_key("anna")
        assert anna is not None
        return BY_NAME[line.word].verb(self.work, Scene(anna, message, line, 0))

    @rule(kind=st.sampled_from(("first contact", "re-contact", "filing", "question", "errand", *ON_DEALS)))
    def give_a_task(self, kind: str) -> None:
        """LD-11: the database has the last word."""
        deal = opportunity_of_box(self.session, self.lead.box_id)
        is_allowed = kind not in ON_DEALS or (deal is not None and kind != "next action")
        before = self.seen()
        try:
            with self.session.begin_nested():
                due_at = self.work.now
                add_task(self.work, self.lead.box, kind, "Do it", owner="anna", due_at=due_at)
                self.session.flush()
            assert is_allowed, kind
        except IntegrityError:
            assert not is_allowed, kind
            assert self.seen() == before

    @precondition(lambda self: self.open_tasks())
    @rule(at=st.integers(0, 9), state=st.sampled_from(("done", "dropped")))
    def finish(self, at: int, state: str) -> None:
        """OP-4: a deal whose next action is finished gets another one."""
        tasks = self.open_tasks()
        finish_task(self.work, tasks[at % len(tasks)], state=state)

    def open_tasks(self) -> list[Task]:
        self.session.flush()
        return [task for task in tasks_of_box(self.session, self.lead.box_id) if task.state == "open"]

    @invariant()
    def it_is_what_its_legal_moves_have_made_it(self) -> None:
        self.session.flush()
        query = select(Event).where(Event.kind == "lead.moved", Event.box_id == self.lead.box_id)
        told = self.session.scalars(query.order_by(Event.id))
        assert [(event.payload["old"], event.payload["new"]) for event in told] == self.moves
        assert all(new in LEGAL[old] for old, new in self.moves)
        assert self.lead.state == self.state

    @invariant()
    def its_box_is_open_unless_it_rests(self) -> None:
        assert self.lead.box.is_open == (self.state not in ("Recycled", "Dead"))

    @invariant()
    def next_actions_hang_on_deals_alone(self) -> None:
        deal = opportunity_of_box(self.session, self.lead.box_id)
        assert (deal is not None) == (self.state == "Converted")
        for task in tasks_of_box(self.session, self.lead.box_id):
            assert task.kind not in ON_DEALS or (deal is not None and task.opportunity_id == deal.id)
        if deal is not None:
            assert open_next_action(self.session, deal.id) is not None


@on_both_databases
def test_a_lead_makes_legal_moves_alone_whatever_is_done_to_it(engine: Engine, settings: Settings) -> None:
    machine = type("Here", (LeadMachine,), {"engine": engine, "configured": settings})
    run_state_machine_as_test(machine, settings=PROFILE)
