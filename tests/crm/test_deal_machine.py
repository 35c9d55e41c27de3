"""Whatever is said of a deal, in whatever order: legal moves happen with one event each, others change nothing (OP-1).

An open deal always has exactly one open next action, also on hold; a closed one has none (OP-4).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as some
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from inboxcrm.base.errors import Refused
from inboxcrm.base.records import Event
from inboxcrm.base.settings import Settings
from inboxcrm.base.settings_pipeline import Pipeline
from inboxcrm.base.work import Office, Work
from inboxcrm.commands.grammar import CommandLine
from inboxcrm.commands.scene import Scene
from inboxcrm.commands.table import BY_NAME
from inboxcrm.crm.losing import lose_by_credit
from inboxcrm.crm.opportunity import advance_stage
from inboxcrm.crm.records import Task
from inboxcrm.crm.store import open_next_action, open_tasks_of_box
from inboxcrm.crm.task import finish_task
from inboxcrm.crm.winning import win_if_complete
from inboxcrm.ingest.records import Message
from tests.build import an_opportunity

# PROCESS OP-1, by hand.
STAGES = {
    "Identification": "Prospecting",
    "Qualification": "Qualification",
    "Needs Analysis": "Needs Analysis",
    "Presentation": "Value Proposition",
    "Quote": "Value Proposition",
    "Negotiation": "Negotiation",
    "Closure": "Negotiation",
}
NAMES = list(STAGES)
WON, LOST = "Closed Won", "Closed Lost"
BY_MAIL = {"discovery call": "Qualification", "quote": "Quote", "counter-question": "Negotiation"}
MOVES = (
    "stage.changed", "opportunity.won", "opportunity.lost", "opportunity.reopened", "opportunity.held",
    "opportunity.woken",
)  # fmt: skip


class Deal(RuleBasedStateMachine):
    """One deal; `place` and `is_held` are what it must be by PROCESS, told step by step."""

    office: ClassVar[Office]
    points: ClassVar[tuple[str, ...]] = ()

    def __init__(self) -> None:
        super().__init__()
        self.session = Session(self.office.engine, expire_on_commit=False)
        office = self.office
        self.work = Work(
            self.session, office.clock.now(), office.settings, office.ids, office.key, actor="user:anna"
        )
        self.deal = an_opportunity(self.work)
        self.place, self.is_held, self.missing = "Qualification", False, set(self.points)

    def teardown(self) -> None:
        self.session.rollback()
        self.session.close()

    def say(self, words: str) -> list[tuple[str, object, object]] | None:
        """Say a command of the deal; give the moves that it made, None if it was refused and nothing changed."""
        name, _, rest = words.partition(" ")
        user = self.office.settings.user_by_key("anna")
        message = Message(box_id=self.deal.box_id, id=1)
        line = CommandLine(None, name.rstrip(":"), rest, words)
        return self.try_it(lambda: BY_NAME[line.word].verb(self.work, Scene(user, message, line, 0)))

    def try_it(self, act: Callable[[], object]) -> list[tuple[str, object, object]] | None:
        self.session.flush()
        before, last = self.all_of_it(), self.session.scalar(select(func.max(Event.id)))
        try:
            with self.session.begin_nested():
                act()
                self.session.flush()
        except Refused:
            self.session.expire_all()
            assert self.all_of_it() == before
            return None
        new = self.session.scalars(select(Event).where(Event.id > last).order_by(Event.id))
        return [(e.kind, e.payload.get("old"), e.payload.get("new")) for e in new if e.kind in MOVES]

    def all_of_it(self) -> tuple[object, ...]:
        deal, tasks = self.deal, self.session.scalars(select(Task).order_by(Task.id))
        return (
            deal.stage, deal.state, deal.probability, deal.probability_why, deal.wake_on, deal.closed_at,
            deal.lost_reason, deal.lost_why, deal.is_committed, deal.is_closing, deal.box.is_open,
            [(task.id, task.text, task.state, task.due_at) for task in tasks],
            self.session.scalar(select(func.count(Event.id))),
        )  # fmt: skip

    @property
    def is_open(self) -> bool:
        return self.place not in (WON, LOST)

    def woken(self) -> list[str]:
        kinds = ["opportunity.woken"] if self.is_held else []
        self.is_held = False
        return kinds

    @rule(stage=some.sampled_from(NAMES), why=some.sampled_from(["", ": they called"]))
    def moves_by_hand(self, stage: str, why: str) -> None:
        made, old, was_held = self.say(f"stage {stage.lower()}{why}"), self.place, self.is_held
        if old == WON or (old == LOST and not why) or (old == stage and not was_held):
            assert made is None
            return
        kind = "opportunity.reopened" if old == LOST else "stage.changed"
        moved = [(kind, old, stage)] if old != stage else []
        assert [one for one in made if one[0] != "opportunity.woken"] == moved
        assert [one[0] for one in made if one[0] == "opportunity.woken"] == self.woken()
        self.place = stage

    @rule()
    def is_said_to_be_won(self) -> None:
        made, old = self.say("won"), self.place
        if not self.is_open:
            assert made is None
            return
        expected = self.woken() + (["stage.changed"] if old != "Closure" else [])
        expected += [] if self.missing else ["opportunity.won"]
        assert [kind for kind, _, _ in made] == expected
        self.place = "Closure" if self.missing else WON

    @rule(words=some.sampled_from(["price", "timing", "fit: too big", ": they chose Acme", "", "tea"]))
    def is_said_to_be_lost(self, words: str) -> None:
        made, old = self.say(f"lost{words}" if words.startswith(":") else f"lost {words}"), self.place
        if not self.is_open or words in ("", "tea"):
            assert made is None
            return
        assert [one for one in made if one[0] != "opportunity.woken"] == [("opportunity.lost", old, LOST)]
        self.place, self.is_held = LOST, False

    @rule(words=some.sampled_from(["hold until 3 dec", "hold 2 weeks: moving", "hold", "hold on"]))
    def is_put_on_hold(self, words: str) -> None:
        made = self.say(words)
        if not self.is_open or words in ("hold", "hold on"):
            assert made is None
            return
        assert [kind for kind, _, _ in made] == ["opportunity.held"]
        self.is_held = True

    @rule()
    def is_woken(self) -> None:
        made = self.say("wake")
        if not self.is_held:
            assert made is None
            return
        assert [kind for kind, _, _ in made] == self.woken()

    @rule(moment=some.sampled_from(sorted(BY_MAIL)))
    def gets_mail(self, moment: str) -> None:
        made, stage = self.try_it(lambda: advance_stage(self.work, self.deal, moment)), BY_MAIL[moment]
        is_forward = self.is_open and NAMES.index(stage) > NAMES.index(self.place)
        assert made == ([("stage.changed", self.place, stage)] if is_forward else [])
        self.place = stage if is_forward else self.place

    @rule()
    def is_credited(self) -> None:
        made = self.try_it(lambda: lose_by_credit(self.work, self.deal, "all of it"))
        assert made == ([("opportunity.lost", WON, LOST)] if self.place == WON else None)
        self.place = LOST if self.place == WON else self.place

    @precondition(lambda self: self.is_open)
    @rule()
    def has_its_next_action_done(self) -> None:
        task = open_next_action(self.session, self.deal.id)
        made = self.try_it(lambda: finish_task(self.work, task))
        assert [kind for kind, _, _ in made] == self.woken()

    @rule()
    def has_a_point_done(self) -> None:
        tasks = open_tasks_of_box(self.session, self.deal.box_id, "errand")
        found = [task for task in tasks if task.text in self.missing]
        if not found:
            return
        self.missing.discard(found[0].text)
        made = self.try_it(lambda: (finish_task(self.work, found[0]), win_if_complete(self.work, found[0])))
        wins = self.is_open and self.place == "Closure" and not self.missing
        assert [kind for kind, _, _ in made] == ([*self.woken(), "opportunity.won"] if wins else [])
        self.place = WON if wins else self.place

    @rule(
        words=some.sampled_from(
            [
                "commit",
                "commit no",
                "probability 70: said so",
                "amount 12,500 eur",
                "close 15 dec",
                "continue: why",
            ]
        )
    )
    def is_expected_to(self, words: str) -> None:
        assert self.say(words) == ([] if self.is_open else None)

    @invariant()
    def it_is_where_it_must_be(self) -> None:
        deal = self.deal
        assert (deal.stage if deal.is_open else deal.state) == self.place
        assert deal.state == STAGES.get(self.place, self.place)
        assert (deal.wake_on is not None, deal.closed_at is None) == (self.is_held, self.is_open)
        assert deal.box.is_open == (self.place != LOST)

    @invariant()
    def it_has_one_next_action_as_long_as_it_is_open(self) -> None:
        query = select(Task).where(Task.opportunity_id == self.deal.id, Task.kind == "next action")
        tasks = [task for task in self.session.scalars(query) if task.state == "open"]
        assert len(tasks) == (1 if self.is_open else 0)
        if self.is_held:
            assert tasks[0].text.startswith("Wake up: ")


@pytest.mark.parametrize("points", [(), ("Contract signed", "PO received")])
def test_a_deal_goes_where_it_may_and_nowhere_else(
    make_office: Callable[[Settings], Office], settings_: Settings, points: tuple[str, ...]
) -> None:
    """OP-1, OP-4: with and without a checklist."""
    pipeline = (Pipeline(won_checklist=points),)
    Deal.office = make_office(settings_.model_copy(update={"pipeline": pipeline}))
    Deal.points = points

    run_state_machine_as_test(
        Deal,
        settings=settings(
            max_examples=15,
            stateful_step_count=25,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.fixture
def settings_(request: pytest.FixtureRequest) -> Settings:
    """The settings of the shop, under another name than hypothesis has."""
    found: Settings = request.getfixturevalue("settings")
    return found
