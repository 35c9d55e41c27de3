"""Who takes part on a box is asked once in a transaction, and what changes meanwhile still counts (IN-3, V3)."""

from __future__ import annotations

import pytest
from sqlalchemy import event

from inboxcrm.base.work import Work
from inboxcrm.crm.box import note_contact, note_guest
from inboxcrm.crm.companies.store import organization_by_domain
from inboxcrm.crm.lead import move_lead
from inboxcrm.crm.merging.leads import join_contacts, unite_leads
from inboxcrm.crm.people import (
    NewContact,
    draw_contact_id,
    find_or_make_contact,
    make_contacts,
)
from inboxcrm.crm.store import (
    contact_by_address,
    guest_boxes,
    last_box_of,
    learn_people,
    waking_boxes_of_contact,
)
from tests.build import BOB, a_lead, an_opportunity

CAROL = "carol@acme.example"


@pytest.fixture
def asked(work: Work) -> list[str]:
    """The questions that are put to the database from now on."""
    said: list[str] = []
    engine = work.session.get_bind()
    event.listen(engine, "before_cursor_execute", lambda *given: said.append(given[2]))
    return said


def test_what_is_known_of_many_people_is_asked_once(work: Work, asked: list[str]) -> None:
    lead = a_lead(work)
    note_guest(work, lead.box, "dave@acme.example")
    work.session.flush()
    learn_people(work.session, [BOB, CAROL, "dave@acme.example"])
    asked.clear()

    bob = contact_by_address(work.session, BOB)
    assert bob is lead.box.contact
    assert bob is not None
    assert waking_boxes_of_contact(work.session, bob) == [lead.box]
    assert contact_by_address(work.session, CAROL) is None
    assert guest_boxes(work.session, "dave@acme.example") == [lead.box_id]
    assert asked == []


def test_a_contact_that_is_made_is_found_at_once(work: Work) -> None:
    assert contact_by_address(work.session, CAROL) is None
    carol = find_or_make_contact(work, CAROL, "Carol")

    assert contact_by_address(work.session, CAROL) is carol
    assert waking_boxes_of_contact(work.session, carol) == []


def test_people_whom_old_and_new_mail_name_in_one_batch_are_of_one_company(work: Work) -> None:
    """IN-2, IN-16: the first mail lay there before we began, the second makes a lead."""
    assert organization_by_domain(work.session, "acme.example") is None
    make_contacts(work, [NewContact(draw_contact_id(work.session), BOB, "Bob")])
    carol = find_or_make_contact(work, CAROL, "Carol")
    work.session.flush()

    bob = contact_by_address(work.session, BOB)
    assert bob is not None
    assert carol.organization is not None
    assert bob.organization is carol.organization


def test_a_box_counts_as_soon_as_somebody_takes_part_and_until_it_is_closed(work: Work) -> None:
    lead, carol = a_lead(work), find_or_make_contact(work, CAROL, "Carol")
    assert waking_boxes_of_contact(work.session, carol) == []
    note_contact(work, lead.box, carol)
    note_contact(work, lead.box, carol)
    assert waking_boxes_of_contact(work.session, carol) == [lead.box]

    move_lead(work, lead, "Dead", "spam")
    assert waking_boxes_of_contact(work.session, carol) == []
    assert last_box_of(work.session, carol) is lead.box


def test_boxes_and_people_that_become_one_are_seen_as_one(work: Work) -> None:
    first, second = a_lead(work), a_lead(work, CAROL)
    bob, carol = first.box.contact, second.box.contact
    assert bob is not None
    assert carol is not None
    assert waking_boxes_of_contact(work.session, carol) == [second.box]

    unite_leads(work, first.box, second.box)
    assert waking_boxes_of_contact(work.session, carol) == [first.box]

    join_contacts(work, carol, bob)
    assert contact_by_address(work.session, CAROL) is bob
    assert waking_boxes_of_contact(work.session, bob) == [first.box]


def test_what_was_undone_is_not_remembered(work: Work) -> None:
    """A command line is whole or not at all: its savepoint takes back what it made."""
    bob = an_opportunity(work).box.contact
    assert bob is not None
    before = waking_boxes_of_contact(work.session, bob)
    savepoint = work.session.begin_nested()
    carol = find_or_make_contact(work, CAROL, "Carol")
    another = an_opportunity(work, BOB, "Another")
    assert another.box in waking_boxes_of_contact(work.session, bob)
    note_contact(work, before[0], carol)
    savepoint.rollback()

    assert contact_by_address(work.session, CAROL) is None
    assert waking_boxes_of_contact(work.session, bob) == before
    again = find_or_make_contact(work, CAROL, "Carol")
    note_contact(work, before[0], again)
    work.session.flush()
    assert waking_boxes_of_contact(work.session, again) == before
