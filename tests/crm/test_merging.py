"""Two records become one with all that hangs on them, and can be taken apart again as if nothing had been (LD-4)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from inboxcrm.base.errors import Refused
from inboxcrm.base.settings_people import CustomField
from inboxcrm.base.store import draw_id
from inboxcrm.base.work import Work
from inboxcrm.crm.box import note_contact
from inboxcrm.crm.call import Call, log_call
from inboxcrm.crm.companies.store import organization_by_domain
from inboxcrm.crm.field import fields_of_box, set_field
from inboxcrm.crm.fields.store import set_field_value
from inboxcrm.crm.lead import assign_lead, convert_lead
from inboxcrm.crm.linking.store import linked_boxes, organization_box_of
from inboxcrm.crm.merging.merge import merge_boxes, merge_contacts, merge_organizations
from inboxcrm.crm.merging.records import Merge
from inboxcrm.crm.merging.told import merge_told
from inboxcrm.crm.merging.undo import undo_merge
from inboxcrm.crm.opportunity import open_existing
from inboxcrm.crm.organization_box import link_deals_of_box
from inboxcrm.crm.people import find_or_make_contact
from inboxcrm.crm.records import Box, Contact, Organization
from inboxcrm.crm.store import (
    box_by_id,
    calls_of_box,
    contact_by_address,
    contacts_by_phone,
    contacts_of_box,
    lead_of_box,
    open_tasks_of_box,
    opportunity_of_box,
)
from inboxcrm.crm.task import add_task
from inboxcrm.ingest.records import Message, Thread
from inboxcrm.migrations.tables import METADATA
from tests.build import START, a_lead, a_quote, on_both_databases

HISTORY = {"event", "merge"}  # these tell what was done, and are never taken back


def all_rows(session: Session) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table but those that tell the history."""
    session.flush()
    tables = [table for table in METADATA.sorted_tables if table.name not in HISTORY]
    return {
        table.name: sorted((tuple(row) for row in session.execute(select(table))), key=repr)
        for table in tables
    }


def a_mail(session: Session, number: int, box: Box, contact: Contact | None = None) -> Message:
    thread = Thread(id=draw_id(session, Thread.__table__), box_id=box.id)
    message = Message(
        id=draw_id(session, Message.__table__),
        ident=f"mail-{number}",
        raw_sha256="0" * 64,
        thread=thread,
        thread_id=thread.id,
        box_id=box.id,
        contact_id=contact.id if contact else None,
        **dict.fromkeys(
            ("kind", "kind_reason", "sender", "sender_name", "subject", "text", "new_words"), "x"
        ),
        **{
            name: []
            for name in ("recipients", "outside", "reference_ids", "attachments", "intents", "match_others")
        },
        received_at=START,
        taken_in_at=START,
        match_how="x",
        match_confidence="sure",
    )
    session.add(message)
    session.flush()
    return message


@on_both_databases
def test_mails_threads_tasks_calls_and_people_move_to_the_survivor(work: Work) -> None:
    survivor, loser = a_lead(work).box, a_lead(work, "carol@other.example", "Another question").box
    mail = a_mail(work.session, 1, loser, loser.contact)
    task = add_task(work, loser, "errand", "Send the brochure", owner="anna", due_at=START)
    log_call(
        work,
        Call("in", START, phone="+31201234567"),
        occasion="1",
        box=loser,
        contact=loser.contact,
        message_id=1,
    )
    guest = find_or_make_contact(work, "guest@other.example", "Guest")
    note_contact(work, loser, guest)

    merge = merge_boxes(work, survivor, loser, reason="a test")

    assert (mail.box_id, mail.thread.box_id, task.box_id) == (survivor.id,) * 3
    assert [call.phone for call in calls_of_box(work.session, survivor.id)] == ["+31201234567"]
    assert {loser.contact_id, guest.id} <= set(contacts_of_box(work.session, survivor.id))
    assert (box_by_id(work.session, loser.id), loser.is_open) == (survivor, False)
    assert lead_of_box(work.session, loser.id).state == "Dead"
    assert (merge.kept["name"], merge.kept.get("source")) == ("Another question", None)


