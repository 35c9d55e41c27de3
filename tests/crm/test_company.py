"""Organizations as one of us says them: several domains, a parent, a kind (OP-14)."""

from __future__ import annotations

import pytest

from inboxcrm.base.errors import Refused
from inboxcrm.base.work import Office, Work
from inboxcrm.crm.companies.store import domains_of, organizations_by_domain
from inboxcrm.crm.company import DomainTaken, ParentCircle, add_domain, set_parent
from inboxcrm.crm.lead import convert_lead
from inboxcrm.crm.people import NewContact, draw_contact_id, find_or_make_contact, make_contacts
from inboxcrm.crm.store import contact_by_address
from tests.build import a_lead, on_both_databases


@on_both_databases
def test_who_writes_from_a_further_domain_is_of_the_same_company(work: Work) -> None:
    """By mail one at a time, and by a batch of history."""
    bob = find_or_make_contact(work, "bob@acme.example", "Bob")
    add_domain(work, bob.organization, "acme.nl", None)

    carol = find_or_make_contact(work, "carol@mail.acme.nl", "Carol")
    make_contacts(work, [NewContact(draw_contact_id(work.session), "dirk@acme.nl", "Dirk")])

    dirk = contact_by_address(work.session, "dirk@acme.nl")
    assert carol.organization is bob.organization
    assert dirk.organization_id == bob.organization_id
    assert domains_of(work.session, bob.organization) == ["acme.example", "acme.nl"]
    assert organizations_by_domain(work.session, ["acme.example", "acme.nl"]) == {
        "acme.example": bob.organization_id,
        "acme.nl": bob.organization_id,
    }


@on_both_databases
def test_a_domain_leads_to_one_company_whoever_is_faster(office: Office) -> None:
    with office.work("first", actor="test") as work:
        acme = find_or_make_contact(work, "bob@acme.example", "Bob").organization
        beta = find_or_make_contact(work, "eve@beta.example", "Eve").organization
    with office.work("second", actor="test") as work:
        add_domain(work, work.session.merge(acme), "group.example", None)
    with office.work("third", actor="test") as work, pytest.raises(DomainTaken) as taken:
        add_domain(work, work.session.merge(beta), "group.example", None)

    assert "the domain of Acme (organization" in str(taken.value)


def test_a_domain_by_which_another_company_is_known_is_refused_with_its_name(work: Work) -> None:
    acme = find_or_make_contact(work, "bob@acme.example", "Bob").organization
    find_or_make_contact(work, "eve@beta.example", "Eve")

    with pytest.raises(DomainTaken, match=r"beta\.example is the domain of Beta"):
        add_domain(work, acme, "beta.example", None)


def test_nobody_stands_above_himself(work: Work) -> None:
    acme = find_or_make_contact(work, "bob@acme.example", "Bob").organization
    work.session.flush()
    _, holding = set_parent(work, acme, "Acme Holding", None)
    _, top = set_parent(work, holding, "Acme World", None)

    assert (acme.parent_id, holding.parent_id) == (holding.id, top.id)
    for below in (acme, holding, top):
        with pytest.raises(ParentCircle):
            set_parent(work, top, f"#{below.id}", None)


def test_a_name_that_two_companies_have_is_asked(work: Work) -> None:
    acme = find_or_make_contact(work, "bob@acme.example", "Bob").organization
    for address in ("a@holding.example", "a@holding.nl"):
        find_or_make_contact(work, address, "A")
    work.session.flush()

    with pytest.raises(Refused, match=r"which Holding: #\d+ Holding \(holding.example\)"):
        set_parent(work, acme, "Holding", None)


@pytest.mark.parametrize(("kind", "after"), [("prospect", "customer"), ("partner", "partner")])
def test_a_deal_makes_a_customer_of_a_prospect_and_leaves_a_partner_one(work: Work, kind, after) -> None:
    lead = a_lead(work)
    lead.box.organization.kind = kind

    convert_lead(work, lead, by="anna", name="Acme")

    assert lead.box.organization.kind == after
