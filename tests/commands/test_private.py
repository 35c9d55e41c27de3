"""`private`: the owner of a mailbox takes a conversation out of the CRM again, where nobody else has a part (V11)."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.exc import NoResultFound

from inboxcrm.commands.tongues.reading import language_of
from inboxcrm.crm.records import Box, Contact
from inboxcrm.ingest.records import Message
from inboxcrm.migrations.tables import METADATA
from tests.build import ANNA, Mail, deliver, letters, on_both_databases
from tests.commands.shop import Shop

GINA = "gina@home.example"
SECRET = "zebra-party"


def write(shop: Shop, text: str = f"Shall we meet for the {SECRET}?", **mail: Any) -> Message:
    """Gina writes to Anna alone; Anna's mailbox has it."""
    given = {"to": ANNA, "subject": f"The {SECRET} on Saturday"} | mail
    message = deliver(shop.office, Mail(text, GINA, **given), account=ANNA)
    shop.react()
    assert message.box_id is not None
    return message


def say(shop: Shop, message: Message, words: str = "private") -> dict[str, Any]:
    [line] = shop.anna(words, answers=message.message_id, subject="Hm")["lines"]
    return line


def told_anywhere(engine: Engine, *words: str) -> list[str]:
    """The columns of all tables that hold one of the words, and the raw mails."""
    found = []
    with engine.connect() as connection:
        for table in METADATA.sorted_tables:
            for row in connection.execute(select(table)).mappings():
                for name, value in row.items():
                    text = value.decode("latin-1") if isinstance(value, bytes) else str(value)
                    if any(word in text.lower() for word in words):
                        found.append(f"{table.name}.{name}")
    return found


def state(shop: Shop) -> list[tuple[Any, ...]]:
    with shop.office.reading() as session:
        return [
            tuple(row)
            for row in (
                *session.execute(select(Box.id, Box.name, Box.is_open).order_by(Box.id)),
                *session.execute(select(Contact.id, Contact.name).order_by(Contact.id)),
                *session.execute(select(Message.id, Message.subject, Message.sender).where(Message.id == 1)),
            )
        ]


# The attacks first.


@pytest.mark.parametrize("sender", [ANNA, GINA, "carl@kestrel.example"])
def test_without_proof_nothing_is_taken_out(shop: Shop, sender: str) -> None:
    """V10."""
    message = write(shop)
    before = state(shop)

    deliver(shop.office, Mail("private", sender, answers=message.message_id, proof=None))
    shop.react()

    assert state(shop) == before


def test_nobody_takes_out_what_lies_in_anothers_mailbox(shop: Shop) -> None:
    message = write(shop)
    before = state(shop)

    for user, reason in (("carl", "no mailbox of yours is read here"), ("maria", "no mailbox of yours")):
        [line] = shop.user(user, "private", answers=message.message_id)["lines"]
        assert reason in line["text"]
    assert state(shop) == before


def test_what_came_to_the_shared_mailbox_stays(shop: Shop) -> None:
    """It is the company's mail, also where a copy lies in the rep's mailbox."""
    message = shop.customer(f"We need licences for {SECRET}.", sender=GINA)
    before = state(shop)

    line = say(shop, message)

    assert not line["is_done"]
    assert f"it lies in other mailboxes than {ANNA}, too, so it stays; `file new`" in line["text"]
    assert state(shop) == before


def test_a_deal_stays(shop: Shop) -> None:
    message = write(shop)
    assert say(shop, message, "qualify")["is_done"]
    before = state(shop)

    line = say(shop, message)

    assert not line["is_done"]
    assert "it is a deal, or has papers, so it stays" in line["text"]
    assert state(shop) == before


def test_who_was_known_before_or_is_on_it_beside_its_author_is_erased_by_no_rep(shop: Shop) -> None:
    """Nobody makes a customer of the house vanish by a copy of a mail."""
    shop.customer("We need licences.")  # Bob is known
    message = write(shop, cc="bob@acme.example")
    cousin = deliver(
        shop.office,
        Mail("Hi", "kim@home.example", to=ANNA, cc="pat@home.example", subject="Hi"),
        account=ANNA,
    )
    shop.react()
    before = state(shop)

    for mail in (message, cousin):
        line = say(shop, mail)
        assert not line["is_done"], line
    assert state(shop) == before


def test_private_with_words_behind_it_does_nothing(shop: Shop) -> None:
    message = write(shop)
    before = state(shop)

    assert "stands alone" in say(shop, message, "private number of Gina follows")["text"]
    assert state(shop) == before


# What works.


@on_both_databases
def test_nothing_is_left_of_a_private_conversation_in_any_table(shop: Shop) -> None:
    message = write(shop)
    other = shop.customer("We need licences.")
    assert told_anywhere(shop.office.engine, SECRET)

    line = say(shop, message)

    assert line["is_done"], line
    assert line["text"].startswith("1 mail is being taken out of here")
    assert told_anywhere(shop.office.engine, SECRET, GINA) == []
    with shop.office.reading() as session:
        kept = session.get_one(Message, other.id)
        assert (kept.sender, kept.subject) == (other.sender, other.subject)
    assert not any(letter.state == "failed" for letter in letters(shop.office, "receipt"))
    assert [letter.state for letter in letters(shop.office, "receipt")] == ["waiting"]


def test_it_does_not_come_back_from_another_folder(shop: Shop) -> None:
    """The same mail, moved: its place there is noted, and nothing of it."""
    begun = shop.clock.now()
    message = write(shop, message_id="party@home.example")
    shop.clock.move(minutes=5)
    say(shop, message)
    shop.clock.at = begun  # the server says when it came

    mail = Mail(f"Shall we meet for the {SECRET}?", GINA, to=ANNA, message_id="party@home.example")
    with pytest.raises(NoResultFound):  # its place has no message
        deliver(shop.office, mail, account=ANNA, folder="Friends")
    assert told_anywhere(shop.office.engine, SECRET, GINA) == []


def test_it_is_for_good(shop: Shop) -> None:
    message = write(shop)
    assert say(shop, message)["undo"] == ""
    receipt = letters(shop.office, "receipt")[-1].message_id

    [line] = shop.anna("undo", answers=receipt)["lines"]
    assert not line["is_done"]


def test_it_is_said_in_dutch_too() -> None:
    assert language_of("nl").words["privé"] == "private"
