"""A rule fires once per occasion, whole or not at all, and loops end (V7)."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select

from inboxcrm.base.records import Event
from inboxcrm.base.work import Office, Work
from inboxcrm.crm.store import open_tasks_of_box
from inboxcrm.rules.firing import DEEPEST, fire_event_rules
from inboxcrm.rules.records import Firing
from inboxcrm.rules.rule import Rule
from tests.build import a_lead, letters, on_both_databases, react
from tests.rules.writing import STARTER, TASK, a_book, a_rule, rules_of

ON_LEAD = ('on = "lead.created"', 'for = "lead"')


def created(work: Work) -> Event:
    """A new lead's event."""
    lead = a_lead(work)
    work.session.flush()
    return work.session.query(Event).filter_by(kind="lead.created", subject_id=lead.id).one()


def fire(work: Work, event: Event, rules: tuple[Rule, ...]) -> list[Firing]:
    fire_event_rules(work, event, rules)
    return list(work.session.scalars(select(Firing).order_by(Firing.key)))


@on_both_databases
def test_an_event_fires_a_rule_once_and_never_again(work: Work, tmp_path: Path) -> None:
    rules = rules_of(tmp_path / "rules", a_rule(*ON_LEAD))
    event = created(work)

    fire(work, event, rules)
    [firing] = fire(work, event, rules)

    assert (firing.rule, firing.version, firing.event_id) == ("test", "1 (2026-11-23)", event.id)
    assert len(open_tasks_of_box(work.session, event.box_id)) == 1


def test_a_new_version_of_a_rule_opens_no_new_occasion(work: Work, tmp_path: Path) -> None:
    event = created(work)
    fire(work, event, rules_of(tmp_path / "old", a_rule(*ON_LEAD)))

    [firing] = fire(work, event, rules_of(tmp_path / "new", a_rule(*ON_LEAD, version=2)))

    assert firing.version == "1 (2026-11-23)"
    assert len(open_tasks_of_box(work.session, event.box_id)) == 1


def test_a_rule_whose_condition_does_not_hold_does_not_fire(work: Work, tmp_path: Path) -> None:
    rules = rules_of(
        tmp_path / "rules",
        a_rule(*ON_LEAD, "when = \"source == 'Campaign'\"", name="no"),
        a_rule(*ON_LEAD, "when = \"source == 'Email' and not is_answered\"", name="yes"),
        a_rule('on = "lead.moved"', 'for = "lead"', name="other-event"),
    )

    assert [firing.rule for firing in fire(work, created(work), rules)] == ["yes"]


def test_a_refused_action_undoes_the_others_and_is_told(work: Work, tmp_path: Path) -> None:
    """A rule is carried out whole or not at all; its refusal stands in the history."""
    nobody = '{ action = "task", kind = "errand", to = "zoe", text = "look" }'
    rules = rules_of(
        tmp_path / "rules", a_rule(*ON_LEAD, do=f"{TASK}, {nobody}"), a_rule(*ON_LEAD, name="good")
    )
    event = created(work)

    good, refused = fire(work, event, rules)

    assert refused.outcome.startswith("refused: rule test: there is nobody to be 'zoe'")
    assert good.outcome == "gave anna the task 'look'"
    assert len(open_tasks_of_box(work.session, event.box_id)) == 1
    told = work.session.scalars(select(Event).where(Event.kind == "rule.refused")).one()
    assert (told.box_id, told.payload["rule"]) == (event.box_id, "test")


def test_what_a_rule_did_names_the_rule_and_its_cause(work: Work, tmp_path: Path) -> None:
    event = created(work)
    work.depth = 2
    event.depth = 2

    fire(work, event, rules_of(tmp_path / "rules", a_rule(*ON_LEAD)))

    made = work.session.scalars(select(Event).where(Event.kind == "task.created")).one()
    assert (made.actor, made.cause_id, made.depth) == ("rule:test", event.id, 3)
    assert (work.actor, work.cause, work.depth) == ("user:anna", None, 2)
    [task] = open_tasks_of_box(work.session, event.box_id)
    assert (task.rule, task.rule_version, task.why) == ("test", "1 (2026-11-23)", "Because.")


def test_a_loop_of_rules_ends_after_five_steps_and_is_found(office: Office, tmp_path: Path) -> None:
    """V7: assigning a lead moves it, which wakes a rule that moves it … here by hand, one event a step."""
    rules = a_book(tmp_path / "rules", a_rule(*ON_LEAD))
    with office.work("test", actor="test") as work:
        lead = a_lead(work)
        work.session.flush()
        for depth in (DEEPEST - 1, DEEPEST, DEEPEST + 1):
            work.depth = depth
            work.emit("lead.created", ("lead", lead.id), box_id=lead.box_id)

    react(office, rules)

    with office.reading() as session:
        depths = sorted(session.scalars(select(Event.depth).where(Event.kind == "task.created")))
        assert depths == [1, DEEPEST]  # the lead's own event, and the last step that may go on
        assert len(session.scalars(select(Event.id).where(Event.kind == "rule.loop")).all()) == 2


@on_both_databases
def test_the_starter_rules_give_a_new_lead_to_a_rep_with_task_and_notice(office: Office) -> None:
    """LD-5, LD-6: within seconds; the second lead is the other rep's."""
    from inboxcrm.rules.book import RuleBook

    with office.work("test", actor="intake") as work:
        boxes = [a_lead(work).box_id, a_lead(work, "x@other.example").box_id]

    react(office, RuleBook(STARTER).open())

    with office.reading() as session:
        tasks = [open_tasks_of_box(session, box_id) for box_id in boxes]
        assert [(t.owner, t.kind, t.rule) for [t] in tasks] == [
            ("anna", "first contact", "new-lead"),
            ("carl", "first contact", "new-lead"),
        ]
    assert [notice.user for notice in letters(office, "notice")] == ["anna", "carl"]
