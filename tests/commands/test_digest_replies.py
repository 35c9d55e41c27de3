"""A number in an answer means the line of the very mail that is answered; nothing is done by surprise (MG-2)."""

from __future__ import annotations

import itertools

import pytest
from sqlalchemy.orm import Session

from inboxcrm.base.money import Money
from inboxcrm.crm.forecast import say_amount
from inboxcrm.crm.hand_over import hand_over_box
from inboxcrm.crm.records import Opportunity, Task
from inboxcrm.crm.store import box_by_id, opportunity_of_box
from inboxcrm.crm.task import finish_task
from inboxcrm.mail.incoming import Address
from inboxcrm.mail.letter_token import token_mark
from inboxcrm.outbox.letter import Plan, write_letter
from inboxcrm.outbox.records import Letter, LetterLine
from inboxcrm.reports.digests.ground import Ground
from inboxcrm.reports.digests.shape import number_lines
from inboxcrm.reports.digests.table import KINDS
from tests.build import Mail, deliver, letters, on_both_databases
from tests.commands.shop import Shop

COUNT = itertools.count(1)


def a_deal(shop: Shop, number: int = 1) -> int:
    """A deal of Anna's with its next action, due at once; give its box."""
    message = shop.customer("We need licences.", sender=f"bob@firm{number}.example", subject=f"Deal {number}")
    shop.anna("quote 20 x standard", answers=shop.notice().message_id)
    with shop.office.work("test", actor="test") as work:
        for task in work.session.query(Task).filter_by(box_id=message.box_id, state="open"):
            task.due_at = work.now
    return message.box_id or 0


def digest_to(shop: Shop, user: str, kind: str = "daily") -> Letter:
    """A digest as the action of a rule writes it."""
    with shop.office.work("test", actor="rule:test") as work:
        reader = work.settings.user_by_key(user)
        numbered = number_lines(KINDS[kind](Ground(work), reader))
        letter = write_letter(
            work,
            Plan(
                kind="digest",
                dedupe=f"digest:test:{next(COUNT)}:{user}",
                account=work.settings.house_account.address,
                to=[Address(user, reader.address)],
                user=user,
                subject=f"{numbered.facts['summary']}: {numbered.facts['title']}",
                facts=numbered.facts,
                lines=numbered.lines,
            ),
        )
        work.session.flush()
        work.session.expunge(letter)
        return letter


def line_about(shop: Shop, letter: Letter, box_id: int) -> int:
    """The number of the line of a task of that box."""
    with Session(shop.office.engine) as session:
        for line in session.query(LetterLine).filter_by(letter_id=letter.id).order_by(LetterLine.number):
            if line.subject_kind == "task" and session.get_one(Task, line.subject_id).box_id == box_id:
                return line.number
    raise AssertionError("there is no such line")


def open_kinds(shop: Shop, box_id: int) -> list[int]:
    """The open tasks of a box by their numbers."""
    with Session(shop.office.engine) as session:
        return [task.id for task in session.query(Task).filter_by(box_id=box_id, state="open")]


@on_both_databases
def test_an_answer_to_mondays_digest_on_thursday_means_mondays_lines(shop: Shop) -> None:
    first = a_deal(shop, 1)
    monday = digest_to(shop, "maria")
    number = line_about(shop, monday, first)
    shop.clock.move(days=2)
    second = a_deal(shop, 2)
    with shop.office.work("test", actor="test") as work:  # it comes before the other in Thursday's digest
        for task in work.session.query(Task).filter_by(box_id=second, state="open"):
            task.due_at = work.now.replace(year=2025)
    shop.clock.move(days=1)
    thursday = digest_to(shop, "maria")
    assert line_about(shop, thursday, first) != number
    before = open_kinds(shop, first), open_kinds(shop, second)

    [line] = shop.user("maria", f"{number} done", answers=monday.message_id)["lines"]

    assert line["is_done"], line
    assert open_kinds(shop, first) != before[0]
    assert open_kinds(shop, second) == before[1]


