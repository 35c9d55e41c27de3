"""`undo` takes back what a line of a command mail has changed, whole or not at all (EM-4)."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select, update

from inboxcrm.base.database import Base
from inboxcrm.base.journal import Step
from inboxcrm.base.records import Event
from inboxcrm.commands.changes import BESIDE, is_put_back
from inboxcrm.crm.records import Absence, Box, Contact, Lead, Opportunity, PhoneCall, Task
from inboxcrm.crm.task import add_task
from inboxcrm.ingest.records import Message
from inboxcrm.outbox.records import Letter
from tests.build import letters, on_both_databases
from tests.commands.shop import Shop

CRM = (Absence, Box, Contact, Lead, Opportunity, PhoneCall, Task)


def receipt(shop: Shop, at: int = -1) -> Letter:
    return letters(shop.office, "receipt")[at]


def rows(shop: Shop) -> dict[str, list[tuple[Any, ...]]]:
    """All that the CRM's tables hold."""
    with shop.office.reading() as session:
        tables = [one.__table__ for one in CRM]
        return {
            table.name: [tuple(row) for row in session.execute(select(table).order_by(*table.primary_key))]
            for table in tables
        }


def deal(shop: Shop) -> str:
    """A customer has asked, Anna has quoted; give the id of the notice of it."""
    shop.quoted()
    return shop.notice().message_id


def undo(shop: Shop, words: str = "undo", at: int = -1) -> dict[str, Any]:
    [line] = shop.anna(words, answers=receipt(shop, at).message_id)["lines"]
    return line


@on_both_databases
@pytest.mark.parametrize(
    "words",
    [
        "snooze 2 weeks", "done", "away until 3 dec, deputy carl", "source: partner",
        "call: in, 12 min, they want more", "call: eve@dune.example, she called, she wants licences",
    ],
)  # fmt: skip
def test_undo_leaves_the_records_as_they_were_before_the_word(shop: Shop, words: str) -> None:
    """EM-4: `undo` and then `undo` of the undo, as often as wanted."""
    notice = deal(shop)
    before = rows(shop)
    assert shop.anna(words, answers=notice)["lines"][0]["is_done"]
    after = rows(shop)
    assert after != before

    taken_back = undo(shop)
    assert taken_back["is_done"], taken_back
    assert rows(shop) == before

    assert undo(shop)["is_done"]
    assert rows(shop) == after

    assert undo(shop)["is_done"]
    assert rows(shop) == before


@on_both_databases
def test_a_mail_that_was_filed_goes_back_with_its_thread(shop: Shop) -> None:
    shop.customer("We need licences.")
    asked = shop.customer("And a question.", subject="A question", message_id="q@acme.example")
    shop.customer("Dune needs some.", sender="dirk@dune.example", subject="Licences for Dune")
    said = shop.anna("file Dune", answers="q@acme.example")

    assert said["lines"][0]["is_done"], said
    with shop.office.reading() as session:
        assert session.get_one(Message, asked.id).box_id != asked.box_id
    assert undo(shop)["is_done"]
    with shop.office.reading() as session:
        back = session.get_one(Message, asked.id)
        assert (back.box_id, back.thread_id, back.match_how) == (
            asked.box_id,
            asked.thread_id,
            asked.match_how,
        )


def test_an_open_deal_has_one_next_action_after_every_undo(shop: Shop) -> None:
    """OP-4."""
    notice = deal(shop)
    for words in ("done", "snooze 3 days", "done"):
        shop.anna(words, answers=notice)
        undo(shop)
        with shop.office.reading() as session:
            query = select(func.count()).where(Task.kind == "next action", Task.state == "open")
            assert session.scalar(query) == 1


def test_what_somebody_changed_meanwhile_is_named_and_nothing_is_undone(shop: Shop) -> None:
    """EM-4: what, by whom, when."""
    notice = deal(shop)
    shop.anna("snooze 2 weeks", answers=notice)
    shop.clock.move(hours=1)
    shop.user("maria", "snooze 3 weeks", answers=notice)
    before = rows(shop)

    line = undo(shop, at=-2)

    assert not line["is_done"]
    assert "Ask what they think of the quote" in line["text"] or "task" in line["text"]
    assert "by maria, Monday 23 November 2026, 11:30" in line["text"]
    assert rows(shop) == before


def test_a_numbered_line_of_a_receipt_is_undone_alone(shop: Shop) -> None:
    notice = deal(shop)
    said = shop.anna("snooze 2 weeks\naway 3 days", answers=notice)
    assert [line.get("undo") for line in said["lines"]] == [
        "To undo it, answer: undo 1, or say `snooze` with another day", ""
    ]  # fmt: skip

    assert "which line" in undo(shop)["text"]
    assert undo(shop, "undo 2", at=-2)["is_done"]

    with shop.office.reading() as session:
        assert session.scalar(select(func.count()).select_from(Absence)) == 0
    assert "has changed nothing" in undo(shop, "undo 3", at=-3)["text"]


def test_nothing_is_undone_twice(shop: Shop) -> None:
    notice = deal(shop)
    shop.anna("snooze 2 weeks", answers=notice)
    undo(shop)

    line = undo(shop, at=-2)

    assert not line["is_done"]
    assert "undone already by anna" in line["text"]


