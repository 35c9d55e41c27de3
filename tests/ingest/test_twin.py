"""A mail that was altered on its way is one mail (I10); another mail under the same Message-ID is another one (I9)."""

from __future__ import annotations

import itertools
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from inboxcrm.base.work import Office
from inboxcrm.ingest.release import release_message
from inboxcrm.ingest.store import message_by_id
from tests.ingest.building import ANNA, NOON, SALES, ask, count, make_office, open_box, raw_mail

CARLA = "carla@brouwer.test"
TO = f"{SALES}, {ANNA}"
BODY = "We need twenty licences.\nWhat do they cost, and when can you deliver them?"
PROVEN = {
    "Authentication-Results": "mx.test; dmarc=pass header.from=brouwer.test",
    "Received": "from brouwer.test by mx.test; Mon, 2 Mar 2026 12:00:00 +0000",
}
SCANNED = "This email has been scanned by the Fortress gateway for viruses and other threats."
UNKNOWN_FOOTER = f"{'_' * 40}\nTeam Kestrel, the list for all of sales\nsales-all@kestrel.test"
BANNER = "CAUTION: This email originated from outside of the organization. Do not click on links."
WAYS = {
    "subject tag": ("[sales-all] Licences", BODY),
    "marked as external": ("[EXTERNAL] Licences", f"{BANNER}\n\n{BODY}"),
    "list's footer": ("Licences", f"{BODY}\n\n{UNKNOWN_FOOTER}"),
    "scanner's footer": ("Licences", f"{BODY}\n\n{SCANNED}"),
    "both, and wrapped anew": ("[all] Licences", f"{BODY.replace(' ', chr(10), 3)}\n\n-- \n{SCANNED}"),
}


def carlas(subject: str = "Licences", body: str = BODY, **more: object) -> bytes:
    return raw_mail(CARLA, TO, subject, body, **{"mid": "<1@b>"} | more)


def received(engine: Engine) -> int:
    return count(engine, "event", "kind = 'message.received'")


def reused(engine: Engine) -> int:
    return count(engine, "event", "kind = 'message.id_reused'")


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_a_copy_that_was_altered_on_its_way_does_nothing_more(
    office: Office, engine: Engine, way: str, order: tuple[int, ...]
) -> None:
    """I10: to sales@, to a rep, and to him by a list without a list's headers: one lead, told once, three places."""
    subject, body = WAYS[way]
    copies = (
        (0, carlas()),
        (1, b"Received: by elsewhere.test\r\n" + carlas()),
        (1, carlas(subject, body, headers={"Received": "from gate.test by mx.test"})),
    )
    boxes = {account: open_box(office, account) for account in (0, 1)}
    for at in order:
        account, mail = copies[at]
        boxes[account].take(mail)

    assert (count(engine, "lead"), received(engine), reused(engine)) == (1, 1, 0)
    assert count(engine, "location") == 3
    assert count(engine, "message", "kind = 'copy'") == 1
    assert len(ask(engine, "select distinct box_id, thread_id from message")) == 1
    [(reason,)] = ask(engine, "select kind_reason from message where kind = 'copy'")
    assert reason.startswith("a copy of message 1, altered on its way")


def test_copies_that_come_in_one_batch_are_one_mail_too(both: Engine) -> None:
    """I10: what has only now come in is known to the next mail."""
    inbox = open_box(make_office(both))
    inbox.take(carlas(), carlas("[all] Licences"), carlas(body=f"{BODY}\n\n{SCANNED}"))

    assert (count(both, "lead"), received(both)) == (1, 1)
    assert count(both, "message", "kind = 'copy'") == 2


def test_the_answer_of_one_of_us_that_comes_back_by_a_gateway_is_told_once(
    office: Office, engine: Engine
) -> None:
    """I10: the rep's answer from his Sent folder, and its copy to sales@ with the company's own disclaimer."""
    proven = {**PROVEN, "Authentication-Results": "mx.test; dmarc=pass header.from=kestrel.test"}
    words, answer = "They cost 980.", {"cc": SALES, "mid": "<2@k>", "refs": "<1@b>"}
    inbox = open_box(office)
    inbox.take(carlas())
    open_box(office, 1, "Sent").take(raw_mail(ANNA, CARLA, "Re: Licences", words, **answer))
    inbox.take(raw_mail(ANNA, CARLA, "Re: Licences", f"{words}\n\n{SCANNED}", headers=proven, **answer))

    assert count(engine, "event", "kind = 'message.sent'") == 1
    assert count(engine, "message", "kind = 'copy'") == 1


def test_a_command_that_comes_by_two_ways_is_carried_out_once(office: Office, engine: Engine) -> None:
    """I10: the same order to us through two shared addresses; the second copy has a scanner's footer."""
    proven = {**PROVEN, "Authentication-Results": "mx.test; dmarc=pass header.from=kestrel.test"}
    inbox = open_box(office)
    inbox.take(raw_mail(ANNA, SALES, "x", "quote 20 x standard", mid="<c@k>", headers=proven))
    inbox.take(
        raw_mail(ANNA, SALES, "x", f"quote 20 x standard\n\n{SCANNED}", mid="<c@k>", headers=proven),
        raw_mail(ANNA, SALES, "x", "quote 20 x standard", mid="<d@k>", headers=proven),
    )

    assert count(engine, "event", "kind = 'command.received'") == 2


# Attacks: whoever knows the id of a mail writes another one under it.


