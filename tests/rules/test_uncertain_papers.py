"""V6: a paper that may or may not have left is shown to a person at once, and never sent again by itself."""

from __future__ import annotations

from datetime import UTC, datetime

from inboxcrm.base.work import Office
from inboxcrm.outbox.delivery import recover_claims
from inboxcrm.outbox.letter import move_letter
from inboxcrm.outbox.records import Letter
from inboxcrm.rules.book import RuleBook
from inboxcrm.rules.starter_sets import STARTER
from inboxcrm.sales.paper import make_due_papers
from tests.build import HandClock, an_invoice, letters, react


def lose_sender_after_data(office: Office, letter_id: int) -> None:
    """Leave a letter as a sender does that is killed while the server may have taken the mail."""
    with office.work("test", actor="test") as work:
        letter = work.session.get_one(Letter, letter_id)
        move_letter(work, letter, "claimed")
        letter.phase, letter.claimed_until = "data", datetime(2000, 1, 1, tzinfo=UTC)
    recover_claims(office)


def test_managers_are_told_at_once_of_an_invoice_that_may_not_have_left(
    office: Office, clock: HandClock
) -> None:
    rules = RuleBook(STARTER).open()
    with office.work("test", actor="test") as work:
        an_invoice(work)
    make_due_papers(office)
    [invoice] = letters(office, "invoice")
    react(office, rules)
    before = {letter.id for letter in letters(office, "notice")}

    lose_sender_after_data(office, invoice.id)
    react(office, rules)

    [told] = [letter for letter in letters(office, "notice") if letter.id not in before]
    assert (told.user, "may or may not have left" in told.subject) == ("maria", True)
    assert [letter.state for letter in letters(office, "invoice")] == ["uncertain"]


def test_a_notice_that_may_not_have_left_makes_no_further_notice(office: Office) -> None:
    rules = RuleBook(STARTER).open()
    with office.work("test", actor="test") as work:
        an_invoice(work)
    react(office, rules)
    notices = letters(office, "notice")

    lose_sender_after_data(office, notices[0].id)
    react(office, rules)

    assert len(letters(office, "notice")) == len(notices)
