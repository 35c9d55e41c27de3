"""The short story that the kill tests play: from a stranger's mail to a closed order, in as few steps as it has."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from email.message import EmailMessage

from inboxcrm.demo.people import Person, attachments_of
from tests.flows.stage import Servers, Stage, set_stage

LEASE_S = 1.0
PATIENCE_S = 20.0

ACCEPTANCE = (
    "Dear Anna,\n\nwe accept. Our PO number is 4711.\n"
    "Invoice address: Brouwer Bouw B.V., Damrak 1, 1012 LG Amsterdam, Netherlands\n\nBob"
)


@contextmanager
def set_parts_stage(servers: Servers, database: str, tag: str) -> Iterator[Stage]:
    """A stage for one run of the short story, its processes not started yet.

    Its owner wants no notice of uncertain letters: one that is told would be a difference between two runs.
    """
    with set_stage(servers, database, tag, lease_s=LEASE_S, patience_s=PATIENCE_S) as stage:
        stage.leave_out_rules("letter.uncertain")
        yield stage


def nothing_more() -> None:
    """What the world does between two steps of an undisturbed run."""


def play(stage: Stage, between: Callable[[], None] = nothing_more) -> None:
    """Play the story; `between` is called after each act of a person, while the product works on it."""
    cast = stage.cast
    cast.person("Mum", "mum@elsewhere.test").write(cast.anna.address, "Sunday", "Are you coming on Sunday?")
    asked = cast.bob.write(cast.sales, "Licences for Brouwer Bouw", "What would 20 licences cost?\n\nBob")
    between()
    notice = mail_about(stage, cast.anna, "New lead: Bob Brouwer")
    cast.anna.write(
        cast.bob.address, "Re: Licences for Brouwer Bouw", "You will have it today.", answers=asked
    )
    between()
    stage.wait_for_row("the lead to be In Process", "select 1 from lead where state = 'In Process'")
    cast.anna.answer(notice, "quote 20 x standard")
    between()
    [draft] = stage.wait_for("the draft", cast.anna.drafts)
    cast.anna.send_draft(draft)
    between()
    stage.wait_for_row(
        "the quote to be sent", "select 1 from document where kind = 'quote' and state = 'sent'"
    )
    cast.bob.answer(mail_about(stage, cast.bob, "Licences", "anna@"), ACCEPTANCE)
    between()
    accepted = mail_about(stage, cast.anna, "is accepted")
    stage.move_clock(timedelta(minutes=16))
    between()
    invoice_notice = mail_about(stage, cast.fred, "goes out")
    stage.wait_for("the invoice", lambda: with_paper(cast.bob, "I-"))
    cast.anna.answer(accepted, "delivered")
    cast.fred.answer(invoice_notice, "paid")
    between()
    stage.wait_for_row(
        "the order to close", "select 1 from document where kind = 'order' and state = 'closed'"
    )
    stage.settle()


def mail_about(stage: Stage, reader: Person, words: str, sender: str = "") -> EmailMessage:
    """Wait for the newest mail with these words in its subject."""

    def look() -> EmailMessage | None:
        found = [m for m in reader.inbox() if words in str(m["Subject"]) and sender in str(m["From"])]
        return found[-1] if found else None

    return stage.wait_for(f"a mail to {reader.name} about {words!r}", look)


def with_paper(reader: Person, prefix: str) -> EmailMessage | None:
    """The mail that carries a paper whose name begins so."""
    return next((m for m in reader.inbox() if any(n.startswith(prefix) for n in attachments_of(m))), None)
