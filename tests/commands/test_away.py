"""Who is away has a deputy: new leads, due tasks and notices go to him until the return."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from inboxcrm.crm.absence import stand_in
from inboxcrm.crm.records import Absence
from inboxcrm.crm.store import lead_of_box
from inboxcrm.reports.digests.ground import Ground
from inboxcrm.reports.digests.table import KINDS
from tests.build import ANNA, Mail, deliver, letters
from tests.commands.shop import Shop


def absences(shop: Shop) -> list[tuple[str, str | None]]:
    with Session(shop.office.engine) as session:
        return [(one.user, one.deputy) for one in session.scalars(select(Absence))]


def recipients(shop: Shop) -> list[str]:
    return [recipient.address for recipient in shop.notice().recipients]


def test_leads_and_notices_of_who_is_away_go_to_the_deputy_until_the_return(shop: Shop) -> None:
    line = shop.anna("away until 3 dec, deputy carl")["lines"][0]
    assert line["is_done"], line
    assert "Thursday" in line["text"]
    assert "Carl" in line["text"]

    lead = shop.customer("We need licences.", sender="first@one.example")
    assert recipients(shop) == ["carl@kestrel.example"]
    with Session(shop.office.engine) as session:
        assert lead_of_box(session, lead.box_id).owner == "carl"

    shop.clock.move(days=12)
    shop.customer("We too.", sender="first@two.example")  # Anna's turn was had; it is Carl's own now
    shop.customer("And we.", sender="first@three.example")
    assert recipients(shop) == [ANNA]


def test_back_ends_it(shop: Shop) -> None:
    shop.anna("away 2 weeks")
    assert shop.anna("back")["lines"][0]["is_done"]
    assert not shop.anna("back")["lines"][0]["is_done"]
    shop.customer("We need licences.")
    assert recipients(shop) == [ANNA]


def test_due_tasks_of_who_is_away_stand_under_the_deputy(shop: Shop) -> None:
    shop.customer("We need licences.")
    shop.clock.move(days=1)
    shop.anna("away 1 week, deputy carl")
    with shop.office.work("test", actor="test") as work:
        digest = KINDS["due"](Ground(work), work.settings.user_by_key("maria"))
    assert [section.title for section in digest.sections] == ["Carl (for Anna, who is away)"]


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("away", "no date is said"),
        ("away until tomorrow deputy nobody", "one of: anna, carl, maria"),
        ("away until tomorrow deputy anna", "cannot stand in"),
    ],
)
def test_what_is_unclear_is_refused_with_what_would_be_right(shop: Shop, words: str, reason: str) -> None:
    line = shop.anna(words)["lines"][0]
    assert (line["is_done"], reason in line["text"]) == (False, True), line


def test_deputies_who_are_away_too_lead_to_somebody_who_is_there(shop: Shop) -> None:
    shop.anna("away 2 weeks, deputy carl")
    shop.user("carl", "away 2 weeks, deputy anna")
    with shop.office.reading() as session:
        settings = shop.office.settings
        assert stand_in(session, settings, settings.user_by_key("anna"), shop.clock.now()).key == "maria"
    shop.user("carl", "away 2 weeks, deputy maria")
    with shop.office.reading() as session:
        assert stand_in(session, settings, settings.user_by_key("anna"), shop.clock.now()).key == "maria"


AUTO = Mail("I am out of the office until 4 December. Carl stands in: carl@kestrel.example", ANNA)


def auto_reply(shop: Shop, mail: Mail) -> None:
    raw = mail.raw(shop.clock.now(), 99).replace(b"Subject: ", b"Auto-Submitted: auto-replied\nSubject: ", 1)
    from tests.build import deliver_raw

    deliver_raw(shop.office, raw)


def test_a_users_own_auto_reply_sets_the_absence_and_is_no_command(shop: Shop) -> None:
    """IN-12, L1: even where its text looks like one."""
    auto_reply(shop, replace(AUTO, text="away until 3 dec\n" + AUTO.text))
    assert absences(shop) == [("anna", "carl")]
    assert letters(shop.office, "receipt") == []


def test_a_forged_auto_reply_sends_nobody_away(shop: Shop) -> None:
    """V10."""
    auto_reply(shop, replace(AUTO, proof=None))
    assert absences(shop) == []


def test_an_ordinary_mail_that_speaks_of_holidays_sends_nobody_away(shop: Shop) -> None:
    deliver(shop.office, Mail("I am out of the office until 4 December.", ANNA, to="bob@acme.example"))
    assert absences(shop) == []