def test_two_digests_quoted_in_one_mail_that_answers_neither_are_asked_about(shop: Shop) -> None:
    """Where headers were stripped and both are quoted, nobody can tell which line is meant."""
    box_id = a_deal(shop)
    first, second = digest_to(shop, "maria"), digest_to(shop, "maria")
    quoted = "\n".join(f"> {token_mark(one.message_id.partition('@')[0])}" for one in (first, second))
    before = open_kinds(shop, box_id)

    [line] = shop.user("maria", f"1 done\n\nOn Monday Kestrel wrote:\n{quoted}")["lines"]

    assert not line["is_done"]
    assert "Your mail quotes both and answers neither" in line["text"]
    assert open_kinds(shop, box_id) == before


def test_one_digest_quoted_is_enough_where_headers_were_stripped(shop: Shop) -> None:
    box_id = a_deal(shop)
    digest = digest_to(shop, "maria")
    number = line_about(shop, digest, box_id)
    quoted = f"> {token_mark(digest.message_id.partition('@')[0])}"

    [line] = shop.user("maria", f"{number} snooze 3 days\n\nOn Monday Kestrel wrote:\n{quoted}")["lines"]

    assert line["is_done"], line


def test_a_number_in_a_mail_that_answers_nothing_is_refused_with_what_would_be_right(shop: Shop) -> None:
    a_deal(shop)
    digest_to(shop, "maria")

    [line] = shop.user("maria", "3 done")["lines"]

    assert not line["is_done"]
    assert "cannot tell which mail's line 3" in line["text"]
    assert "answer the digest or notice itself" in line["text"]


def test_a_number_in_answer_to_a_receipt_is_no_line_of_anything(shop: Shop) -> None:
    box_id = a_deal(shop)
    digest = digest_to(shop, "maria")
    number = line_about(shop, digest, box_id)
    shop.user("maria", f"{number} snooze 3 days", answers=digest.message_id)
    [line] = shop.user("maria", f"{number} done", answers=receipt(shop).message_id)["lines"]

    assert (line["is_done"], "answers none of mine that has lines" in line["text"]) == (False, True)


def receipt(shop: Shop) -> Letter:
    return letters(shop.office, "receipt")[-1]


def test_a_colleague_to_whom_it_was_forwarded_acts_by_his_own_authority(shop: Shop) -> None:
    """He is no addressee; what he may say himself he may say about its lines, and no more."""
    box_id = a_deal(shop)
    digest = digest_to(shop, "maria")
    number = line_about(shop, digest, box_id)

    refused = shop.user("fred", f"{number} lost price", answers=digest.message_id)["lines"][0]
    done = shop.user("carl", f"{number} snooze 3 days", answers=digest.message_id)["lines"][0]

    assert "finance may not say lost" in refused["text"]
    assert done["is_done"]


@pytest.mark.parametrize("sender", ["mallory@evil.example", "maria@kestrel.example"])
def test_a_strangers_answer_does_nothing_whatever_token_it_has(shop: Shop, sender: str) -> None:
    """Nor does one in Maria's name that nothing proves."""
    box_id = a_deal(shop)
    digest = digest_to(shop, "maria")
    number = line_about(shop, digest, box_id)
    before = open_kinds(shop, box_id)
    proof = None if sender.startswith("maria") else "mx.kestrel.example; dmarc=pass header.from={domain}"

    message = deliver(
        shop.office, Mail(f"{number} done", sender, answers=digest.message_id, proof=proof, subject="Re: it")
    )
    shop.react()

    assert open_kinds(shop, box_id) == before
    row = shop.command_mail(message)
    assert row is None or row.state == "waiting"


def give_to(shop: Shop, box_id: int, key: str, actor: str) -> None:
    with shop.office.work("test", actor=actor) as work:
        to = work.settings.user_by_key(key)
        hand_over_box(work, box_by_id(work.session, box_id), to)


