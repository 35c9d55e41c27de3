"""A rep notes a call by mail: `call:` and what was said; it stands on the deal, once (IN-14)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session

from inboxcrm.commands.call_note import CallAhead, read_call_note
from inboxcrm.crm.records import PhoneCall
from inboxcrm.crm.store import calls_of_box, contact_by_address, lead_of_box
from inboxcrm.reports.timeline import box_timeline
from inboxcrm.rules.facts import facts_of
from tests.build import ANNA, BOB, HOUSE, START, Mail, deliver, on_both_databases
from tests.commands.shop import Shop

ZONE = ZoneInfo("Europe/Amsterdam")
NUMBER = "+31201234567"


def calls(shop: Shop, box_id: int) -> list[PhoneCall]:
    with Session(shop.office.engine, expire_on_commit=False) as session:
        return calls_of_box(session, box_id)


def told(facts: dict[str, object]) -> str:
    return "; ".join(str(line["text"]) for line in facts["lines"])


def asked(shop: Shop) -> int:
    """A customer has asked; give his box. The lead is Anna's."""
    return int(shop.customer("We need licences.", message_id="1@acme.example").box_id or 0)


def note(shop: Shop, words: str) -> dict[str, object]:
    return shop.anna(words, answers=shop.notice().message_id)


@on_both_databases
def test_a_note_in_answer_to_a_notice_is_a_call_on_its_deal(shop: Shop) -> None:
    box_id = asked(shop)
    shop.clock.move(hours=3)
    receipt = note(shop, "call: in, 12 min, 11:15, he wants twenty licences, and training for 3 people")

    [call] = calls(shop, box_id)
    assert (call.direction, call.seconds, call.user) == ("in", 720, "anna")
    assert call.started_at == datetime(2026, 11, 23, 10, 15, tzinfo=UTC)
    assert call.text == "he wants twenty licences, and training for 3 people"
    assert "noted on Licences for Acme" in told(receipt)
    with shop.office.reading() as session:
        lines = box_timeline(session, shop.office.settings, box_id)["lines"]
    [line] = [one for one in lines if one["text"].startswith("call:")]
    assert (line["at"], line["actor"]) == ("2026-11-23 11:15", "anna")
    assert "they called, 12 min 0 s: he wants twenty licences" in line["text"]


def test_the_same_note_seen_in_two_folders_is_one_call(shop: Shop) -> None:
    """V1: from her Sent folder and from the shared mailbox."""
    box_id = asked(shop)
    mail = Mail("call: spoke with him", ANNA, answers=shop.notice().message_id, message_id="n@k", proof=None)
    deliver(shop.office, mail, account=ANNA, folder="Sent")
    deliver(shop.office, mail)
    shop.react()

    assert len(calls(shop, box_id)) == 1


def test_whoever_has_spoken_with_the_customer_has_answered_him(shop: Shop) -> None:
    """LD-6, IN-13: the lead is hers and in process, its task done, and nobody waits for an answer."""
    box_id = asked(shop)
    shop.clock.move(hours=1)
    note(shop, "call: 5 min, we will send a quote")

    with shop.office.reading() as session:
        lead = lead_of_box(session, box_id)
        facts = facts_of(session, "lead", lead.id)
    assert (facts["state"], facts["is_answered"], facts["is_answer_owed"]) == ("In Process", True, False)
    assert shop.tasks(box_id) == []


def test_a_call_that_reached_nobody_answers_nothing(shop: Shop) -> None:
    box_id = asked(shop)
    shop.clock.move(hours=1)
    receipt = note(shop, "call: voicemail, asked him to call back")

    with shop.office.reading() as session:
        lead = lead_of_box(session, box_id)
        facts = facts_of(session, "lead", lead.id)
    assert "nobody was reached" in told(receipt)
    assert (facts["is_answered"], facts["is_answer_owed"]) == (False, True)
    assert [kind for kind, _ in shop.tasks(box_id)] == ["first contact"]


@pytest.mark.parametrize("who", [BOB, "020 123 4567", "+31 20 123 4567"])
def test_a_note_to_the_house_finds_the_deal_by_whom_it_names(shop: Shop, who: str) -> None:
    box_id = asked(shop)
    with shop.office.work("test", actor="test") as work:
        contact = contact_by_address(work.session, BOB)
        assert contact is not None
        contact.phone = NUMBER
    shop.anna(f"call: {who}, yesterday, he is in a hurry")

    [call] = calls(shop, box_id)
    assert (call.text, call.started_at) == ("he is in a hurry", datetime(2026, 11, 22, 11, 0, tzinfo=UTC))


