"""A won deal starts one project with its people, and mails who delivers (OP-16)."""

from __future__ import annotations

import dataclasses

from inboxcrm.base.records import Event
from inboxcrm.base.settings_delivery import Delivery
from inboxcrm.base.work import Work
from inboxcrm.crm.opportunity import open_renewal
from inboxcrm.crm.projects.store import project_of
from inboxcrm.crm.role import give_role
from inboxcrm.crm.store import opportunity_of_box
from inboxcrm.crm.winning import win_opportunity
from inboxcrm.outbox.records import Letter
from inboxcrm.outbox.render import render_body
from inboxcrm.reports.timeline import box_timeline
from inboxcrm.sales.kick_off import kick_off
from tests.build import an_opportunity, an_order, box_of_order, day, on_both_databases


def won(work: Work, opportunity_id: int, box_id: int) -> None:
    event = Event(
        kind="opportunity.won", subject_kind="opportunity", subject_id=opportunity_id, box_id=box_id
    )
    kick_off(work, event)
    work.session.flush()


def written(work: Work) -> list[Letter]:
    return list(work.session.query(Letter).filter(Letter.kind == "kick_off"))


def with_delivery(work: Work, **changed: object) -> Work:
    delivery = Delivery(**({"address": "delivery@kestrel.example"} | changed))
    return dataclasses.replace(work, settings=work.settings.model_copy(update={"delivery": delivery}))


@on_both_databases
def test_it_happens_once_however_often_it_is_said(work: Work) -> None:
    work = with_delivery(work)
    box = box_of_order(work, an_order(work))
    deal = opportunity_of_box(work.session, box.id)
    give_role(work, box, box.contact, "technical", is_everywhere=False)

    for _ in range(3):
        won(work, deal.id, box.id)

    project = project_of(work.session, deal.id)
    assert (project.state, project.organization_id) == ("started", box.organization_id)
    assert [(one["name"], one["roles"]) for one in project.stakeholders] == [("Bob", ["technical"])]
    [letter] = written(work)
    assert [one.address for one in letter.recipients] == ["delivery@kestrel.example"]
    assert not letter.is_outside
    text, html = render_body("kick_off", letter.facts)
    for told in (
        "Acme 20 standard",
        "20 x Standard, one user, one year",
        "EUR 980.00 net",
        "Bob (technical)",
        "Anna",
    ):
        assert told in text
        assert html is not None
    assert "project: started 2026-11-23" in box_timeline(work.session, work.settings, box.id)["facts"]


def test_without_an_address_there_is_a_project_and_no_mail(work: Work) -> None:
    deal = an_opportunity(work)
    win_opportunity(work, deal)
    won(work, deal.id, deal.box_id)

    assert project_of(work.session, deal.id) is not None
    assert written(work) == []


def test_a_renewal_starts_none_unless_the_configuration_says_so(work: Work) -> None:
    renewal = open_renewal(work, an_opportunity(work), wake_on=day("2027-09-23"), ends_on=day("2027-11-22"))

    won(work, renewal.id, renewal.box_id)
    assert project_of(work.session, renewal.id) is None

    won(with_delivery(work, kinds=("renewal",)), renewal.id, renewal.box_id)
    assert project_of(work.session, renewal.id) is not None
