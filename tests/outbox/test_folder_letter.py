"""The manager hears by mail of a folder that is read no more, once for each time (I4)."""

from __future__ import annotations

from sqlalchemy import select

from inboxcrm.base.work import Office, Work
from inboxcrm.outbox.records import Letter
from inboxcrm.outbox.render import render_body
from inboxcrm.workers.reactions import react_to_events
from tests.build import NO_RULES

HOUSE = "sales@kestrel.test"
REASON = "its server numbered it anew 6 times in a row"


def pause(work: Work, account: str, folder: str = "INBOX") -> None:
    work.emit("folder.paused", ("folder", 1), account=account, folder=folder, reason=REASON)


def letters(office: Office) -> list[Letter]:
    with office.reading() as session:
        found = list(session.scalars(select(Letter).order_by(Letter.id)))
        session.expunge_all()
        return found


def test_the_manager_is_told_which_folder_why_and_what_to_do(office: Office) -> None:
    """I4: as an ordinary event, so that it is told once, whatever dies meanwhile."""
    with office.work("test", actor="poller") as work:
        pause(work, HOUSE, "Offers\n2026")
    react_to_events(office, NO_RULES)
    react_to_events(office, NO_RULES)

    [letter] = letters(office)
    assert (letter.user, letter.is_outside) == (office.settings.manager.key, False)
    assert letter.subject == f"The folder Offers 2026 of {HOUSE} is not read"
    text, html = render_body(letter.template, letter.facts)
    for body in (text, html or ""):
        for words in (HOUSE, "Offers 2026", REASON, "inboxcrm doctor", "A day later", "not lost", "I4"):
            assert words in body


def test_each_time_is_told_and_a_removed_account_is_let_be(office: Office) -> None:
    with office.work("test", actor="poller") as work:
        pause(work, HOUSE)
        pause(work, HOUSE)
        pause(work, "gone@kestrel.example")
    react_to_events(office, NO_RULES)

    assert len(letters(office)) == 2
