"""A person says where a mail belongs; it is done, remembered where he says so, and can be taken back (IN-3, V4)."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from inboxcrm.crm.opportunity import open_existing
from inboxcrm.crm.people import find_or_make_contact
from inboxcrm.crm.store import box_by_id, lead_of_box, opportunity_of_box, waking_boxes_of_contact
from inboxcrm.ingest.filing import forget_filing
from inboxcrm.ingest.records import Filing, Message
from inboxcrm.sales.store import documents_of_box
from tests.build import ANNA, BOB, Mail, deliver, letters, on_both_databases
from tests.commands.shop import Shop


def second_deal(shop: Shop, name: str = "Support contract") -> int:
    """Another open deal of Bob's, as somebody made it by hand; gives its box."""
    with shop.office.work("test", actor="test") as work:
        contact = find_or_make_contact(work, BOB, "Bob")
        return open_existing(work, contact, name=name, owner="anna").box.id


def box_of(shop: Shop, message: Message) -> int | None:
    with Session(shop.office.engine) as session:
        return session.get_one(Message, message.id).box_id


def test_a_mail_that_fits_two_deals_is_filed_by_one_word(shop: Shop) -> None:
    """IN-3: parked with ranked candidates, answered by reply; the receipt says how."""
    first = shop.customer("We need licences.", subject="Licences")
    second = second_deal(shop)
    unsure = shop.customer("And the other thing?", subject="Other thing")
    assert box_of(shop, unsure) is None
    [(_, question)] = [one for one in shop.tasks(second) + shop.tasks(first.box_id) if one[0] == "filing"]
    assert "(1) Support contract; (2) Licences" in question

    receipt = shop.anna("file 2", answers=shop.notice().message_id)

    assert receipt["lines"][0]["is_done"], receipt
    assert box_of(shop, unsure) == first.box_id
    assert [kind for kind, _ in shop.tasks(first.box_id) + shop.tasks(second)].count("filing") == 0


def test_always_is_remembered_until_it_is_taken_back(shop: Shop) -> None:
    """V4: a person's correction is remembered and can be undone."""
    shop.customer("We need licences.", subject="Licences")
    second = second_deal(shop)
    shop.customer("And the other thing?", subject="Other thing")
    shop.anna("file Support always", answers=shop.notice().message_id)

    later = shop.customer("A third thing", subject="Third")
    assert box_of(shop, later) == second
    with Session(shop.office.engine) as session:
        assert "anna said" in session.get_one(Message, later.id).match_how

    with shop.office.work("test", actor="test") as work:
        assert forget_filing(work, BOB)
        assert not forget_filing(work, BOB)
    assert box_of(shop, shop.customer("A fourth thing", subject="Fourth")) is None


def test_a_mail_that_is_filed_elsewhere_takes_its_answers_along_and_stays_apart(shop: Shop) -> None:
    """V4: whatever headers say, what a person told apart is not joined again."""
    first = shop.customer("We need licences.", subject="Licences", message_id="a@acme")
    second = second_deal(shop)
    moved = shop.customer(
        "By the way, support", subject="Re: Licences", message_id="b@acme", answers="a@acme"
    )
    assert box_of(shop, moved) == first.box_id

    receipt = shop.anna("file Support", answers=shop.notice().message_id)
    assert "to undo: file Licences" in receipt["lines"][0]["text"]
    answer = shop.customer("And quickly", subject="Re: Licences", answers="b@acme")
    other = shop.customer("As to licences", subject="Re: Licences", answers="a@acme")

    assert [box_of(shop, one) for one in (moved, answer, other)] == [second, second, first.box_id]


def two_leads(shop: Shop) -> list[Message]:
    """Two customers of different companies, each with a lead."""
    return [shop.customer("Ours.", subject="Bikes", sender="carla@velo.example"),
            shop.customer("We need licences.", subject="Licences")]  # fmt: skip


def test_a_strangers_mail_that_names_two_customers_can_belong_on_none_of_their_deals(shop: Shop) -> None:
    """IN-3, IN-2: he is asked about, `file new` makes his own lead, and the others' mails stay where they are."""
    others = two_leads(shop)
    cc = "bob@acme.example, carla@velo.example"
    asked = shop.customer("Can I buy, too?", sender="dora@new.example", subject="Me too", cc=cc)
    assert box_of(shop, asked) is None
    notice = shop.notice()
    assert notice.facts["commands"][-1] == "file new"

    receipt = shop.anna("file new", answers=notice.message_id)

    own = box_of(shop, asked)
    assert receipt["lines"][0]["is_done"], receipt
    assert own not in (None, *(one.box_id for one in others))
    with shop.office.reading() as session:
        assert lead_of_box(session, own).source == "Email"
        assert box_by_id(session, own).contact.name == "dora"
    assert [box_of(shop, one) for one in others] == [one.box_id for one in others]
    assert [kind for one in others for kind, _ in shop.tasks(one.box_id)].count("filing") == 0


