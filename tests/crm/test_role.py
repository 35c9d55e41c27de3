"""Roles of people on a deal and at their company (OP-14)."""

from __future__ import annotations

import pytest

from inboxcrm.base.errors import Refused
from inboxcrm.base.work import Work
from inboxcrm.crm.merging.merge import merge_contacts
from inboxcrm.crm.people import find_or_make_contact
from inboxcrm.crm.role import give_role, take_role
from inboxcrm.crm.roles.store import people_in_role, roles_on_box
from tests.build import a_lead, on_both_databases


@on_both_databases
def test_the_role_on_the_deal_goes_before_that_at_the_company(work: Work) -> None:
    box, other = a_lead(work).box, a_lead(work, name="Another matter").box
    ina = find_or_make_contact(work, "ina@acme.example", "Ina")
    joe = find_or_make_contact(work, "joe@acme.example", "Joe")
    give_role(work, box, ina, "billing", is_everywhere=True)
    give_role(work, box, joe, "billing", is_everywhere=False)

    here = people_in_role(work.session, "billing", box.id, box.organization_id)
    there = people_in_role(work.session, "billing", other.id, other.organization_id)
    assert ([one.name for one in here], [one.name for one in there]) == (["Joe"], ["Ina"])
    assert not give_role(work, box, ina, "billing", is_everywhere=True)


def test_a_role_that_nobody_has_cannot_be_taken(work: Work) -> None:
    box = a_lead(work).box
    with pytest.raises(Refused, match="Bob is not billing of Licences for Acme"):
        take_role(work, box, box.contact, "billing", is_everywhere=False)


def test_who_has_no_company_has_no_role_there(work: Work) -> None:
    box = a_lead(work, "jan@gmail.com").box
    with pytest.raises(Refused, match="belongs to no company"):
        give_role(work, box, box.contact, "billing", is_everywhere=True)


@on_both_databases
def test_who_turns_out_to_be_another_brings_his_roles(work: Work) -> None:
    """LD-4."""
    box = a_lead(work).box
    ina = find_or_make_contact(work, "ina@acme.example", "Ina")
    for role in ("billing", "signatory"):
        give_role(work, box, ina, role, is_everywhere=False)
    give_role(work, box, box.contact, "billing", is_everywhere=False)

    merge_contacts(work, box.contact, ina, reason="test")

    assert roles_on_box(work.session, box.id, [box.contact.id]) == {box.contact.id: ["billing", "signatory"]}
