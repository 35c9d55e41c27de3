"""Answers to our letters find their way back, whatever a mail system did to them on the way (T2, T5, P17)."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from inboxcrm.base.work import Office
from inboxcrm.mail.incoming import Address
from inboxcrm.mail.letter_token import make_message_id, make_token, token_mark
from inboxcrm.outbox.letter import Plan, write_letter
from tests.ingest.building import ANNA, KEY, SALES, ask, count, open_box, raw_mail

CARLA = "carla@brouwer.test"


def letter_about(office: Office, box_id: int) -> str:
    """A letter of ours to Carla on a box; gives its token."""
    with office.work("test", actor="test") as work:
        plan = Plan("notice", f"d{box_id}", SALES, [Address("", CARLA)], "x", {"text": "x"}, box_id=box_id)
        return make_token(KEY, write_letter(work, plan).serial)


@pytest.fixture
def token(office: Office) -> str:
    """The token of a letter on the first of two boxes of Carla's, so that she alone does not tell which."""
    inbox = open_box(office)
    inbox.take(raw_mail(CARLA, SALES, "One", mid="<1@b>"))
    inbox.take(raw_mail("dirk@dune.test", SALES, "Two", mid="<2@d>"))
    return letter_about(office, 1)


def box_of_last(engine: Engine) -> int:
    return int(ask(engine, "select box_id from message order by id desc limit 1")[0][0])


def carriers(token: str) -> dict[str, bytes]:
    """Answers from an address nobody knows, each with one of the four ways alone."""
    other = "c.smit@gmail.com"
    plus = f"sales+{token}@kestrel.test"
    return {
        "in-reply-to": raw_mail(other, SALES, "a", refs=f"<{token}@kestrel.test>"),
        "references": raw_mail(
            other, SALES, "b", headers={"References": f"<x@y> <{token}@ref.kestrel.test>"}
        ),
        "reply address": raw_mail(other, plus, "c"),
        "delivered to": raw_mail(other, "undisclosed@x.test", "d", headers={"Delivered-To": plus}),
        "cc": raw_mail(other, "somebody@x.test", "e", cc=plus),
        "quoted line": raw_mail(other, SALES, "f", f"Fine.\n\n> Our offer\n> {token_mark(token)}\n"),
    }


@pytest.mark.parametrize("way", list(carriers("x.0123456789abcdef")))
def test_an_answer_with_one_of_the_four_ways_alone_finds_its_box(
    office: Office, engine: Engine, token: str, way: str
) -> None:
    """T2, T5: even from an address that nobody knows; it makes no lead of its own."""
    open_box(office, name="INBOX").take(raw_mail("x@y.test", SALES, "first of this batch"))
    before = count(engine, "lead")
    inbox = open_box(office)
    inbox.uid = 50
    inbox.take(carriers(token)[way])

    assert box_of_last(engine) == 1
    assert ask(engine, "select answers_letter_id from message order by id desc limit 1") == [(1,)]
    assert count(engine, "lead") == before


def test_a_forged_code_in_any_of_the_ways_leads_nowhere(office: Office, engine: Engine, token: str) -> None:
    """T4."""
    forged = token.partition(".")[0] + ".0123456789abcdef"
    inbox = open_box(office)
    inbox.uid = 50
    inbox.take(*carriers(forged).values())

    assert count(engine, "message", "answers_letter_id is not null") == 0


def test_an_address_with_a_plus_at_another_company_is_no_way_in(
    office: Office, engine: Engine, token: str
) -> None:
    """P17: the whole address is compared, not its local part."""
    inbox = open_box(office)
    inbox.uid = 50
    inbox.take(raw_mail("c@x.test", f"sales+{token}@elsewhere.test", "c"))

    assert count(engine, "message", "answers_letter_id is not null") == 0


def test_an_answer_read_before_the_sent_copy_that_explains_its_reference_is_an_answer_then(
    office: Office, engine: Engine
) -> None:
    """V3: the rep's client gave the draft another id; the customer's answer to that id came out of INBOX first."""
    inbox = open_box(office)
    inbox.take(raw_mail(CARLA, SALES, "Offer?", mid="<1@b>"))
    with office.work("test", actor="test") as work:
        plan = Plan("quote", "q", ANNA, [Address("", CARLA)], "Re: Offer?", {}, form="draft", box_id=1)
        letter = write_letter(work, plan)
    own_id = make_message_id(KEY, letter.serial, "kestrel.test")
    inbox.take(raw_mail(CARLA, SALES, "Re: Offer?", "We accept", mid="<3@b>", refs="<rewritten@outlook>"))
    assert count(engine, "message", "answers_letter_id is not null") == 0

    sent = raw_mail(
        ANNA, CARLA, "Re: Offer?", mid="<rewritten@outlook>", refs="<1@b>",
        headers={"X-Microsoft-Original-Message-ID": f"<{own_id}>"},
    )  # fmt: skip
    open_box(office, 1, "Sent").take(sent)

    assert ask(engine, "select answers_letter_id from message where message_id = '3@b'") == [(letter.id,)]
    assert count(engine, "event", "kind = 'mail.proven'") == 1