def test_a_customers_mail_that_fits_none_of_his_deals_is_a_deal_of_its_own(shop: Shop) -> None:
    """IN-3: a known contact gets no second lead; said twice it is one deal."""
    first = shop.customer("We need licences.", subject="Licences")
    second = second_deal(shop)
    asked = shop.customer("And the other thing?", subject="Other thing")
    notice = shop.notice().message_id

    shop.anna("file new", answers=notice)
    again = shop.anna("file new", answers=notice)["lines"][0]

    own = box_of(shop, asked)
    assert own not in (None, first.box_id, second)
    assert (again["is_done"], "answered already" in again["text"]) == (False, True)
    with shop.office.reading() as session:
        assert opportunity_of_box(session, own).name == "Other thing"
        assert len(waking_boxes_of_contact(session, box_by_id(session, own).contact)) == 3


def test_the_mail_that_a_lead_was_made_of_gets_no_second_box(shop: Shop) -> None:
    first = shop.customer("We need licences.", subject="Licences")

    [line] = shop.anna("file new", answers=shop.notice().message_id)["lines"]

    assert (line["is_done"], "Licences (box 1) was made of it" in line["text"]) == (False, True)
    assert box_of(shop, first) == first.box_id


def test_a_mail_that_is_moved_to_a_deal_of_its_own_goes_back_by_the_words_of_the_receipt(shop: Shop) -> None:
    """V4: also where both deals have the same name."""
    first = shop.customer("We need licences.", subject="Licences")
    second = shop.customer("We need others, too.", subject="Licences")
    notice = shop.notice().message_id

    [done] = shop.anna("file new", answers=notice)["lines"]
    assert box_of(shop, second) not in (None, first.box_id)
    undo = done["text"].partition("to undo: ")[2]
    assert undo == "file #1"
    shop.anna(undo, answers=letters(shop.office, "receipt")[-1].message_id)

    assert box_of(shop, second) == first.box_id


def test_words_that_fit_no_deal_or_several_are_refused_with_the_names(shop: Shop) -> None:
    shop.customer("We need licences.", subject="Licences")
    for name in ("Support one", "Support two"):
        second_deal(shop, name)
    asked = shop.notice().message_id

    none = shop.anna("file Nothing", answers=asked)["lines"][0]
    several = shop.anna("file Support", answers=asked)["lines"][0]

    assert (none["is_done"], none["text"]) == (False, "no deal is called 'Nothing'")
    assert not several["is_done"]
    assert "Support one" in several["text"]
    assert "Support two" in several["text"]


def test_an_ignored_sender_makes_no_lead_any_more(shop: Shop) -> None:
    """IN-10: kept with the reason; the lead that was none is let go."""
    first = shop.customer("Buy our addresses!", sender="pushy@spam.example")
    shop.anna("ignore domain", answers=shop.notice().message_id)
    again = shop.customer("Buy now!", sender="other@spam.example")

    with Session(shop.office.engine) as session:
        assert lead_of_box(session, first.box_id).state == "Dead"
        kept = session.get_one(Message, again.id)
        assert (kept.kind, kept.box_id) == ("ignored", None)
        assert "anna said to ignore mail of @spam.example" in kept.kind_reason
        [said] = session.scalars(select(Filing))
        assert (said.sender, said.box_id, said.made_by) == ("@spam.example", None, "anna")


def test_free_mail_is_not_ignored_as_a_whole(shop: Shop) -> None:
    shop.customer("Hello", sender="carla@gmail.com")
    line = shop.anna("ignore domain", answers=shop.notice().message_id)["lines"][0]
    assert (line["is_done"], "say `ignore` for this address" in line["text"]) == (False, True)


@on_both_databases
def test_a_known_customer_who_asks_for_something_new_is_a_proposal(shop: Shop) -> None:
    """IN-3: after a won deal the next request is a new deal on the owner's yes, on a box of its own."""
    shop.quoted()
    shop.customer("We accept.", answers=letters(shop.office, "quote")[0].message_id)
    wish = shop.customer("Please send us a quote for 50 more licences.", subject="More licences")
    assert box_of(shop, wish) is None

    receipt = shop.anna("yes", answers=shop.notice().message_id)

    new_box = box_of(shop, wish)
    assert receipt["lines"][0]["is_done"], receipt
    assert new_box not in (None, 1)
    with shop.office.reading() as session:
        assert box_by_id(session, new_box).name == "Acme upgrade"  # OP-3
        assert documents_of_box(session, new_box) == []


def test_a_customers_further_mail_is_told_to_the_rep_who_did_not_get_it(shop: Shop) -> None:
    """EM-1."""
    shop.customer("We need licences.", subject="Licences")
    shop.customer("How soon can you deliver?", subject="Delivery")

    assert "Mail of bob@acme.example" in shop.notice().subject


def test_a_mail_that_lies_in_her_own_inbox_makes_no_notice(shop: Shop) -> None:
    """EM-1: a notice goes only to who did not get the mail."""
    shop.customer("We need licences.", subject="Licences")
    told = len(letters(shop.office, "notice"))
    deliver(shop.office, Mail("How soon?", to=ANNA, subject="Delivery"), account=ANNA)
    shop.react()

    assert len(letters(shop.office, "notice")) == told