@on_both_databases
def test_what_has_changed_since_is_told_and_waits_for_a_yes(shop: Shop) -> None:
    box_id = a_deal(shop)
    digest = digest_to(shop, "maria")
    number = line_about(shop, digest, box_id)
    shop.clock.move(hours=1)
    give_to(shop, box_id, "carl", "user:anna")
    with shop.office.work("test", actor="user:anna") as work:
        say_amount(work, opportunity_of_box(work.session, box_id), Money(123_400, "EUR"))
    shop.clock.move(hours=1)
    before = open_kinds(shop, box_id)

    [line] = shop.user("maria", f"{number} lost price", answers=digest.message_id)["lines"]

    assert not line["is_done"]
    assert "it is Carl's now, was Anna's" in line["text"]
    assert "it is worth EUR 1,234.00" in line["text"]
    assert open_kinds(shop, box_id) == before

    [line] = shop.user("maria", "yes", answers=receipt(shop).message_id)["lines"]
    assert line["is_done"], line
    with Session(shop.office.engine) as session:
        assert session.query(Opportunity).filter_by(box_id=box_id).one().state == "Closed Lost"


def test_a_yes_counts_once_and_only_of_whom_was_asked(shop: Shop) -> None:
    box_id = a_deal(shop)
    digest = digest_to(shop, "maria")
    number = line_about(shop, digest, box_id)
    shop.clock.move(hours=1)
    give_to(shop, box_id, "carl", "user:anna")
    shop.clock.move(hours=1)
    shop.user("maria", f"{number} amount 500 eur", answers=digest.message_id)
    asked = receipt(shop)

    assert not shop.user("carl", "yes", answers=asked.message_id)["lines"][0]["is_done"]
    assert shop.user("maria", "yes", answers=asked.message_id)["lines"][0]["is_done"]
    assert not shop.user("maria", "yes", answers=asked.message_id)["lines"][0]["is_done"]


def test_what_changed_once_more_before_the_yes_is_told_again(shop: Shop) -> None:
    box_id = a_deal(shop)
    digest = digest_to(shop, "maria")
    number = line_about(shop, digest, box_id)
    shop.clock.move(hours=1)
    give_to(shop, box_id, "carl", "user:anna")
    shop.clock.move(hours=1)
    shop.user("maria", f"{number} amount 500 eur", answers=digest.message_id)
    shop.clock.move(hours=1)
    give_to(shop, box_id, "anna", "user:carl")
    shop.clock.move(hours=1)

    [line] = shop.user("maria", "yes", answers=receipt(shop).message_id)["lines"]

    assert (line["is_done"], "it is Anna's now, was Carl's" in line["text"]) == (False, True)


def test_what_its_author_changed_himself_surprises_him_not(shop: Shop) -> None:
    box_id = a_deal(shop)
    digest = digest_to(shop, "maria")
    number = line_about(shop, digest, box_id)
    shop.clock.move(hours=1)

    lines = shop.user("maria", f"{number} amount 500 eur\n{number} commit", answers=digest.message_id)[
        "lines"
    ]

    assert [line["is_done"] for line in lines] == [True, True]


def test_a_task_that_is_done_already_says_so(shop: Shop) -> None:
    box_id = a_deal(shop)
    digest = digest_to(shop, "maria")
    number = line_about(shop, digest, box_id)
    shop.clock.move(hours=1)
    with shop.office.work("test", actor="user:anna") as work:
        for task in work.session.query(Task).filter_by(box_id=box_id, state="open").all():
            if task.due_at <= work.now:
                finish_task(work, task)
    shop.clock.move(hours=1)

    [line] = shop.user("maria", f"{number} done", answers=digest.message_id)["lines"]

    assert (line["is_done"], "done" in line["text"]) == (False, True)