def test_a_quote_that_was_issued_is_not_undone_and_the_receipt_does_not_offer_it(shop: Shop) -> None:
    """EM-4: the offer is made only where it is true."""
    shop.customer("We need licences.")
    said = shop.anna("quote 20 x standard", answers=shop.notice().message_id)

    assert "answer: undo" not in str(said["lines"][0]["undo"])
    line = undo(shop)
    assert not line["is_done"]
    assert "cannot be undone" in line["text"]
    assert len(shop.documents("quote")) == 1


def test_a_draft_that_has_not_left_is_cancelled(shop: Shop) -> None:
    shop.customer("We need licences.")
    shop.anna("ask: size, phone", answers=shop.notice().message_id)
    [draft] = letters(shop.office, "ask")
    assert draft.state == "waiting"

    assert undo(shop)["is_done"]

    assert [one.state for one in letters(shop.office, "ask")] == ["cancelled"]
    assert undo(shop)["is_done"]
    assert [one.state for one in letters(shop.office, "ask")] == ["waiting"]


def test_a_draft_that_she_has_sent_is_not_undone(shop: Shop) -> None:
    shop.customer("We need licences.")
    shop.anna("ask: size, phone", answers=shop.notice().message_id)
    with shop.office.work("test", actor="test") as work:
        work.session.execute(update(Letter).where(Letter.kind == "ask").values(state="sent"))

    line = undo(shop)

    assert not line["is_done"]
    assert "has left" in line["text"]


def test_nobody_undoes_by_a_receipt_that_went_to_another(shop: Shop) -> None:
    """V10."""
    notice = deal(shop)
    shop.anna("snooze 2 weeks", answers=notice)
    before = rows(shop)

    [line] = shop.user("carl", "undo", answers=receipt(shop).message_id)["lines"]

    assert not line["is_done"]
    assert "was sent to anna" in line["text"]
    assert rows(shop) == before


def test_an_undo_is_an_event_of_the_box_and_names_what_it_took_back(shop: Shop) -> None:
    """MG-8."""
    notice = deal(shop)
    shop.anna("done", answers=notice)
    undo(shop)

    with shop.office.reading() as session:
        told = session.scalars(select(Event).where(Event.kind == "change.undone")).one()
        undone = session.scalars(select(Event.kind).where(Event.id.in_(told.payload["events"]))).all()
        assert (told.actor, told.payload["line"]) == ("user:anna", "done")
    assert set(undone) == {"task.done", "task.created"}


def test_an_id_that_was_taken_back_is_never_given_again(shop: Shop) -> None:
    """The history of what was undone names it still."""
    notice = deal(shop)
    shop.anna("call: eve@dune.example, she called", answers=notice)
    with shop.office.reading() as session:
        last = session.scalar(select(func.max(Box.id)))
    undo(shop)

    shop.anna("call: frank@dune2.example, he called", answers=notice)

    with shop.office.reading() as session:
        assert session.scalar(select(func.max(Box.id))) > last


def test_a_word_that_changes_nothing_offers_no_undo(shop: Shop) -> None:
    shop.customer("We need licences.")
    said = shop.anna("help", answers=shop.notice().message_id)

    assert said["lines"][0]["undo"] == ""
    assert "nothing to undo" in undo(shop)["text"]


def test_every_table_is_put_back_or_stays_beside_or_makes_a_line_lasting() -> None:
    """A new table of the CRM is put back without anybody's doing."""
    tables = {one.local_table.name for one in Base.registry.mappers}
    put_back = {name for name in tables if is_put_back(Step("insert", name, (1,), {}))}

    assert {"lead", "opportunity", "task", "box", "message", "change_set"} <= put_back
    assert not put_back & BESIDE
    assert {"document", "payment", "number_series", "evidence"} <= tables - put_back - BESIDE


@on_both_databases
def test_a_deal_that_was_won_by_mistake_is_open_again_and_its_renewal_was_never_there(shop: Shop) -> None:
    """EM-4, RN-9: the starter rule has laid the renewal asleep at once; nobody has touched it."""
    notice = deal(shop)
    before = rows(shop)
    assert shop.anna("won", answers=notice)["lines"][0]["is_done"]
    shop.react()
    after = rows(shop)
    assert [len(after[name]) - len(before[name]) for name in ("opportunity", "box")] == [1, 1]

    taken_back = undo(shop)
    assert taken_back["is_done"], taken_back
    shop.react()
    assert rows(shop) == before

    assert undo(shop)["is_done"]
    assert rows(shop) == after


def test_a_renewal_on_which_somebody_has_worked_keeps_its_deal_won(shop: Shop) -> None:
    """EM-4: undo loses nothing that a person has done."""
    notice = deal(shop)
    assert shop.anna("won", answers=notice)["lines"][0]["is_done"]
    shop.react()
    with shop.office.work("test", actor="test") as work:
        renewal = work.session.scalars(select(Opportunity).where(Opportunity.kind == "renewal")).one()
        add_task(
            work, renewal.box, "errand", "Ask for the new budget", owner="anna", due_at=work.now, occasion="x"
        )

    refused = undo(shop)

    assert not refused["is_done"]
    assert "renewal" in refused["text"]