@on_both_databases
def test_a_merge_that_is_undone_leaves_every_row_as_it_was(work: Work) -> None:
    survivor, loser = a_lead(work).box, a_lead(work, "carol@other.example", "Another question").box
    a_mail(work.session, 1, loser, loser.contact)
    add_task(work, loser, "first contact", "Answer Carol", owner="anna", due_at=START)
    add_task(work, survivor, "first contact", "Answer Bob", owner="anna", due_at=START)
    before = all_rows(work.session)

    merge = merge_boxes(work, survivor, loser, reason="a test")
    assert all_rows(work.session) != before
    undone = undo_merge(work, merge.id)

    assert all_rows(work.session) == before
    assert (undone.left, undone.loser, lead_of_box(work.session, loser.id).state) == (0, loser, "New")


def test_a_loser_with_a_deal_gives_it_to_a_survivor_without_one(work: Work) -> None:
    lead = a_lead(work, "carol@other.example")
    quote = a_quote(work)
    loser = box_by_id(work.session, quote.box_id)
    before = all_rows(work.session)

    merge = merge_boxes(work, lead.box, loser, reason="a test")

    deal = opportunity_of_box(work.session, lead.box_id)
    assert (deal.box_id, quote.box_id, lead.box.kind, lead.state) == (
        lead.box_id,
        lead.box_id,
        "opportunity",
        "Converted",
    )
    assert [task.kind for task in open_tasks_of_box(work.session, lead.box_id)] == ["next action"]
    undo_merge(work, merge.id)
    assert all_rows(work.session) == before


def test_two_deals_are_two_matters(work: Work) -> None:
    boxes = [
        convert_lead(work, a_lead(work, f"{x}@acme.example"), by="anna", name=x).box for x in ("bob", "carol")
    ]

    with pytest.raises(Refused, match="are two deals"):
        merge_boxes(work, *boxes, reason="a test")


@on_both_databases
def test_one_person_has_all_addresses_and_both_telephones(work: Work) -> None:
    bob = find_or_make_contact(work, "bob@acme.example", "Bob Smith")
    other = find_or_make_contact(work, "smith@other.example", "B. Smith")
    bob.phone, other.phone, other.title = "+31201234567", "+31209999999", "Buyer"
    before = all_rows(work.session)

    merge = merge_contacts(work, bob, other, reason="a test")

    assert [one.address for one in bob.addresses] == ["bob@acme.example", "smith@other.example"]
    assert contact_by_address(work.session, "smith@other.example") is bob
    assert contacts_by_phone(work.session, "+31209999999") == [bob]
    assert (merge.taken, merge.kept["phone"], merge.kept["name"]) == (
        {"title": "Buyer"},
        "+31209999999",
        "B. Smith",
    )
    undo_merge(work, merge.id)
    assert all_rows(work.session) == before
    assert contacts_by_phone(work.session, "+31209999999") == [other]


@on_both_databases
def test_one_company_has_both_domains_and_all_people(work: Work) -> None:
    first, second = a_lead(work, "bob@acme.example"), a_lead(work, "carol@acme-tools.example")
    acme, tools = first.box.organization, second.box.organization
    before = all_rows(work.session)

    merge = merge_organizations(work, acme, tools, reason="a test")

    assert organization_by_domain(work.session, "acme-tools.example") is acme
    assert {second.box.organization_id, second.box.contact.organization_id} == {acme.id}
    assert find_or_make_contact(work, "dan@acme-tools.example", "Dan").organization is acme
    undo_merge(work, merge.id)
    dan = contact_by_address(work.session, "dan@acme-tools.example")
    assert (dan.organization, organization_by_domain(work.session, "acme-tools.example")) == (acme, tools)
    work.session.delete(dan.addresses[0])
    work.session.delete(dan)
    assert all_rows(work.session) == before


def test_what_came_after_the_merge_stays_where_it_came(work: Work) -> None:
    survivor, loser = a_lead(work).box, a_lead(work, "carol@other.example").box
    old = a_mail(work.session, 1, loser)
    loser.last_inbound_at = START + timedelta(days=1)
    merge = merge_boxes(work, survivor, loser, reason="a test")
    new = a_mail(work.session, 2, survivor)
    survivor.last_inbound_at = START + timedelta(days=3)

    undone = undo_merge(work, merge.id)

    assert (old.box_id, new.box_id) == (loser.id, survivor.id)
    assert survivor.last_inbound_at == START + timedelta(days=3)
    assert (undone.left, loser.last_inbound_at) == (1, START + timedelta(days=1))


