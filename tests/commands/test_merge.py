"""A new lead of somebody whom we know becomes one with him, or is asked about; `merge` and `unmerge` (LD-3, LD-4)."""

from __future__ import annotations

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from inboxcrm.crm.merging.records import Merge
from inboxcrm.crm.records import Box, Contact, Lead
from inboxcrm.crm.store import box_by_id, contact_by_address, lead_of_box
from inboxcrm.ingest.records import Message
from inboxcrm.outbox.records import Letter
from inboxcrm.reports.timeline import box_timeline
from tests.build import PROVEN, Mail, deliver
from tests.commands.shop import Shop

BOB = "Bob Smith <bob@acme.example>"
SIGNED = "We need licences.\n\n-- \n{name}\n{company}\nTel. {phone}\n"


def customer(shop: Shop, text: str, sender: str, **mail: object) -> Message:
    """A mail of somebody with a display name; his server vouches for him unless `proof` says otherwise."""
    domain = sender.rpartition("@")[2].rstrip(">")
    return shop.customer(text, **({"sender": sender, "proof": PROVEN.format(domain=domain)} | mail))


def leads(shop: Shop) -> list[tuple[int, str, int | None]]:
    with shop.office.reading() as session:
        rows = session.execute(select(Box.id, Lead.state, Box.merged_into).join(Lead).order_by(Box.id))
        return [tuple(row) for row in rows]


def question(shop: Shop) -> Letter:
    return next(one for one in reversed(shop.notices()) if "One customer, or two?" in one.subject)


def receipt_text(receipt: dict[str, object]) -> str:
    return " ".join(str(line["text"]) for line in receipt["lines"])


def test_the_same_name_of_the_same_company_is_the_same_customer(shop: Shop) -> None:
    """A sure duplicate is merged by itself, the older survives, and its owner learns of it."""
    first = customer(shop, "We need licences.", sender=BOB)
    second = customer(
        shop, "Hello, me again", sender='"Smith, Bob" <b.smith@mail.acme.example>', subject="Prices?"
    )

    assert leads(shop) == [(1, "Assigned", None), (2, "Dead", 1)]
    with Session(shop.office.engine) as session:
        assert session.get_one(Message, second.id).box_id == session.get_one(Message, first.id).box_id == 1
        bob = contact_by_address(session, "bob@acme.example")
        assert contact_by_address(session, "b.smith@mail.acme.example") is bob
    told = shop.notice()
    assert "One customer, one lead" in told.subject
    assert "unmerge 1" in str(told.facts)


def test_the_same_name_of_the_same_company_is_asked_about_if_nobody_vouches_for_the_mail(shop: Shop) -> None:
    """V10: a forged From joins nothing."""
    customer(shop, "We need licences.", sender=BOB)
    customer(shop, "Me again", sender="Bob Smith <smith@acme.example>", subject="Prices?", proof=None)

    assert [merged for _, _, merged in leads(shop)] == [None, None]
    assert "Are these one customer?" in str(question(shop).facts)


def test_two_people_of_one_company_are_two_leads_and_shown_with_each_other(shop: Shop) -> None:
    customer(shop, "We need licences.", sender=BOB)
    customer(shop, "And I training", sender="Carol Jones <carol@acme.example>", subject="Training")

    assert [merged for _, _, merged in leads(shop)] == [None, None]
    assert not [one for one in shop.notices() if "One customer" in one.subject]
    with shop.office.reading() as session:
        facts = box_timeline(session, shop.office.settings, 2)["facts"]
    assert "open besides at this company: Licences for Acme (box 1)" in facts


def likely(shop: Shop) -> Letter:
    """Bob of Acme writes from two companies of one name: two domains."""
    customer(shop, "We need licences.", sender="Bob Smith <bob@acme.example>")
    customer(shop, "Me again", sender="Bob Smith <bob@acme.nl>", subject="Prices?")
    return question(shop)


