"""Rules move deals, put them on hold, tag them and fill fields; what people may not do, rules may not either."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from inboxcrm.base.settings_people import CustomField
from inboxcrm.base.work import Work
from inboxcrm.crm.field import fields_of_box
from inboxcrm.crm.hold import hold_opportunity
from inboxcrm.crm.merging.merge import merge_boxes
from inboxcrm.crm.store import open_next_action
from inboxcrm.crm.tags.store import tags_of_box
from inboxcrm.crm.winning import win_opportunity
from inboxcrm.reports.timeline import box_timeline
from tests.build import a_lead, an_opportunity, on_both_databases
from tests.rules.actions.firing_one import faults_of, fire_one

DEAL = ("opportunity.created", "opportunity")


# move_stage (OP-1)


def test_a_deal_moves_to_the_stage_that_the_rule_names(work: Work, tmp_path: Path) -> None:
    deal = an_opportunity(work)

    said = fire_one(work, tmp_path, *DEAL, '{ action = "move_stage", stage = "Negotiation" }')

    assert said == "moved Acme 20 standard from Qualification to Negotiation"
    assert deal.stage == "Negotiation"


def test_a_deal_that_stands_there_already_is_left_alone(work: Work, tmp_path: Path) -> None:
    an_opportunity(work)

    said = fire_one(work, tmp_path, *DEAL, '{ action = "move_stage", stage = "Qualification" }')

    assert said == "left Acme 20 standard on Qualification: it stands there already"


def test_a_won_deal_is_moved_by_no_rule(work: Work, tmp_path: Path) -> None:
    deal = an_opportunity(work)
    win_opportunity(work, deal)

    said = fire_one(
        work, tmp_path, "opportunity.won", "opportunity", '{ action = "move_stage", stage = "Negotiation" }'
    )

    assert said.startswith("refused: opportunity 'Acme 20 standard' cannot go from Closed Won to Negotiation")
    assert deal.state == "Closed Won"


def test_a_stage_that_there_is_not_is_found_at_once(work: Work, tmp_path: Path) -> None:
    [fault] = faults_of(work, tmp_path, *DEAL, '{ action = "move_stage", stage = "Negotiaton" }')

    assert fault == "there is no stage 'Negotiaton'; did you mean 'Negotiation'?"


def test_a_deal_on_hold_that_a_rule_moves_sleeps_no_more(work: Work, tmp_path: Path) -> None:
    deal = an_opportunity(work)
    hold_opportunity(work, deal, date(2027, 1, 4))

    fire_one(work, tmp_path, *DEAL, '{ action = "move_stage", stage = "Negotiation" }')

    assert deal.wake_on is None
    task = open_next_action(work.session, deal.id)
    assert task is not None
    assert not task.text.startswith("Wake up")


# hold (OP-4)


def test_a_deal_is_on_hold_for_so_long(work: Work, tmp_path: Path) -> None:
    deal = an_opportunity(work)

    said = fire_one(
        work, tmp_path, *DEAL, '{ action = "hold", length = "30 days", reason = "as {{ kind }}" }'
    )

    assert deal.wake_on == date(2026, 12, 23)
    assert said == "put Acme 20 standard on hold until 23 December 2026"


def test_a_deal_is_on_hold_until_the_day_that_a_fact_holds(work: Work, tmp_path: Path) -> None:
    deal = an_opportunity(work)
    deal.stage_overdue_at = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)  # 1 January in Amsterdam

    fire_one(work, tmp_path, *DEAL, '{ action = "hold", until = "stage_overdue_at" }')

    assert deal.wake_on == date(2027, 1, 1)


def test_a_day_that_is_empty_or_over_is_refused(work: Work, tmp_path: Path) -> None:
    deal = an_opportunity(work)

    said = fire_one(work, tmp_path, *DEAL, '{ action = "hold", until = "last_inbound_at" }')
    assert said == "refused: last_inbound_at holds no day, so nobody knows until when"
    assert deal.wake_on is None


@pytest.mark.parametrize(
    ("keys", "fault"),
    [
        ("", "'hold' needs 'until' or 'length', one of them; write length = \"30 days\""),
        (
            ', until = "created_at", length = "1 days"',
            "'hold' needs 'until' or 'length', one of them; write length = \"30 days\"",
        ),
        (', until = "creatd_at"', "there is no day among the facts 'creatd_at'; did you mean 'created_at'?"),
    ],
)
def test_hold_needs_one_day_that_there_is(work: Work, tmp_path: Path, keys: str, fault: str) -> None:
    assert faults_of(work, tmp_path, *DEAL, f'{{ action = "hold"{keys} }}') == [fault]


def test_hold_wants_a_day_and_no_other_fact(work: Work, tmp_path: Path) -> None:
    [fault] = faults_of(work, tmp_path, *DEAL, '{ action = "hold", until = "probability" }')

    assert fault.startswith("'probability' is a whole number, not a day; ")


# tag


@on_both_databases
def test_a_tag_is_put_on_once_shown_and_taken_off(work: Work, tmp_path: Path) -> None:
    deal = an_opportunity(work)

    assert fire_one(work, tmp_path, *DEAL, '{ action = "tag", name = "key-account" }') == (
        "put the tag key-account on"
    )
    assert tags_of_box(work.session, deal.box_id) == ["key-account"]
    assert "tags: key-account" in box_timeline(work.session, work.settings, deal.box_id)["facts"]

    work.emit("opportunity.created", ("opportunity", deal.id), box_id=deal.box_id)
    assert fire_one(work, tmp_path, *DEAL, '{ action = "tag", name = "key-account" }') == (
        "it has the tag key-account already"
    )
    work.emit("opportunity.created", ("opportunity", deal.id), box_id=deal.box_id)
    assert fire_one(work, tmp_path, *DEAL, '{ action = "tag", name = "key-account", remove = true }') == (
        "took the tag key-account off"
    )
    assert tags_of_box(work.session, deal.box_id) == []


def test_boxes_that_become_one_keep_their_tags(work: Work, tmp_path: Path) -> None:
    first, second = a_lead(work), a_lead(work, "x@other.example")
    work.session.flush()
    fire_one(
        work,
        tmp_path,
        "lead.created",
        "lead",
        '{ action = "tag", name = "fair" }, { action = "tag", name = "b" }',
    )
    work.emit("lead.created", ("lead", first.id), box_id=first.box_id)
    fire_one(
        work,
        tmp_path,
        "lead.created",
        "lead",
        '{ action = "tag", name = "fair" }, { action = "tag", name = "a" }',
    )

    merge_boxes(work, first.box, second.box, reason="test")

    assert tags_of_box(work.session, first.box_id) == ["a", "b", "fair"]


def test_what_is_no_tag_is_found_at_once(work: Work, tmp_path: Path) -> None:
    [fault] = faults_of(work, tmp_path, *DEAL, '{ action = "tag", name = "key_account!" }')

    assert fault.startswith("'key_account!' is no tag; write small letters, digits and hyphens")


# set_field (OP-14)

SIZE = CustomField(name="size", record="opportunity", type="number")
TIER = CustomField(name="tier", record="organization", type="choice", choices=("gold", "silver"))


@pytest.fixture
def declared(work: Work) -> Work:
    """A company with a number on deals and a choice on organizations."""
    work.settings = work.settings.model_copy(update={"field": (SIZE, TIER)})
    return work


def test_a_field_takes_words_with_facts_as_its_type(declared: Work, tmp_path: Path) -> None:
    deal = an_opportunity(declared)

    said = fire_one(
        declared, tmp_path, *DEAL, '{ action = "set_field", field = "size", value = "{{ probability }}" }'
    )

    assert said == f"set size to {deal.probability}"
    [(field, value)] = fields_of_box(declared.session, declared.settings, deal.box)
    assert (field.name, int(value)) == ("size", deal.probability)


def test_what_does_not_fit_the_type_is_a_refusal(declared: Work, tmp_path: Path) -> None:
    deal = an_opportunity(declared)

    said = fire_one(
        declared, tmp_path, *DEAL, '{ action = "set_field", field = "size", value = "{{ name }}" }'
    )

    assert said.startswith("refused: 'Acme 20 standard' does not fit size, which takes a number")
    assert fields_of_box(declared.session, declared.settings, deal.box) == []


@pytest.mark.parametrize(
    ("keys", "fault"),
    [
        ('field = "sise", value = "1"', "there is no field of your own 'sise'; did you mean 'size'?"),
        ('field = "tier", value = "bronze"', "'bronze' does not fit tier, which takes one of gold, silver; "),
    ],
)
def test_a_wrong_field_or_value_is_found_at_once(
    declared: Work, tmp_path: Path, keys: str, fault: str
) -> None:
    assert faults_of(declared, tmp_path, *DEAL, f'{{ action = "set_field", {keys} }}') == [fault]
