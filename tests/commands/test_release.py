"""Noise that is none, and mails that become leads, by one word in answer to the mail that lists them (IN-10, IN-16)."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from inboxcrm.base.errors import Refused
from inboxcrm.commands.words.release import numbers_in
from inboxcrm.crm.records import Lead
from inboxcrm.ingest.filing import forget_filing
from inboxcrm.ingest.intake import take_in
from inboxcrm.ingest.records import Folder, Location, Message
from inboxcrm.mail.fetched import Fetched
from inboxcrm.mail.incoming import Address
from inboxcrm.outbox.letter import Plan, write_letter
from inboxcrm.outbox.records import Letter
from inboxcrm.reports.kept import kept_aside
from tests.build import Mail, deliver, deliver_raw, on_both_databases
from tests.commands.shop import Shop


def bulk(shop: Shop, text: str = "We need 20 licences. What do they cost?", **mail: object) -> Message:
    """A mail that its headers make noise."""
    number = int(shop.clock.now().timestamp())
    raw = Mail(text, **mail).raw(shop.clock.now(), number)
    message = deliver_raw(
        shop.office, b"List-Unsubscribe: <mailto:off@x.example>\r\nPrecedence: bulk\r\n" + raw
    )
    shop.react()
    shop.clock.move(seconds=1)
    return message


def listed(shop: Shop, *messages: Message, user: str = "anna") -> Letter:
    """A mail to one of us that lists these mails by numbers."""
    with shop.office.work("test", actor="test") as work:
        letter = write_letter(
            work,
            Plan(
                kind="digest",
                dedupe=f"list:{user}:{[one.id for one in messages]}",
                account=work.settings.house_account.address,
                to=[Address(user, f"{user}@kestrel.example")],
                user=user,
                subject="Things to do",
                facts={},
                lines=[("message", one.id) for one in messages],
            ),
        )
        work.session.flush()
        work.session.expunge(letter)
        return letter


def leads(shop: Shop) -> list[tuple[str, str | None]]:
    with Session(shop.office.engine) as session:
        return [(one.box.name, one.owner) for one in session.scalars(select(Lead).order_by(Lead.id))]


def seen(shop: Shop, message: Message) -> Message:
    with Session(shop.office.engine, expire_on_commit=False) as session:
        return session.get_one(Message, message.id)


@on_both_databases
def test_what_was_kept_as_noise_is_a_customers_by_one_word_and_only_once(shop: Shop) -> None:
    """IN-10, P3: a lead with its task and notice, read like any other mail; the word said twice makes nothing more."""
    first, second = (
        bulk(shop, sender="n1@x.example"),
        bulk(shop, sender="bea@firm.example", subject="20 users"),
    )
    assert leads(shop) == []
    digest = listed(shop, first, second)

    receipt = shop.anna("2 release\n2 release", answers=digest.message_id)

    assert [line["is_done"] for line in receipt["lines"]] == [True, True]
    assert "nothing more was made" in receipt["lines"][1]["text"]
    assert [name for name, _ in leads(shop)] == ["20 users"]
    message = seen(shop, second)
    assert (message.kind, message.made_lead) == ("customer", True)
    assert message.kind_reason.startswith("released by anna; kept as bulk before")
    assert "licences" in message.new_words
    assert [kind for kind, _ in shop.tasks(message.box_id)] == ["first contact"]
    shop.anna("2 release", answers=digest.message_id)
    assert len(leads(shop)) == 1
    assert shop.customer("Any news?", sender="bea@firm.example", subject="Re: x").box_id == message.box_id


def test_release_always_is_remembered_for_the_sender_until_it_is_taken_back(shop: Shop) -> None:
    """IN-10: by the way on which mails are written together, too."""
    digest = listed(shop, bulk(shop, sender="tool@firm.example"))
    receipt = shop.anna("release always", answers=digest.message_id)
    assert "inboxcrm filings remove tool@firm.example" in receipt["lines"][0]["text"]

    later = bulk(shop, sender="tool@firm.example", subject="Later")
    assert (later.kind, later.box_id is not None) == ("customer", True)
    assert "anna released mail of tool@firm.example" in later.kind_reason
    with shop.office.work("test", actor="test") as work:
        assert forget_filing(work, "tool@firm.example")
    assert bulk(shop, sender="tool@firm.example", subject="Last").kind == "bulk"


def test_ignored_mail_can_be_released(shop: Shop) -> None:
    shop.customer("Buy our addresses!", sender="pushy@spam.example")
    shop.anna("ignore", answers=shop.notice().message_id)
    ignored = shop.customer("No, really: 20 licences, please.", sender="pushy@spam.example", subject="Order")
    assert ignored.kind == "ignored"

    shop.anna("release", answers=listed(shop, ignored).message_id)

    assert seen(shop, ignored).kind == "customer"


def test_what_nobody_outside_wrote_or_another_was_sent_is_not_released(shop: Shop) -> None:
    """V10: only he to whom the list went; never mail of our own."""
    noise = bulk(shop)
    own = bulk(shop, sender="carl@kestrel.example")
    with_own = shop.anna("release", answers=listed(shop, own).message_id)["lines"][0]
    of_maria = shop.anna("release", answers=listed(shop, noise, user="maria").message_id)["lines"][0]
    no_number = shop.anna("release", answers=listed(shop, noise, own).message_id)["lines"][0]
    beyond = shop.anna("3 release", answers=listed(shop, noise, own).message_id)["lines"][0]

    assert not any(line["is_done"] for line in (with_own, of_maria, no_number, beyond))
    assert "was sent to maria" in of_maria["text"]
    assert "which line" in no_number["text"]
    assert "there is no line 3" in beyond["text"]
    assert leads(shop) == []


@on_both_databases
def test_chosen_mails_become_leads_of_who_chose_them_once_each(shop: Shop) -> None:
    """IN-16: `lead 1 3` of a list; each with its task, and again it makes nothing more."""
    mails = [bulk(shop, sender=f"p{n}@firm{n}.example", subject=f"Wish {n}") for n in range(4)]
    sent = listed(shop, *mails)

    receipt = shop.anna("lead 1 3-4\nlead 1", answers=sent.message_id)

    assert [line["is_done"] for line in receipt["lines"]] == [True, True]
    assert leads(shop) == [("Wish 0", "anna"), ("Wish 2", "anna"), ("Wish 3", "anna")]
    assert "on its box already" in receipt["lines"][1]["text"]
    box_id = seen(shop, mails[2]).box_id
    assert [kind for kind, _ in shop.tasks(box_id)] == ["first contact"]


def test_numbers_of_lines_are_read_as_people_write_them() -> None:
    assert numbers_in("1 3 5-7") == [1, 3, 5, 6, 7]
    assert numbers_in("1, 3 and 5") == [1, 3, 5]
    assert numbers_in("") == []
    for words in ("all", "1 of them", "1-999"):
        with pytest.raises(Refused):
            numbers_in(words)


def test_the_digest_shows_the_first_noise_of_a_sender_and_no_more_of_him(shop: Shop) -> None:
    """IN-10, P3, V13: ten at most, numbered after the tasks, no newsletter that is known, nothing personal."""
    for n in range(12):
        bulk(shop, sender=f"news{n}@list.example", subject=f"Offer {n}")
    bulk(shop, sender="news11@list.example", subject="Offer again")
    maria = shop.office.settings.user_by_key("maria")
    with shop.office.work("test", actor="test") as work:
        facts, lines = kept_aside(work, maria, 5)

    assert [line["number"] for line in facts["noise"]] == list(range(6, 16))
    assert facts["noise"][0]["subject"] == "Offer 11"
    assert facts["junk"] == []
    assert [kind for kind, _ in lines] == ["message"] * 10

    shop.clock.move(hours=25)
    bulk(shop, sender="news0@list.example", subject="Offer of today")
    personal = Mail("Hello", sender="shop@list.example", to="anna@kestrel.example").raw(shop.clock.now(), 999)
    deliver_raw(shop.office, b"Precedence: bulk\r\n" + personal, account="anna@kestrel.example")
    with shop.office.work("test", actor="test") as work:
        assert kept_aside(work, maria, 0) == ({"junk": [], "noise": []}, [])


def test_mail_that_comes_in_a_day_late_makes_its_lead_and_says_that_it_is_late(shop: Shop) -> None:
    """IN-16: a rule can see it, and no letter to an outsider goes out because of it."""
    came_at = shop.clock.now()
    late = Mail("We need licences.", sender="late@firm.example").raw(came_at, 1)
    prompt = deliver(shop.office, Mail("Hello", sender="prompt@firm.example"))
    shop.clock.move(hours=25)

    message = deliver_at(shop, late, came_at)
    shop.react()

    assert (message.is_late, prompt.is_late) == (True, False)
    assert shop.tasks(message.box_id)[0][0] == "first contact"
    with Session(shop.office.engine) as session:
        assert not any(letter.is_outside for letter in session.scalars(select(Letter)))


def deliver_at(shop: Shop, raw: bytes, at: datetime) -> Message:
    """Take a mail in that its server has had since then."""
    account = shop.office.settings.account[0]
    with shop.office.reading() as session:
        folder = session.scalars(select(Folder)).first()
        place, uid = folder.id, folder.live_uid + 1
    take_in(shop.office, account, place, [Fetched(uid, at, len(raw), raw)], uid)
    with Session(shop.office.engine, expire_on_commit=False) as session:
        [number] = session.scalars(
            select(Location.message_id).where(Location.folder_id == place, Location.uid == uid)
        )
        return session.get_one(Message, number)
