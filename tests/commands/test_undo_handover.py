"""`undo` of a handover: owners and tasks go back, what was mailed stays mailed and is named (EM-4, OP-15)."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from inboxcrm.crm.handovers.records import Handover
from inboxcrm.crm.records import Box, Lead, Opportunity, Task
from inboxcrm.outbox.records import Letter
from inboxcrm.reports.handover import make_due_bundles
from tests.build import ANNA, letters, on_both_databases
from tests.commands.shop import Shop


@pytest.fixture
def selling(shop: Shop) -> Shop:
    """Carl has the leads of Acme and Gamma, Anna those of Beta and Delta; one of Carl's is quoted."""
    for sender in ("bob@acme.example", "eve@beta.example", "ina@gamma.example", "joe@delta.example"):
        shop.customer("We need licences.", sender=sender, subject=f"Licences for {sender.partition('@')[2]}")
    return shop


def owned(shop: Shop) -> dict[str, list[tuple[Any, ...]]]:
    """Who has what: boxes, leads, deals, open tasks, and which handovers there are."""
    with shop.office.reading() as session:
        return {
            "boxes": session.execute(select(Box.id, Box.owner).order_by(Box.id)).all(),
            "leads": session.execute(select(Lead.id, Lead.owner).order_by(Lead.id)).all(),
            "deals": session.execute(select(Opportunity.id, Opportunity.owner).order_by(Opportunity.id)).all(),
            "tasks": session.execute(
                select(Task.id, Task.kind, Task.owner, Task.state).order_by(Task.id)
            ).all(),
            "handovers": session.execute(select(Handover.id, Handover.new_owner)).all(),
        }  # fmt: skip


def say(shop: Shop, user: str, words: str, answers: str) -> dict[str, Any]:
    [line] = shop.user(user, words, answers=answers)["lines"]
    return line


def undo(shop: Shop, user: str) -> dict[str, Any]:
    return say(shop, user, "undo", letters(shop.office, "receipt")[-1].message_id)


def carls(shop: Shop) -> int:
    with shop.office.reading() as session:
        return min(session.scalars(select(Box.id).where(Box.owner == "carl")))


def notice_of(shop: Shop, box_id: int) -> str:
    return next(one.message_id for one in shop.notices() if one.box_id == box_id)


@on_both_databases
def test_one_matter_goes_back_with_its_tasks_once_its_history_was_mailed(selling: Shop) -> None:
    box_id = carls(selling)
    before = owned(selling)
    told = say(selling, "carl", "handover anna: she knows them", notice_of(selling, box_id))
    assert "To undo it, answer: undo 1, or say `handover` with the name" in told["undo"]
    assert make_due_bundles(selling.office) == 1

    back = undo(selling, "carl")

    assert back["is_done"], back
    assert owned(selling) == before
    [draft] = letters(selling.office, "introduction")
    assert draft.state == "cancelled"


def test_all_of_a_rep_goes_back_at_once(selling: Shop) -> None:
    before = owned(selling)
    say(selling, "maria", "handover all carl to anna: carl leaves", notice_of(selling, 1))
    assert "carl" not in [owner for _, owner in owned(selling)["boxes"]]
    assert make_due_bundles(selling.office) == 2

    back = undo(selling, "maria")

    assert back["is_done"], back
    assert owned(selling) == before


def test_before_the_history_is_made_nothing_is_mailed_at_all(selling: Shop) -> None:
    before = owned(selling)
    say(selling, "carl", "handover anna: she knows them", notice_of(selling, carls(selling)))
    undo(selling, "carl")

    assert owned(selling) == before
    assert make_due_bundles(selling.office) == 0
    assert [one.state for one in letters(selling.office, "handover")] == ["cancelled"]


def test_what_was_mailed_stays_mailed_and_the_receipt_names_it(selling: Shop) -> None:
    before = owned(selling)
    say(selling, "carl", "handover anna: she knows them", notice_of(selling, carls(selling)))
    make_due_bundles(selling.office)
    mailed = [*letters(selling.office, "handover"), *letters(selling.office, "introduction")]
    with selling.office.work("test", actor="test") as work:
        for letter in mailed:
            work.session.get_one(Letter, letter.id).state = "sent"

    back = undo(selling, "carl")

    assert back["is_done"], back
    assert "what was mailed stays mailed: " in back["text"]
    assert f"to {ANNA}" in back["text"]
    assert f"to {mailed[1].recipients[0].address}" in back["text"]
    assert owned(selling) == before


def test_a_draft_that_lies_in_anothers_drafts_is_named_with_its_mailbox(selling: Shop) -> None:
    say(selling, "carl", "handover anna: she knows them", notice_of(selling, carls(selling)))
    [draft] = letters(selling.office, "introduction")
    with selling.office.work("test", actor="test") as work:
        work.session.get_one(Letter, draft.id).state = "laid"

    assert f"delete the draft that lies in the Drafts folder of {ANNA}" in undo(selling, "carl")["text"]


def test_what_the_new_rep_has_changed_since_is_not_undone_and_the_counter_act_is_named(selling: Shop) -> None:
    box_id = carls(selling)
    say(selling, "carl", "handover anna: she knows them", notice_of(selling, box_id))
    receipt = letters(selling.office, "receipt")[-1].message_id
    say(selling, "maria", "handover maria: mine", notice_of(selling, box_id))
    before = owned(selling)

    back = say(selling, "carl", "undo", receipt)

    assert not back["is_done"]
    assert "nothing was undone" in back["text"]
    assert "what goes: `handover` with the name of who had it, and why" in back["text"]
    assert owned(selling) == before


def test_nobody_undoes_a_handover_that_another_said(selling: Shop) -> None:
    """V10: the receipt was written to Carl alone."""
    say(selling, "carl", "handover anna: she knows them", notice_of(selling, carls(selling)))
    before = owned(selling)

    assert "is answered by nobody else" in undo(selling, "anna")["text"]
    assert owned(selling) == before