def test_a_later_merge_is_named_and_goes_first(work: Work) -> None:
    first, second, third = (a_lead(work, f"{name}@acme.example").box for name in ("a", "b", "c"))
    before = all_rows(work.session)
    early = merge_boxes(work, second, third, reason="a test")
    late = merge_boxes(work, first, second, reason="a test")

    with pytest.raises(Refused, match=f"say `unmerge {late.id}`, then `unmerge {early.id}`"):
        undo_merge(work, early.id)
    undo_merge(work, late.id)
    undo_merge(work, early.id)

    assert all_rows(work.session) == before
    with pytest.raises(Refused, match="undone already"):
        undo_merge(work, late.id)
    with pytest.raises(Refused, match="there is no merge 999"):
        undo_merge(work, 999)


def test_every_column_that_leads_to_a_record_is_moved_or_named_as_left() -> None:
    """A new table that knows a box by another name must say so here."""
    from inboxcrm.base.changes import references_to
    from inboxcrm.crm.merging.merge import FURTHER, LEFT

    found = {name: {str(one) for one in references_to(name)} for name in ("box", "contact", "organization")}

    assert {"message.box_id", "thread.box_id", "task.box_id", "letter.box_id", "document.box_id"} <= found[
        "box"
    ]
    assert {"contact_address.contact_id", "message.contact_id", "contact.merged_into"} <= found["contact"]
    columns = {str(column) for table in METADATA.sorted_tables for column in table.columns}
    assert {*LEFT, *FURTHER} <= columns


def deals_of(work: Work, address: str, *names: str) -> list[Box]:
    contact = find_or_make_contact(work, address, "Bob")
    return [open_existing(work, contact, name=name, owner="anna").box for name in names]


def homes(work: Work) -> dict[str, set[str]]:
    """The deals of each organization box that is not part of another one, by names."""
    query = select(Box).where(Box.kind == "organization", Box.merged_into.is_(None))
    boxes = work.session.scalars(query.order_by(Box.id))
    return {
        box.name: {box_by_id(work.session, one).name for one in linked_boxes(work.session, box.id)}
        for box in boxes
    }


@on_both_databases
def test_two_companies_with_their_boxes_have_one_that_lists_all_deals(work: Work) -> None:
    """OP-6."""
    ours = deals_of(work, "bob@acme.example", "A1", "A2")
    theirs = deals_of(work, "carol@tools.example", "T1", "T2")
    for box in (ours[0], theirs[0]):
        link_deals_of_box(work, box)
    acme, tools = ours[0].organization, theirs[0].organization
    lost_home = organization_box_of(work.session, tools.id)
    task = add_task(work, lost_home, "errand", "Visit them", owner="anna", due_at=START)
    before, apart = all_rows(work.session), homes(work)

    merge = merge_organizations(work, acme, tools, reason="a test")

    home = organization_box_of(work.session, acme.id)
    assert homes(work) == {"Acme": {"A1", "A2", "T1", "T2"}}
    assert organization_box_of(work.session, tools.id) is None
    assert (box_by_id(work.session, lost_home.id), task.box_id) == (home, home.id)
    assert undo_merge(work, merge.id).left == 0
    assert (homes(work), all_rows(work.session)) == (apart, before)


@on_both_databases
@pytest.mark.parametrize("known", [(), ("A1",), ("A1", "A2")])
def test_a_deal_that_comes_to_another_company_leaves_the_box_of_its_former_one(
    work: Work, known: tuple[str, ...]
) -> None:
    """OP-6, LD-4: the survivor's company counts, and lists the deal as soon as it has two."""
    theirs = deals_of(work, "carol@tools.example", "T1", "T2")
    for box in [*deals_of(work, "bob@acme.example", *known), *theirs]:
        link_deals_of_box(work, box)
    lead = a_lead(work)
    before = all_rows(work.session)

    merge = merge_boxes(work, lead.box, theirs[1], reason="a test")

    assert homes(work) == {"Tools": {"T1"}} | ({"Acme": {*known, lead.box.name}} if known else {})
    assert undo_merge(work, merge.id).left == 0
    assert all_rows(work.session) == before


