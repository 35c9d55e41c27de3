"""The owner of a mailbox says what is stored of it, from that mailbox, and answers what she was asked (V11, P23)."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from inboxcrm.base.settings import Settings
from inboxcrm.base.work import Office
from inboxcrm.ingest.offers.letter import About, Line, write_to_owner
from inboxcrm.ingest.offers.store import EARLIER, note_known, open_capture_offer
from inboxcrm.ingest.policy import policy_in_force
from inboxcrm.ingest.records import Offer
from inboxcrm.ingest.store import account_by_address
from inboxcrm.outbox.mime import letter_bytes
from inboxcrm.outbox.records import Letter
from inboxcrm.reports.timeline import box_timeline
from tests.build import ANNA, BOB, Mail, deliver, deliver_raw, letters, sent_from_anna
from tests.commands.shop import Shop


def policy(office: Office, settings: Settings | None = None) -> str:
    account = (settings or office.settings).account_of_user("anna")
    with office.reading() as session:
        return policy_in_force(session, account).name


def asked(shop: Shop, kind: str, about: str) -> tuple[int, str]:
    """Anna was asked something about her mailbox; give its number and the id of the mail that asks."""
    with shop.office.work("test", actor="test") as work:
        account = work.settings.account_of_user("anna")
        row = account_by_address(work.session, account.address)
        if kind == EARLIER:
            note_known(work, [about], work.now)
            offer = work.session.query(Offer).filter_by(kind=kind, about=about).one()
        else:
            offer = open_capture_offer(work.session, row.id, about, work.now)
        offer.state = "asked"
        about_it = About(f"test:{offer.id}", "May I?", "May I?", "why", "V11", [("yes", "it is so")])
        write_to_owner(work, account, about_it, [Line("offer", offer.id, about, "?")])
        number = offer.id
    return number, letters(shop.office, "mailbox")[-1].message_id


@pytest.fixture
def open_shop(shop: Shop) -> Shop:
    """A shop whose mailboxes have been read once."""
    sent_from_anna(shop.office, Mail("help"))
    return shop


def test_the_owner_says_what_is_stored_of_her_mailbox(open_shop: Shop) -> None:
    first = open_shop.anna("capture all")["lines"][0]
    label = open_shop.anna("capture label")["lines"][0]
    odd = open_shop.anna("capture everything")["lines"][0]

    assert first["is_done"]
    assert first["text"].endswith("to undo: capture known")
    assert policy(open_shop.office) == "all"
    assert (label["is_done"], "no label is configured" in label["text"]) == (False, True)
    assert not odd["is_done"]
    assert open_shop.anna("capture known")["lines"][0]["is_done"]
    assert policy(open_shop.office) == "known"


def test_nobody_else_can_say_it_nor_somebody_without_a_mailbox(open_shop: Shop) -> None:
    """V10, V11: not her director either, whose word it is, not in answer to what she was asked."""
    number, asking = asked(open_shop, "capture", "all")
    lines = [
        open_shop.user("maria", "capture all")["lines"][0],
        open_shop.user("maria", "yes", answers=asking)["lines"][0],
    ]

    assert not any(line["is_done"] for line in lines)
    assert policy(open_shop.office) == "known"
    with Session(open_shop.office.engine) as session:
        assert session.get_one(Offer, number).state == "asked"


def test_a_forged_word_of_the_owner_opens_nothing(open_shop: Shop) -> None:
    """V10."""
    deliver(open_shop.office, Mail("capture all", sender=ANNA, proof=None))
    open_shop.react()

    assert policy(open_shop.office) == "known"


def test_her_yes_puts_the_wider_policy_in_force_and_her_no_does_not(open_shop: Shop) -> None:
    _, asking = asked(open_shop, "capture", "all")
    assert open_shop.anna("no", answers=asking)["lines"][0]["is_done"]
    assert policy(open_shop.office) == "known"

    assert open_shop.anna("yes", answers=asking)["lines"][0]["is_done"]
    assert policy(open_shop.office) == "all"


def test_her_yes_gives_earlier_mail_and_her_no_keeps_it(open_shop: Shop) -> None:
    number, asking = asked(open_shop, EARLIER, BOB)
    kept = open_shop.anna("no", answers=asking)["lines"][0]
    given = open_shop.anna("yes", answers=asking)["lines"][0]
    again = open_shop.anna("yes", answers=asking)["lines"][0]

    assert "stays in your mailbox" in kept["text"]
    assert "taken in within minutes" in given["text"]
    assert "yes to that already" in again["text"]
    with Session(open_shop.office.engine) as session:
        assert session.get_one(Offer, number).state == "wanted"


def test_an_address_in_bcc_is_in_no_mail_of_ours_and_in_nobodys_view(shop: Shop) -> None:
    """I19: the CRM's dropbox address stays between its user and us."""
    shop.customer("We need licences.", message_id="ask@acme.example")
    raw = Mail("20 at EUR 49.", sender=ANNA, to=BOB, answers="ask@acme.example", proof=None)
    data = b"Bcc: Drop <sales+dropbox@kestrel.example>\r\nDelivered-To: sales+dropbox@kestrel.example\r\n"
    answer = deliver_raw(shop.office, data + raw.raw(shop.clock.now(), 77), account=ANNA, folder="Sent")
    shop.react()
    shop.customer("Fine. And support?", answers="mail-77@kestrel.example")
    shop.anna("quote 20 x standard", answers=shop.notice().message_id)

    with Session(shop.office.engine) as session:
        all_letters = session.query(Letter).all()
        sent = [
            letter_bytes(session, shop.office.settings, one, shop.clock.now())
            for one in all_letters
            if not one.awaits
        ]
        seen = str(box_timeline(session, shop.office.settings, answer.box_id))
    assert len(sent) >= 3
    assert answer.box_id is not None
    assert not any(b"dropbox" in one for one in sent)
    assert "dropbox" not in seen
    assert "dropbox" not in str([one.facts for one in all_letters])
