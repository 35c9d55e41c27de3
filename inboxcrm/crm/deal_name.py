"""What a deal is called, by the template of its kind; what is not known leaves no gap (OP-3)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from inboxcrm.base.work import Work
from inboxcrm.crm import events
from inboxcrm.crm.linking.store import END_USER, party_of, set_party
from inboxcrm.crm.people import make_organization
from inboxcrm.crm.store import lead_of_box, opportunity_by_id, opportunity_of_box

if TYPE_CHECKING:
    from inboxcrm.base.settings_names import Names
    from inboxcrm.crm.records import Box, Opportunity, Organization

LONGEST = 300
_GAP = "\0"
_FIRST_GAP = re.compile(r"^\s{0,9}(?:\0[\s\-–—/,:|]{0,20})+")
_GAPS = re.compile(r"[\s\-–—/,:|]{0,20}\0")
_EMPTY_BRACKETS = re.compile(r"\(\s{0,9}\)|\[\s{0,9}\]")


def fill_name(template: str, facts: Mapping[str, str]) -> str:
    """Fill a template; a placeholder without a value goes with the separator before it, at the start with that behind.

    >>> fill_name("{company} - {type} {packs}", {"company": "Acme"})
    'Acme'
    """
    values = {
        name: " ".join(facts.get(name, "").replace(_GAP, "").split()) or _GAP for name in _names_in(template)
    }
    filled = template.format_map(values)
    filled = _EMPTY_BRACKETS.sub("", _GAPS.sub("", _FIRST_GAP.sub("", filled)))
    return " ".join(filled.split())[:LONGEST]


def _names_in(template: str) -> list[str]:
    return re.findall(r"\{([a-z_]{1,40})\}", template)


def template_of(names: Names, kind: str, facts: Mapping[str, str]) -> str:
    """Give the template of a kind of deal; that of resellers where partner and end user are known."""
    if facts.get("reseller") and facts.get("end_user"):
        return names.reseller
    return str(getattr(names, kind, names.new))


def name_deal(
    work: Work, box: Box, kind: str, *, packs: str = "", before: Opportunity | None = None, year: str = ""
) -> str:
    """Give the name of a deal of a kind on a box; the box's own name if the template gives none."""
    lead = lead_of_box(work.session, box.id)
    organization = box.organization
    company = organization.name if organization else (box.contact.name if box.contact else "")
    end_user = party_of(work.session, box.id, END_USER)
    facts = {
        "company": company,
        "type": (lead.type or "") if lead else "",
        "packs": packs,
        "year": year,
        "name": _first_name(work, before) if before else "",
        "reseller": company if end_user else "",
        "end_user": end_user.name if end_user else "",
    }
    return fill_name(template_of(work.settings.names, kind, facts), facts) or box.name


def _first_name(work: Work, deal: Opportunity) -> str:
    """Give the name of the deal with which a chain of renewals began: its name grows by no year."""
    while deal.kind == "renewal" and deal.origin_id is not None:
        deal = opportunity_by_id(work.session, deal.origin_id)
    return deal.name


def say_end_user(work: Work, box: Box, name: str) -> tuple[str, Organization]:
    """Say for whom a partner buys: the deal is called by the template of resellers; give its old name and the end user.

    Whoever buys for another is a partner, unless somebody said what else he is.
    """
    known = party_of(work.session, box.id, END_USER)
    end_user = known if known and known.name == name else make_organization(work, name)
    work.session.flush()
    set_party(work.session, box.id, END_USER, end_user.id)
    if box.organization is not None and box.organization.kind == "prospect":
        box.organization.kind = "partner"
    deal = opportunity_of_box(work.session, box.id)
    return rename_box(work, box, name_deal(work, box, deal.kind if deal else "new")), end_user


def rename_box(work: Work, box: Box, name: str) -> str:
    """Call a box, and the deal on it, otherwise; give its old name."""
    old = box.name
    deal = opportunity_of_box(work.session, box.id)
    box.name = name[:LONGEST]
    if deal is not None:
        deal.name = box.name
    if old != box.name:
        work.emit(events.BOX_RENAMED, ("box", box.id), box_id=box.id, old=old, new=box.name)
    return old