@on_both_databases
@pytest.mark.parametrize("first", ["survivor", "loser", "neither"])
def test_one_company_of_two_has_one_box_for_all_deals(work: Work, first: str) -> None:
    """OP-6: also where only one of them had one, or each had a single deal."""
    names = {"survivor": (("A1", "A2"), ("T1",)), "loser": (("A1",), ("T1", "T2"))}
    ours, theirs = names.get(first, (("A1",), ("T1",)))
    boxes = [*deals_of(work, "bob@acme.example", *ours), *deals_of(work, "carol@tools.example", *theirs)]
    for box in boxes:
        link_deals_of_box(work, box)
    acme, tools = boxes[0].organization, boxes[-1].organization
    before = all_rows(work.session)

    merge = merge_organizations(work, acme, tools, reason="a test")

    assert list(homes(work).values()) == [{*ours, *theirs}]
    assert undo_merge(work, merge.id).left == 0
    assert all_rows(work.session) == before


def test_a_box_that_was_used_since_stays_when_companies_part(work: Work) -> None:
    boxes = [*deals_of(work, "bob@acme.example", "A1"), *deals_of(work, "carol@tools.example", "T1")]
    merge = merge_organizations(work, boxes[0].organization, boxes[1].organization, reason="a test")
    late = deals_of(work, "bob@acme.example", "A2")
    link_deals_of_box(work, late[0])

    assert undo_merge(work, merge.id).left == 1

    assert homes(work) == {"Acme": {"A1", "A2"}}


FIELDS = [
    CustomField(record=record, name=name, type=type_)
    for record in ("contact", "organization", "lead")
    for name, type_ in ((f"{record}_size", "number"), (f"{record}_since", "date"))
]


def with_fields(work: Work) -> Work:
    return replace(work, settings=work.settings.model_copy(update={"field": tuple(FIELDS)}))


@on_both_databases
@pytest.mark.parametrize("record", ["contact", "organization", "lead"])
def test_own_fields_go_with_a_merge_and_come_back(work: Work, record: str) -> None:
    """OP-14: an empty one is filled, of two values the survivor's stays and the other is shown."""
    work = with_fields(work)
    ours, theirs = (a_lead(work, address).box for address in ("bob@acme.example", "carol@tools.example"))
    size, since = (one for one in FIELDS if one.record == record)
    set_field(work, ours, size, Decimal(20))
    set_field(work, theirs, size, Decimal(30))
    set_field(work, theirs, since, START.date())
    before = all_rows(work.session)

    verb: Any = {"contact": merge_contacts, "organization": merge_organizations, "lead": merge_boxes}[record]
    merge = verb(work, *(getattr(one, record, one) for one in (ours, theirs)), reason="a test")

    told = {field.name: value for field, value in fields_of_box(work.session, work.settings, ours)}
    assert told == {size.name: Decimal(20), since.name: START.date()}
    assert merge.taken[f"field {since.name}"] == START.date().isoformat()
    assert merge.kept[f"field {size.name}"] == "30"
    assert f"field {size.name} 30" in merge_told(work.session, merge).split("kept beside: ")[1]
    undo_merge(work, merge.id)
    assert all_rows(work.session) == before


def test_a_field_that_was_changed_since_keeps_its_new_value(work: Work) -> None:
    work = with_fields(work)
    ours, theirs = (a_lead(work, address).box for address in ("bob@acme.example", "carol@tools.example"))
    size = FIELDS[0]
    set_field(work, theirs, size, Decimal(30))
    merge = merge_contacts(work, ours.contact, theirs.contact, reason="a test")
    set_field(work, ours, size, Decimal(40))

    assert undo_merge(work, merge.id).left == 1

    values = [fields_of_box(work.session, work.settings, box)[0][1] for box in (ours, theirs)]
    assert values == [Decimal(40), Decimal(30)]


# Any graph of records.

