"""Conversations: any order of arrival gives the same threads and boxes; nobody forges a way into one."""

from __future__ import annotations

import random
from collections.abc import Iterable

import pytest
from sqlalchemy import Engine

from inboxcrm.base.work import Office
from inboxcrm.mail.incoming import Address
from inboxcrm.mail.letter_token import make_message_id
from inboxcrm.outbox.letter import Plan, write_letter
from tests.ingest.building import ANNA, KEY, SALES, ask, count, make_office, open_box, raw_mail, write

CARLA = "carla@brouwer.test"


def conversation_tree(seed: int) -> list[bytes]:
    """60 mails of three customers, each with two matters, answered by Anna; replies hang anywhere in their tree."""
    chance = random.Random(seed)
    mails: list[bytes] = []
    trees: dict[tuple[int, int], list[str]] = {}
    for number in range(60):
        key = (number % 3, chance.randrange(2))
        customer = f"buyer{key[0]}@firm{key[0]}.test"
        earlier = trees.setdefault(key, [])
        mid = f"<m{number}@tree>"
        is_answer = bool(earlier) and chance.random() < 0.4
        refs = chance.choice(earlier) if earlier else ""
        sender, to = (ANNA, customer) if is_answer else (customer, SALES)
        proven = {"Authentication-Results": "mx.test; dmarc=pass header.from=kestrel.test"}
        headers = (
            {**proven, "Received": "from a by mx.test; Mon, 2 Mar 2026 12:00:00 +0000"} if is_answer else {}
        )
        mails.append(
            raw_mail(sender, to, f"matter {key}", f"mail {number}", mid=mid, refs=refs, headers=headers)
        )
        earlier.append(mid)
    return mails


def partition(engine: Engine, column: str) -> set[frozenset[str]]:
    """The mails by what they have in common; a merged box counts as the one that it became."""
    merged = dict(ask(engine, "select id, merged_into from box where merged_into is not null"))
    groups: dict[object, set[str]] = {}
    for key, text in ask(engine, f"select {column}, new_words from message"):
        while key in merged:
            key = merged[key]
        groups.setdefault(key, set()).add(text.strip())
    return {frozenset(group) for group in groups.values()}


def take_in_batches(office: Office, mails: list[bytes], sizes: Iterable[int]) -> None:
    inbox = open_box(office)
    left = list(mails)
    for size in sizes:
        if not left:
            break
        inbox.take(*left[:size])
        left = left[size:]


@pytest.mark.parametrize("seed", range(4))
def test_any_order_and_any_batches_give_the_same_threads_and_boxes(both: Engine, seed: int) -> None:
    """V3, T6, P1."""
    mails = conversation_tree(seed)
    chance = random.Random(1000 + seed)
    shuffled = chance.sample(mails, len(mails))

    take_in_batches(make_office(both), shuffled, [chance.randint(1, 12) for _ in range(60)])

    wanted_threads: dict[tuple[int, str], set[str]] = {}
    wanted_boxes: dict[int, set[str]] = {}
    for number, mail in enumerate(mails):
        matter = mail.split(b"Subject: matter ")[1].split(b"\r\n")[0].decode()
        wanted_threads.setdefault((number % 3, matter), set()).add(f"mail {number}")
        wanted_boxes.setdefault(number % 3, set()).add(f"mail {number}")
    assert partition(both, "thread_id") == {frozenset(group) for group in wanted_threads.values()}
    # A customer's second matter, in a thread of its own, goes to his one open box (IN-3).
    assert partition(both, "box_id") == {frozenset(group) for group in wanted_boxes.values()}
    assert count(both, "message") == 60
    assert count(both, "lead", "state != 'Dead'") == 3


