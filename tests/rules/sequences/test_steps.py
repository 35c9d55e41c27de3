"""Sequences: steps that wait, each done once, whoever is killed or looks beside another (EM-8, V7)."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from inboxcrm.base.errors import IllegalMove
from inboxcrm.base.settings import Settings
from inboxcrm.base.states import check_move
from inboxcrm.base.work import Office
from inboxcrm.crm.store import open_tasks_of_box
from inboxcrm.outbox.sequence import MOVES
from inboxcrm.rules.book import read_rules
from inboxcrm.workers.topics import TOPICS, due_topics
from tests.build import BOB, HandClock, letters, on_both_databases
from tests.house.places import REPOSITORY
from tests.rules.sequences.running import SEQUENCE, STEPS, Stage, a_stage
from tests.rules.writing import a_rule

STATES = ("running", "paused", "stopped", "finished")


@pytest.fixture
def stage(office: Office, clock: HandClock) -> Stage:
    return a_stage(office, clock)


@on_both_databases
def test_each_step_comes_so_long_after_the_one_before_it_and_once(stage: Stage) -> None:
    box_id = stage.begin()
    assert stage.send() == [BOB]
    assert (stage.run().state, stage.run().step) == ("running", 1)
    assert stage.run().due_at == datetime(2026, 11, 26, 9, 30, tzinfo=UTC)  # Thursday, by her clock 10:30

    stage.clock.at = datetime(2026, 11, 26, 9, 29, tzinfo=UTC)
    assert (stage.step(), stage.send()) == (0, [])
    stage.clock.move(minutes=1)
    assert (stage.step(), stage.send()) == (1, [BOB])
    assert (stage.step(), stage.send()) == (0, [])

    stage.clock.at = datetime(2026, 11, 30, 9, 30, tzinfo=UTC)  # two business days: Friday, Monday
    stage.step()
    with stage.office.reading() as session:
        assert [task.text for task in open_tasks_of_box(session, box_id, "errand")] == [
            "call Licences for Acme"
        ]
    assert stage.run().state == "finished"
    assert [key.rpartition(":step:")[2] for key in stage.firings()][1:] == ["2", "3"]
    assert stage.states() == ["sent", "sent"]


def test_the_wait_counts_from_when_the_letter_left(stage: Stage) -> None:
    """It lay for two days because nobody had said `live`, or the server was away."""
    stage.begin()
    stage.clock.at = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
    stage.step()
    assert stage.states() == ["waiting"]  # no second one beside it

    assert stage.send() == [BOB]
    stage.clock.move(hours=1)
    stage.step()
    assert stage.states() == ["sent"]
    stage.clock.at = datetime(2026, 12, 1, 9, 30, tzinfo=UTC)  # three business days after Thursday
    stage.step()
    assert stage.states() == ["sent", "waiting"]


def test_a_letter_that_is_due_at_night_leaves_when_its_sender_works(
    make_office: Callable[[Settings], Office], settings: Settings, clock: HandClock
) -> None:
    """The wait ends on Friday evening; the letter of the house leaves on Monday when the company opens."""
    people = tuple(one.model_copy(update={"hours": "13:00-17:00"}) for one in settings.user)
    stage = a_stage(
        make_office(settings.model_copy(update={"user": people})),
        clock,
        a_rule(
            'on = "lead.created"',
            'for = "lead"',
            do='{ action = "letter", letter = "follow_up", wait = "4 days at 22:00" }',
        ),
    )
    stage.begin()
    assert stage.run().due_at == datetime(2026, 11, 30, 8, 0, tzinfo=UTC)

    clock.at = datetime(2026, 11, 29, 21, 0, tzinfo=UTC)
    assert (stage.step(), stage.send()) == (0, [])
    clock.at = datetime(2026, 11, 30, 8, 0, tzinfo=UTC)
    assert (stage.step(), stage.send()) == (1, [BOB])


def test_a_queue_that_stood_still_until_the_night_waits_for_the_morning(stage: Stage) -> None:
    stage.begin()
    stage.clock.at = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)

    assert stage.send() == []
    [letter] = letters(stage.office, "letter")
    assert letter.due_at == datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
    stage.clock.at = letter.due_at
    assert stage.send() == [BOB]


@on_both_databases
def test_over_a_record_it_runs_once_at_a_time(stage: Stage) -> None:
    stage.begin()
    with stage.office.work("test", actor="test") as work:
        run = stage.run()
        work.emit("lead.created", (run.subject_kind, run.subject_id), box_id=run.box_id)
    stage.react()

    assert len(stage.runs()) == 1
    assert len(letters(stage.office, "letter")) == 1


@on_both_databases
def test_two_tickers_do_each_step_once(stage: Stage) -> None:
    for number in range(8):
        stage.begin(f"p{number}@firm{number}.example")
    stage.send()
    stage.clock.at = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
    start = threading.Barrier(2)
    errors: list[BaseException] = []

    def tick() -> None:
        from inboxcrm.rules.sequences.stepping import run_due_steps

        start.wait(10)
        try:
            run_due_steps(stage.office, stage.rules.current())
        except BaseException as error:  # noqa: BLE001 — shown by the test
            errors.append(error)

    threads = [threading.Thread(target=tick) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert errors == []
    assert sorted(stage.states()) == ["sent"] * 8 + ["waiting"] * 8
    assert {run.step for run in stage.runs()} == {2}


class Killed(BaseException):
    """What a kill looks like to the process that dies."""


@on_both_databases
@pytest.mark.parametrize("point", ["step.before_commit", "step.after_commit", "burst.settle.before_commit"])
def test_killed_anywhere_a_step_is_neither_lost_nor_doubled(
    make_office: Callable[..., Office], stage: Stage, point: str
) -> None:
    from dataclasses import replace

    from inboxcrm.outbox.burst import settle_abandoned

    stage.begin()
    stage.send()
    stage.clock.at = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
    whole = stage.office

    def die(reached: str) -> None:
        if reached == point:
            raise Killed

    stage.office = replace(whole, reach=die)
    with pytest.raises(Killed):
        stage.step()
    stage.office = whole

    stage.step()
    stage.clock.move(minutes=11)
    settle_abandoned(whole)
    assert stage.send() == [BOB]
    assert stage.states() == ["sent", "sent"]
    assert stage.run().step == 2


def test_twenty_one_letters_at_once_ask_a_manager_first(stage: Stage) -> None:
    """The brake on bursts holds for steps too."""
    for number in range(21):
        stage.begin(f"p{number}@firm{number}.example")
    stage.send()
    stage.clock.at = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
    stage.step()

    assert stage.send() == []
    assert len(letters(stage.office, "burst")) == 1


def test_a_step_that_is_refused_ends_it_and_is_a_finding(stage: Stage) -> None:
    stage.begin()
    stage.send()
    with stage.office.work("test", actor="test") as work:
        from inboxcrm.crm.store import box_by_id

        box_by_id(work.session, stage.run().box_id).contact = None
    stage.clock.at = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
    stage.step()

    assert stage.run().state == "stopped"
    assert (stage.run().reason or "").startswith("refused: nobody is known")


def test_a_rule_that_is_taken_out_ends_its_runs(stage: Stage) -> None:
    stage.begin()
    stage.rules = a_stage(stage.office, stage.clock, SEQUENCE.replace('"test"', '"other"')).rules

    assert stage.send() == []
    assert (stage.run().state, stage.states()) == ("stopped", ["cancelled"])


def test_a_rule_that_is_about_other_records_now_ends_its_runs(stage: Stage) -> None:
    """The number of a lead is not that of a deal."""
    stage.begin()
    about = SEQUENCE.replace("lead.created", "opportunity.created").replace('"lead"', '"opportunity"')
    stage.rules = a_stage(stage.office, stage.clock, about).rules

    assert stage.send() == []
    assert stage.run().reason == "its rule is about other records now"


def test_the_ticker_finds_a_step_that_is_due(stage: Stage) -> None:
    stage.begin()
    stage.send()
    assert "sequences" not in due_topics(stage.office, stage.rules)

    stage.clock.at = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
    assert "sequences" in due_topics(stage.office, stage.rules)
    TOPICS["sequences"].do(stage.office, stage.rules)
    assert "sequences" not in due_topics(stage.office, stage.rules)
    assert stage.states() == ["sent", "waiting"]


@pytest.mark.parametrize("old", STATES)
@pytest.mark.parametrize("new", STATES)
def test_no_run_moves_but_as_its_machine_says(old: str, new: str) -> None:
    """All sixteen: what has ended stays so."""
    legal = {("running", "paused"), ("running", "stopped"), ("running", "finished")}
    legal |= {("paused", "running"), ("paused", "stopped")}
    if (old, new) in legal:
        check_move("the run", MOVES, old, new)
    else:
        with pytest.raises(IllegalMove):
            check_move("the run", MOVES, old, new)


LETTER = '{ action = "letter", letter = "follow_up"'


@pytest.mark.parametrize(
    ("keys", "do", "said"),
    [
        (('for = "lead"',), LETTER + ', wait = "3 busines days" }', "'busines' is no unit; did you mean"),
        (('for = "lead"',), LETTER + ', wait = "soon" }', "write such as '3 business days'"),
        (('for = "lead"',), LETTER + ', wait = "3 days at 09:00 unless x" }', "write 'until' in the rule"),
        (
            ('for = "lead"',),
            LETTER + ', wait = "3 hours at 09:00" }',
            "'hours' end at a clock time of their own",
        ),
        (('for = "lead"',), LETTER + ', wiat = "3 days" }', "has no key 'wiat'; did you mean 'wait'?"),
        (('for = "lead"', 'until = "is_opn"'), STEPS, "'lead' has no fact 'is_opn'"),
        (('for = "lead"', 'until = "is_answered"'), LETTER + " }", "'until' goes with steps that wait"),
        (('for = "lead"', 'pause = "a while"'), STEPS, "'a while' is no duration"),
        (
            ('for = "company"',),
            '{ action = "webhook", name = "x", wait = "1 day" }',
            "a sequence cannot run over",
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_place(tmp_path, keys: tuple[str, ...], do: str, said: str) -> None:
    (tmp_path / "test.toml").write_text('version = "1"\n' + a_rule('on = "lead.created"', *keys, do=do))

    faults = [str(fault) for fault in read_rules(tmp_path).faults]

    assert any(said in fault for fault in faults), faults
    assert all(fault.startswith("test.toml:") for fault in faults)


def test_the_example_of_the_documentation_is_right(settings: Settings) -> None:
    folder = settings.rules.folder
    folder.mkdir()
    told = (REPOSITORY / "docs" / "rules.md").read_text(encoding="utf-8")
    example = told.partition("## Sequences")[2].partition("```toml\n")[2].partition("```")[0]
    for name in re.findall(r'letter = "(\w+)"', example):
        place = folder / "letters" / name / "en"
        place.mkdir(parents=True)
        (place / "subject.txt").write_text("Your quote {{ number }}")
        (place / "body.txt").write_text("Hello")
    (folder / "example.toml").write_text(f'version = "1"\n{example}')

    found = read_rules(folder, settings=settings)

    assert found.faults == ()
    [rule] = found.rules
    assert [(stage.wait.text, len(stage.actions)) for stage in rule.stages if stage.wait] == [
        ("3 business days", 1),
        ("5 business days at 09:30", 1),
        ("2 business days", 1),
    ]