def test_a_note_in_the_customers_thread_to_us_alone_finds_its_deal(shop: Shop) -> None:
    """She answers the customer's own mail, with nobody but the house in To."""
    box_id = asked(shop)
    shop.anna("call: he will decide on Friday", answers="1@acme.example")

    assert [call.text for call in calls(shop, box_id)] == ["he will decide on Friday"]


def test_a_call_with_a_stranger_is_a_lead_of_whoever_spoke_with_him(shop: Shop) -> None:
    """IN-8: its source is Call, and nobody has to answer what was answered by telephone."""
    receipt = shop.anna("call: 020 765 4321, in, wants to see the product")

    assert "noted on Call of +31207654321 (box 1)" in told(receipt)
    with shop.office.reading() as session:
        lead = lead_of_box(session, 1)
        assert (lead.source, lead.owner, lead.state) == ("Call", "anna", "In Process")
        assert lead.need == "wants to see the product"
    assert shop.tasks(1) == []


def test_a_note_of_which_nobody_knows_the_deal_is_refused_with_what_would_be_right(shop: Shop) -> None:
    receipt = shop.anna("call: he wants twenty licences")

    assert "I do not know which deal you mean" in told(receipt)


def test_words_that_merely_begin_with_call_are_no_note(shop: Shop) -> None:
    """`call him back` is the rep's own note on the deal; so is what stands below an empty line."""
    box_id = asked(shop)
    note(shop, "call him back on Friday, 3 people want training")
    note(shop, "call: 3 min, a long line that a mail program\nhas broken in two\n\nHis dog is called Rex.")

    [call] = calls(shop, box_id)
    assert call.text == "a long line that a mail program has broken in two"
    with shop.office.reading() as session:
        lines = [one["text"] for one in box_timeline(session, shop.office.settings, box_id)["lines"]]
    assert any("call him back on Friday" in one for one in lines)
    assert any("Rex" in one for one in lines)


# Attacks.


def test_a_note_that_nothing_proves_to_be_the_reps_logs_nothing(shop: Shop) -> None:
    """V10: somebody else writes in Anna's name."""
    box_id = asked(shop)
    deliver(shop.office, Mail("call: forget the quote", ANNA, answers=shop.notice().message_id, proof=None))
    shop.react()

    assert calls(shop, box_id) == []


def test_a_customers_own_line_is_no_note(shop: Shop) -> None:
    """A mail with anybody outside on it is read for no command, and a customer is no user."""
    box_id = asked(shop)
    shop.customer("call: in, 3 min, the price is agreed", answers="1@acme.example")
    deliver(shop.office, Mail("call: agreed", ANNA, to=BOB, cc=HOUSE, answers="1@acme.example"))
    shop.react()

    assert calls(shop, box_id) == []


NOW = START  # Monday 23 November 2026, 10:30 in Amsterdam


@pytest.mark.parametrize(
    ("words", "direction", "seconds", "at", "text"),
    [
        ("he is fine", "out", None, NOW, "he is fine"),
        ("in, 1 h 5 min: he is fine", "in", 3900, NOW, "he is fine"),
        ("I called, fri 9:05, 90 sec; fine, too", "out", 90, NOW.replace(day=20, hour=8, minute=5), "fine, too"),
        ("20 nov 16.30, incoming: ok", "in", None, NOW.replace(day=20, hour=15, minute=30), "ok"),
        ("2026-11-02, ok", "out", None, NOW.replace(day=2, hour=11, minute=0), "ok"),
        ("today, ok", "out", None, NOW, "ok"),
        ("in two weeks he decides", "out", None, NOW, "in two weeks he decides"),
        ("", "out", None, NOW, ""),
        ("mon 9:00, ok", "out", None, NOW.replace(hour=8, minute=0), "ok"),
        ("31 dec, ok", "out", None, NOW.replace(year=2025, month=12, day=31, hour=11, minute=0), "ok"),
    ],
)  # fmt: skip
def test_what_a_note_says(words: str, direction: str, seconds: int | None, at: datetime, text: str) -> None:
    read = read_call_note(words, NOW, ZONE, "NL")

    assert (read.direction, read.seconds, read.started_at, read.text) == (direction, seconds, at, text)


@pytest.mark.parametrize("words", ["tomorrow, ok", "23:59, ok", "2026-12-24, ok"])
def test_a_call_that_is_still_to_come_is_refused(words: str) -> None:
    with pytest.raises(CallAhead):
        read_call_note(words, NOW, ZONE, "NL")


def test_a_clock_that_is_a_moment_ahead_of_ours_is_now() -> None:
    assert read_call_note("10:31, ok", NOW, ZONE, "NL").started_at == NOW
    assert read_call_note("10:29, ok", NOW, ZONE, "NL").started_at == NOW - timedelta(minutes=1)