def test_the_same_name_at_a_company_of_the_same_name_is_asked_once_side_by_side(shop: Shop) -> None:
    asked = likely(shop)

    text = str(asked.facts)
    assert "NEW: Bob Smith, bob@acme.nl, Acme, 'Prices?' (box 2, lead New" in text
    assert "KNOWN: Bob Smith, bob@acme.example, Acme, 'Licences for Acme' (box 1, lead Assigned" in text
    customer(shop, "Third", sender="Bob Smith <bob@acme.nl>", subject="Third thing")
    assert len([one for one in shop.notices() if "One customer, or two?" in one.subject]) == 1


@pytest.mark.parametrize("word", ["yes", "merge"])
def test_yes_or_merge_makes_one_customer_of_both(shop: Shop, word: str) -> None:
    asked = likely(shop)

    text = receipt_text(shop.anna(word, answers=asked.message_id))

    assert "Prices? (box 2) is one with Licences for Acme (box 1) now" in text
    assert "Bob Smith (contact 2) is one with Bob Smith (contact 1) now" in text
    assert text.endswith("to undo: unmerge 1")
    assert [merged for _, _, merged in leads(shop)] == [None, 1]


def test_no_leaves_them_two_and_is_never_asked_again(shop: Shop) -> None:
    asked = likely(shop)

    shop.anna("no", answers=asked.message_id)

    assert [merged for _, _, merged in leads(shop)] == [None, None]
    assert not [text for _, text in shop.tasks(2) if "one customer" in text]


@pytest.mark.parametrize(
    ("name", "company", "is_one", "is_asked"),
    [
        ("Bob Smith", "Other Ltd", True, False),  # the same name
        ("Carol Jones", "Acme Limited", False, False),  # one switchboard
        ("Carol Jones", "Other Ltd", False, True),
    ],
)
def test_one_telephone_number_with_the_name_is_sure_and_alone_likely(
    shop: Shop, name: str, company: str, is_one: bool, is_asked: bool
) -> None:
    phone = "+31 20 794 0800"
    customer(
        shop,
        SIGNED.format(name="Bob Smith", company="Acme B.V.", phone=phone),
        sender="Bob Smith <bob@gmail.com>",
    )
    text = SIGNED.format(name=name, company=company, phone=phone)
    customer(shop, text, sender=f"{name} <x@gmail.com>", subject="More")

    assert [merged for _, _, merged in leads(shop)] == [None, 1 if is_one else None]
    assert bool([one for one in shop.notices() if "One customer, or two?" in one.subject]) is is_asked


def test_a_telephone_alone_gives_nobody_anothers_addresses(shop: Shop) -> None:
    """V10: whoever writes Bob's name and number into his signature stands beside him, and is not Bob."""
    phone = "+31 20 794 0800"
    for sender in ("bob@gmail.com", "forger@gmail.com"):
        text = SIGNED.format(name="Bob Smith", company="Acme B.V.", phone=phone)
        customer(shop, text, sender=f"Bob Smith <{sender}>", subject=f"From {sender}")

    with Session(shop.office.engine) as session:
        assert contact_by_address(session, "forger@gmail.com") is not contact_by_address(
            session, "bob@gmail.com"
        )


def two_leads(shop: Shop) -> tuple[Letter, Letter]:
    customer(shop, "We need licences.", sender=BOB)
    first = shop.notice()
    customer(shop, "A question", sender="Dan Field <dan@other.example>", subject="Training days")
    return first, shop.notice()


def test_merge_with_a_number_joins_what_is_answered_to_that_box_and_unmerge_parts_them(shop: Shop) -> None:
    _, second = two_leads(shop)

    text = receipt_text(shop.user("carl", "merge 1", answers=second.message_id))

    assert "Training days (box 2) is one with Licences for Acme (box 1) now" in text
    assert "kept beside: name Training days" in text
    with shop.office.reading() as session:
        shown = box_timeline(session, shop.office.settings, 1)
    assert any(
        "box 2 is part of it, carl said so (unmerge 1): name Training days" in fact for fact in shown["facts"]
    )
    shop.clock.move(minutes=1)
    late = customer(shop, "One more thing", sender="dan@other.example", subject="One more thing")

    text = receipt_text(shop.user("carl", "unmerge 1"))

    assert "Training days (box 2) is apart from Licences for Acme (box 1) again" in text
    assert "mail that came since stays on Licences for Acme: 'One more thing' of dan@other.example" in text
    assert [merged for _, _, merged in leads(shop)] == [None, None]
    with Session(shop.office.engine) as session:
        assert session.get_one(Message, late.id).box_id == 1