def test_an_answer_that_is_read_before_its_question_stands_on_the_same_box(
    office: Office, engine: Engine
) -> None:
    """V3: the rep's mail comes out of her Sent folder before the customer's out of the inbox."""
    answer = raw_mail(ANNA, CARLA, "Re: Offer", mid="<2@k>", refs="<1@b>")
    open_box(office, 1, "Sent").take(answer)
    open_box(office).take(raw_mail(CARLA, SALES, "Offer", mid="<1@b>"))

    assert ask(engine, "select distinct box_id from message") == [(1,)]
    assert ask(engine, "select state, answered_at is not null from lead") == [("In Process", 1)]
    assert count(engine, "event", "kind = 'message.sent' and box_id = 1") == 1


def test_two_leads_of_one_company_that_turn_out_to_be_one_matter_become_one(
    office: Office, engine: Engine
) -> None:
    """V3: the older box survives and holds the mails of both."""
    inbox = open_box(office)
    inbox.take(
        raw_mail(CARLA, SALES, "One", mid="<1@b>"), raw_mail("d@brouwer.test", SALES, "Two", mid="<2@b>")
    )
    inbox.take(raw_mail("d@brouwer.test", SALES, "Two again", mid="<3@b>"))
    assert count(engine, "lead", "state = 'New'") == 2

    inbox.take(raw_mail(CARLA, SALES, "Both", mid="<4@b>", refs="<1@b> <2@b>", cc="d@brouwer.test"))

    assert ask(engine, "select distinct box_id from message") == [(1,)]
    assert ask(engine, "select state from lead order by id") == [("New",), ("Dead",)]
    assert ask(engine, "select merged_into from box order by id") == [(None,), (1,)]


def test_equal_subjects_join_nobody(office: Office, engine: Engine) -> None:
    """T1: five customers mail "help": five threads, five leads."""
    open_box(office).take(*(raw_mail(f"a@firm{n}.test", SALES, "Re: help") for n in range(5)))

    assert len(ask(engine, "select distinct thread_id from message")) == 5
    assert count(engine, "lead") == 5


def test_a_stranger_who_forges_a_reference_stays_outside(office: Office, engine: Engine) -> None:
    """T4: whoever names another customer's Message-ID starts a thread and a lead of his own."""
    inbox = open_box(office)
    inbox.take(raw_mail(CARLA, SALES, "Offer", mid="<secret@brouwer.test>"))
    inbox.take(raw_mail("eve@evil.test", SALES, "Re: Offer", mid="<e@evil>", refs="<secret@brouwer.test>"))

    assert len(ask(engine, "select distinct thread_id from message")) == 2
    assert len(ask(engine, "select distinct box_id from message")) == 2


def test_a_token_counts_with_its_right_code_only(office: Office, engine: Engine) -> None:
    """T4: our Message-ID names the letter whatever its domain; with a wrong code it is nothing."""
    with office.work("test", actor="test") as work:
        letter = write_letter(
            work,
            Plan("notice", "d", SALES, [Address("", CARLA)], "Offer", {"text": "x"}),
        )
    right = make_message_id(KEY, letter.serial, "elsewhere.test")
    wrong = make_message_id(b"w" * 32, letter.serial, "kestrel.test")
    open_box(office).take(
        raw_mail(CARLA, SALES, "one", refs=f"<{right}>"), raw_mail(CARLA, SALES, "two", refs=f"<{wrong}>")
    )

    assert ask(engine, "select answers_letter_id from message order by id") == [(letter.id,), (None,)]


def test_a_mail_between_two_customers_asks_a_person_and_moves_nothing(office: Office, engine: Engine) -> None:
    """Section 5: no mail joins the boxes of two organizations by itself."""
    inbox = open_box(office)
    inbox.take(
        raw_mail(CARLA, SALES, "One", mid="<1@b>"), raw_mail("dirk@dune.test", SALES, "Two", mid="<2@d>")
    )
    boxes = ask(engine, "select id, box_id from message order by id")
    write(engine, "update box set owner = 'anna'")
    inbox.take(
        raw_mail(CARLA, SALES, "Both", mid="<3@b>", refs="<1@b> <2@d>", cc="dirk@dune.test"),
    )

    assert ask(engine, "select id, box_id from message where id < 3 order by id") == boxes
    assert count(engine, "task", "kind = 'question' and owner = 'anna'") == 1