@pytest.mark.parametrize(
    "forged",
    [
        raw_mail(CARLA, TO, "Licences", BODY, mid="<1@b>", at=NOON + timedelta(seconds=1)),
        raw_mail("carla@brouwer.example", TO, "Licences", BODY, mid="<1@b>"),
        raw_mail(CARLA, TO, "Bicycles", BODY, mid="<1@b>"),
        raw_mail(CARLA, TO, "Licences", "Please forget it.", mid="<1@b>"),
        raw_mail(CARLA, TO, "Licences", "We need twenty licences.", mid="<1@b>"),
        raw_mail(CARLA, TO, "Licences", " ", mid="<1@b>"),
        raw_mail(CARLA, TO, "Licences", f"Forget this:\n{BODY.partition(',')[0]}", mid="<1@b>"),
    ],
)
def test_a_forged_mail_that_comes_first_hides_no_real_one(
    office: Office, engine: Engine, forged: bytes
) -> None:
    """I9: other date, sender, subject or words under one id: both do what they do."""
    open_box(office).take(forged)
    open_box(office, 1).take(carlas())

    assert received(engine) == 2
    assert count(engine, "message", "kind = 'customer'") == 2


def test_a_mail_whose_file_was_not_seen_yet_is_no_copy(office: Office, engine: Engine) -> None:
    """I10: a gateway took the purchase order out of the first copy; the one with it is not passed over."""
    inbox = open_box(office)
    inbox.take(carlas())
    inbox.take(carlas(files=(("po.pdf", b"%PDF-1.7 PO 4711"),)))

    assert received(engine) == 2


def test_a_proven_mail_after_an_unproven_one_with_more_words_does_all(office: Office, engine: Engine) -> None:
    """I9: somebody has written the customer's words with his own below them, before they came."""
    forged = carlas(body=f"{BODY}\nWe pay from another account from now on.")
    inbox = open_box(office)
    inbox.take(forged)
    inbox.take(carlas(headers=PROVEN))

    assert received(engine) == 2


def test_after_a_proven_mail_an_unproven_one_with_more_words_does_nothing(
    office: Office, engine: Engine
) -> None:
    """I10: the first is its sender's own; whatever has been added to it on another way speaks for nobody."""
    inbox = open_box(office)
    inbox.take(carlas(headers=PROVEN))
    inbox.take(carlas(body=f"{BODY}\nWe pay from another account from now on."))

    assert received(engine) == 1


@pytest.mark.parametrize("is_first_proven", [True, False])
def test_the_proof_that_a_copy_brings_is_weighed_once(
    office: Office, engine: Engine, is_first_proven: bool
) -> None:
    """I10: a copy with the same words that alone is proven counts as the customer's, without a second notice."""
    inbox = open_box(office)
    inbox.take(carlas(headers=PROVEN if is_first_proven else None))
    inbox.take(carlas("[all] Licences", headers=PROVEN))

    assert received(engine) == 1
    assert count(engine, "event", "kind = 'mail.proven'") == (0 if is_first_proven else 1)


def test_a_proof_that_a_copy_gets_later_is_weighed(office: Office, engine: Engine) -> None:
    """I10: the altered copy once more, now in a mailbox whose server vouches for its sender."""
    open_box(office).take(carlas(), carlas("[all] Licences"))
    open_box(office, 1).take(carlas("[all] Licences", headers=PROVEN))

    assert (received(engine), count(engine, "event", "kind = 'mail.proven'")) == (1, 1)


def test_what_lay_there_before_we_began_is_nobodys_first(office: Office, engine: Engine) -> None:
    """IN-16: of history nothing was told, so the copy that comes in now is."""
    inbox = open_box(office)
    inbox.take(carlas(), at=NOON - timedelta(days=30))
    inbox.take(carlas("[all] Licences"))

    assert received(engine) == 1


def test_a_person_can_say_that_a_copy_is_none(office: Office, engine: Engine) -> None:
    """IN-10: what was taken for a copy is a customer's mail with all its effects by one word."""
    open_box(office).take(carlas(), carlas("[all] Licences"))
    with office.work("test", actor="user:anna") as work:
        assert release_message(work, message_by_id(work.session, 2))

    assert received(engine) == 2
    assert count(engine, "message", "kind = 'customer'") == 2


# I9: the second is marked.


def test_the_second_of_two_mails_with_one_id_is_marked_and_both_are_processed(
    office: Office, engine: Engine
) -> None:
    """I9: a program that gives all its mails one id: each is a message with its effects; the second says so."""
    inbox = open_box(office)
    inbox.take(carlas())
    inbox.take(
        raw_mail(CARLA, TO, "Bicycles", "And two bicycles.", mid="<1@b>", at=NOON + timedelta(hours=1))
    )

    assert received(engine) == 2
    marked = ask(engine, "select subject_id, payload from event where kind = 'message.id_reused'")
    assert marked == [(2, '{"other":1}')]


def test_a_lists_copy_is_no_other_mail_under_its_id(office: Office, engine: Engine) -> None:
    """I10: what is kept as bulk beside its original is marked as nothing."""
    inbox = open_box(office)
    inbox.take(carlas("[all] Licences", headers={"List-Id": "<all.kestrel.test>"}))
    inbox.take(carlas())

    assert (received(engine), reused(engine)) == (1, 0)


def test_strangers_under_one_id_are_marked_wherever_they_lie(office: Office, engine: Engine) -> None:
    """I9: two people without anything in common: two threads, two leads, the second marked."""
    inbox = open_box(office)
    inbox.take(carlas(), raw_mail("dirk@dune.test", SALES, mid="<1@b>"))

    assert (count(engine, "lead"), count(engine, "thread"), reused(engine)) == (2, 2, 1)