def test_merge_with_an_address_or_a_domain_joins_people_or_companies(shop: Shop) -> None:
    _, second = two_leads(shop)

    person = receipt_text(shop.anna("merge bob@acme.example", answers=second.message_id))
    company = receipt_text(shop.anna("merge acme.example", answers=second.message_id))

    assert "Dan Field (contact 2) is one with Bob Smith (contact 1) now" in person
    assert "Other (company 2) is one with Acme (company 1) now" in company
    assert "kept beside: name Other, domain other.example" in company


@pytest.mark.parametrize(
    ("words", "remedy"),
    [
        ("merge 99", "there is no box 99"),
        ("merge nobody@acme.example", "nobody has the address"),
        ("merge unknown.example", "no company has unknown.example"),
        ("merge", "say which stays"),
        ("merge them", "say which stays"),
        ("merge 2", "they are one already"),
        ("unmerge", "nothing was merged into"),
        ("unmerge 7", "there is no merge 7"),
    ],
)
def test_what_cannot_be_merged_is_refused_with_what_would_be_right(
    shop: Shop, words: str, remedy: str
) -> None:
    _, second = two_leads(shop)

    assert remedy in receipt_text(shop.anna(words, answers=second.message_id))
    assert [merged for _, _, merged in leads(shop)] == [None, None]


def test_nobody_merges_without_the_proof_and_the_role_of_a_command(shop: Shop) -> None:
    """V10: neither a forger of Anna's address, nor a customer, nor a user whose role it is not."""
    _, second = two_leads(shop)
    customer(shop, "merge 1", sender="anna@kestrel.example", answers=second.message_id, proof=None)
    customer(shop, "merge 1", sender="dan@other.example", answers=second.message_id)
    customer(shop, "merge 1", sender="dan@other.example", subject="Training days")
    refused = receipt_text(shop.user("fred", "merge 1", answers=second.message_id))
    apart = receipt_text(shop.user("olga", "unmerge 1"))

    assert "finance may not say merge" in refused
    assert "operations may not say unmerge" in apart
    assert [merged for _, _, merged in leads(shop)] == [None, None]
    with shop.office.reading() as session:
        assert session.scalars(select(Merge)).all() == []


def test_what_was_taken_apart_is_not_joined_by_itself_again(shop: Shop) -> None:
    customer(shop, "We need licences.", sender=BOB)
    customer(shop, "Me again", sender="Bob Smith <smith@acme.example>", subject="Prices?")
    text = receipt_text(shop.anna("unmerge 1"))

    assert "the lead is yours" in text
    with Session(shop.office.engine) as session:
        assert lead_of_box(session, 2).owner == "anna"
        assert session.scalars(select(Contact.merged_into)).all() == [None, None]
        assert box_by_id(session, 2).merged_into is None


def test_the_look_for_duplicates_asks_a_fixed_number_of_questions(shop: Shop) -> None:
    """LD-3: however many namesakes and boxes there are."""
    from inboxcrm.crm.merging.duplicate import find_duplicate

    counts = []
    for number in range(1, 13):
        sender = f"Bob Smith <bob@acme{number}.example>"
        deliver(shop.office, Mail("We need licences.", sender=sender, subject=f"Prices {number}"))
        with shop.office.work("test", actor="test") as work:
            work.session.query(Box).filter_by(id=number).one().organization.name = "Acme"
            work.session.flush()
            lead = lead_of_box(work.session, number)
            _ = lead.box.contact.organization
            asked: list[str] = []

            def note(_c: object, _k: object, statement: str, *_: object, asked: list[str] = asked) -> None:
                asked.append(statement)

            event.listen(shop.office.engine, "before_cursor_execute", note)
            found = find_duplicate(work, lead)
            event.remove(shop.office.engine, "before_cursor_execute", note)
            counts.append(len(asked))
            assert (found is None) is (number == 1)
    assert max(counts) <= 10
