"""The second deal makes one organization box, a third only a link; a sleeping renewal does not count (OP-6)."""

from __future__ import annotations

import threading

from inboxcrm.base.work import Office, Work
from inboxcrm.crm.box import start_box
from inboxcrm.crm.company import describe_organization
from inboxcrm.crm.linking.store import home_of, linked_boxes, organization_box_of
from inboxcrm.crm.opportunity import open_existing, open_renewal
from inboxcrm.crm.organization_box import link_deals_of_box
from inboxcrm.crm.people import find_or_make_contact
from inboxcrm.crm.store import box_by_id, opportunity_of_box, waking_boxes_of_contact
from inboxcrm.reports.timeline import box_timeline
from inboxcrm.rules.book import RuleBook
from tests.build import an_opportunity, day, on_both_databases, react
from tests.commands.shop import STARTER


def deal(work: Work, address: str, name: str) -> int:
    box = open_existing(work, find_or_make_contact(work, address, "Bob"), name=name, owner="anna").box
    work.session.flush()
    return box.id


def home(office: Office) -> tuple[int, set[int]] | None:
    """The number of Acme's organization box and its deals."""
    with office.reading() as session:
        box = organization_box_of(session, 1)
        return (box.id, linked_boxes(session, box.id)) if box else None


@on_both_databases
def test_the_second_deal_makes_the_box_and_the_third_a_link(office: Office) -> None:
    rules = RuleBook(STARTER).open()
    found = []
    for number, address in enumerate(("bob@acme.example", "carol@acme.example", "bob@acme.example"), 1):
        with office.work("deal", actor="test") as work:
            deal(work, address, f"Acme {number}")
        react(office, rules)
        found.append(home(office))

    assert found[0] is None
    assert found[1] is not None
    assert found[1][1] == {1, 2}
    assert found[2] == (found[1][0], {1, 2, found[1][0] + 1})


@on_both_databases
def test_two_second_deals_at_once_make_one_box(office: Office) -> None:
    with office.work("first", actor="test") as work:
        boxes = [deal(work, "bob@acme.example", f"Acme {number}") for number in range(6)]
    barrier = threading.Barrier(6)

    def look(box_id: int) -> None:
        barrier.wait()
        with office.work("look", actor="test") as work:
            link_deals_of_box(work, box_by_id(work.session, box_id))

    threads = [threading.Thread(target=look, args=(box_id,)) for box_id in boxes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    found = home(office)
    assert found is not None
    assert found[1] == set(boxes)


def test_a_sleeping_renewal_does_not_count_until_it_wakes(work: Work) -> None:
    """RN-9."""
    won = an_opportunity(work)
    renewal = open_renewal(work, won, wake_on=day("2027-09-23"), ends_on=day("2027-11-22"))
    for box in (won.box, renewal.box):
        link_deals_of_box(work, box)
    assert organization_box_of(work.session, won.box.organization_id) is None

    renewal.box.is_asleep = False
    link_deals_of_box(work, renewal.box)
    found = organization_box_of(work.session, won.box.organization_id)
    assert found is not None
    assert linked_boxes(work.session, found.id) == {won.box_id, renewal.box_id}


def test_people_without_a_company_have_none(work: Work) -> None:
    for number in range(2):
        box = box_by_id(work.session, deal(work, "jan@gmail.com", f"Jan {number}"))
        link_deals_of_box(work, box)
        assert home_of(work.session, box.id) is None


def test_its_page_shows_all_open_deals_and_each_deal_names_it(work: Work) -> None:
    """IN-4."""
    deals = [deal(work, "bob@acme.example", f"Acme {number}") for number in (1, 2)]
    second = opportunity_of_box(work.session, deals[1])
    second.amount_minor = 98000
    link_deals_of_box(work, box_by_id(work.session, deals[0]))
    describe_organization(work, second.box.organization, "kind", "customer", None)
    found = organization_box_of(work.session, second.box.organization_id)

    page = box_timeline(work.session, work.settings, found.id)
    assert (page["kind"], page["name"]) == ("organization", "Acme")
    assert page["facts"] == [
        "open deal: Acme 1 (box 1): Qualification, owner anna",
        "open deal: Acme 2 (box 2): Qualification, EUR 980.00, owner anna",
        "people: Bob",
        "company: Acme; customer; acme.example",
    ]
    told = box_timeline(work.session, work.settings, deals[0])["facts"]
    assert f"organization: Acme (box {found.id})" in told


def test_no_mail_is_filed_on_it_by_itself(work: Work) -> None:
    deals = [deal(work, "bob@acme.example", f"Acme {number}") for number in (1, 2)]
    link_deals_of_box(work, box_by_id(work.session, deals[0]))

    bob = find_or_make_contact(work, "bob@acme.example", "Bob")
    assert [box.id for box in waking_boxes_of_contact(work.session, bob)] == deals


def test_a_lead_has_none(work: Work) -> None:
    bob = find_or_make_contact(work, "bob@acme.example", "Bob")
    deal(work, "bob@acme.example", "Acme 1")
    deal(work, "bob@acme.example", "Acme 2")
    lead = start_box(work, kind="lead", name="x", contact=bob)

    link_deals_of_box(work, lead)

    assert organization_box_of(work.session, bob.organization_id) is None
