"""`outbox list` shows who did not get his letter, and `outbox allow` lets letters go there again (L2)."""

from __future__ import annotations

from inboxcrm.outbox.delivery import send_due_letters
from tests.cli.shop import Shop
from tests.ingest.building import ask, open_box
from tests.mail.bounces import GONE, report, status_fields
from tests.outbox.letters import fates, put


def test_who_did_not_get_his_letter_is_listed_until_a_person_allows_the_address_again(shop: Shop) -> None:
    shop.open()
    office = shop.office()
    shop.say("live")
    put(office, GONE)
    send_due_letters(office)
    [(name,)] = ask(office.engine, "select message_id from letter")
    open_box(office).take(report(status_fields(), returned=f"Message-ID: <{name}>\n"))

    listed = shop.say("outbox", "list")
    assert listed.code == 0
    assert f"bounced  notice to {GONE}: Your quote" in listed.out
    assert "5.1.1 user unknown: smtp; 550 user unknown" in listed.out
    [row] = shop.say("outbox", "list", "--json").json
    assert (row["state"], row["to"]) == ("bounced", [GONE])

    put(office, GONE, dedupe="two")
    send_due_letters(office)
    assert fates(office.engine, 2) == [(GONE, "failed")]
    assert shop.say("outbox", "allow", GONE.upper()).code == 0
    put(office, GONE, dedupe="three")
    send_due_letters(office)
    assert fates(office.engine, 3) == [(GONE, "sent")]
    again = shop.say("outbox", "allow", GONE)
    assert again.code == 2
    assert f"letters to {GONE} are not stopped" in again.err


def test_letters_that_are_held_for_an_address_are_listed_and_leave_when_a_person_allows_it(
    shop: Shop,
) -> None:
    """L1: two leave by themselves within an hour, the third says why it waits."""
    shop.open(sending={"to_outsider_an_hour": 2})
    office = shop.office()
    shop.say("live")
    for number in range(3):
        put(office, GONE, dedupe=str(number))
    assert send_due_letters(office) == 2
    assert f"held: {GONE} has had its 2 letters an hour" in shop.say("outbox", "list").out

    assert shop.say("outbox", "allow", GONE).code == 0
    send_due_letters(office)
    assert fates(office.engine, 3) == [(GONE, "sent")]