ids = st.integers(0, 3)
graphs = st.fixed_dictionaries(
    {
        "companies": st.lists(st.sampled_from(["Acme", "Acme B.V.", "Other"]), min_size=1, max_size=3),
        "people": st.lists(
            st.tuples(st.integers(0, 2), st.sampled_from([None, "+31201234567", "+3120999"])),
            min_size=2,
            max_size=4,
        ),
        "leads": st.lists(
            st.tuples(ids, st.sampled_from(["New", "Assigned", "deal"])), min_size=2, max_size=4
        ),
        "mails": st.lists(st.tuples(ids, ids), max_size=4),
        "tasks": st.lists(
            st.tuples(ids, st.sampled_from(["first contact", "errand", "question"])), max_size=4
        ),
        "links": st.lists(st.tuples(ids, ids), max_size=6),
        "fields": st.lists(
            st.tuples(st.sampled_from(["contact", "organization", "lead", "opportunity"]), ids, ids),
            max_size=8,
            unique_by=lambda one: one[:2],
        ),
        "merges": st.lists(
            st.tuples(st.sampled_from(["box", "contact", "organization"]), ids, ids), min_size=1, max_size=4
        ),
    }
)


@given(graph=graphs)
@settings(
    max_examples=25,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_whatever_is_merged_and_undone_is_as_before_row_by_row(work: Work, graph: dict[str, Any]) -> None:
    """LD-4: for any contacts, companies and their boxes, leads, threads, tasks, links and own fields.

    Several merges, undone the last first.
    """
    with work.session.begin_nested() as savepoint:
        records = _build(work, graph)
        snapshots = [all_rows(work.session)]
        merges: list[Merge] = []
        for kind, first, second in graph["merges"]:
            merge = _merge(work, records[kind], kind, first, second)
            if merge is not None:
                merges.append(merge)
                snapshots.append(all_rows(work.session))
        for merge in reversed(merges):
            assert all_rows(work.session) == snapshots.pop()
            assert undo_merge(work, merge.id).left == 0
        assert all_rows(work.session) == snapshots.pop()
        savepoint.rollback()


def _merge(work: Work, records: list[Any], kind: str, first: int, second: int) -> Merge | None:
    survivor, loser = records[first % len(records)], records[second % len(records)]
    if kind == "box":
        survivor, loser = box_by_id(work.session, survivor.id), box_by_id(work.session, loser.id)
    elif survivor.merged_into or loser.merged_into:
        return None
    verb: Any = {"box": merge_boxes, "contact": merge_contacts, "organization": merge_organizations}[kind]
    try:
        return verb(work, survivor, loser, reason="a test")
    except Refused:
        return None


def _build(work: Work, graph: dict[str, Any]) -> dict[str, list[Any]]:
    session = work.session
    companies = [
        Organization(name=name, domain=f"c{n}.example", created_at=START)
        for n, name in enumerate(graph["companies"])
    ]
    session.add_all(companies)
    session.flush()
    people = []
    for number, (company, phone) in enumerate(graph["people"]):
        contact = find_or_make_contact(work, f"p{number}@gmail.com", f"Person {number}")
        contact.organization, contact.phone = companies[company % len(companies)], phone
        people.append(contact)
    session.flush()
    boxes = [_lead(work, people, number, *one) for number, one in enumerate(graph["leads"])]
    for number, (box, contact) in enumerate(graph["mails"]):
        a_mail(session, number, boxes[box % len(boxes)], people[contact % len(people)])
    for box, kind in graph["tasks"]:
        add_task(work, boxes[box % len(boxes)], kind, "Do it", owner="anna", due_at=START)
    for box, contact in graph["links"]:
        note_contact(work, boxes[box % len(boxes)], people[contact % len(people)])
    for record, number, value in graph["fields"]:
        rows = {"contact": people, "organization": companies}.get(record) or [
            found
            for box in boxes
            if (found := (lead_of_box if record == "lead" else opportunity_of_box)(session, box.id))
        ]
        if rows:
            set_field_value(session, record, rows[number % len(rows)].id, "size", "number", Decimal(value))
    for box in boxes:
        link_deals_of_box(work, box)
    session.flush()
    return {"box": boxes, "contact": people, "organization": companies}


def _lead(work: Work, people: list[Contact], number: int, contact: int, state: str) -> Box:
    lead = a_lead(work, people[contact % len(people)].addresses[0].address, f"Lead {number}")
    if state == "Assigned":
        assign_lead(work, lead, "anna")
    elif state == "deal":
        convert_lead(work, lead, by="anna", name=f"Deal {number}")
    return lead.box
