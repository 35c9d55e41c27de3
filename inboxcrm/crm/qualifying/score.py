"""Keeps the points of a lead, computed or said, and the estimate of its deal (LD-8, OP-13)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from inboxcrm.base.money import Money
from inboxcrm.base.work import Work
from inboxcrm.crm import events
from inboxcrm.crm.qualifying.points import (
    PARTS,
    History,
    Part,
    country_of,
    engagement_part,
    fit_part,
    industry_part,
    read_employees,
    size_part,
    total_of,
)
from inboxcrm.crm.qualifying.store import qualification_for

if TYPE_CHECKING:
    from inboxcrm.crm.qualifying.records import Qualification
    from inboxcrm.crm.records import Lead


def score_lead(work: Work, lead: Lead, history: History) -> Qualification:
    """Compute the points of a lead anew, and what its deal may be worth; what a person said stays."""
    known = qualification_for(work.session, lead.id)
    details, cfg = lead.details or {}, work.settings.leads.score
    known.employees = known.employees or read_employees(str(details.get("employees", "")))
    known.branch = known.branch or str(details.get("industry", ""))[:100] or None
    words = f"{lead.box.name} {lead.need} {details.get('product', '')}"
    parts = {
        "size": size_part(cfg, known.employees),
        "industry": industry_part(cfg, known.branch),
        "engagement": engagement_part(history, work.now),
        "fit": fit_part(cfg, country_of(lead.box.organization), words),
    }
    known.points = {name: {"points": part.points, "why": part.why} for name, part in parts.items()}
    known.scored_at = work.now
    _estimate(work, known)
    _sum_up(work, lead, known)
    return known


def say_points(
    work: Work, lead: Lead, points: Mapping[str, int | None], reason: str, by: str
) -> Qualification:
    """Keep the points that somebody gives by hand, with the reason; None gives a part back to the computer."""
    known = qualification_for(work.session, lead.id)
    said = {name: one for name, one in known.said.items() if name not in points}
    given = {name: value for name, value in points.items() if value is not None}
    for name, value in given.items():
        said[name] = {"by": by, "at": work.now.isoformat(), "points": value, "reason": reason[:500]}
    known.said = said
    _sum_up(work, lead, known)
    return known


def say_company(
    work: Work, lead: Lead, *, employees: int | None = None, branch: str | None = None
) -> Qualification:
    """Keep how many people the company has, and in which industry it is."""
    known = qualification_for(work.session, lead.id)
    told = (("employees", employees), ("branch", branch))
    for field, new in told:
        old = getattr(known, field)
        if new is not None and new != old:
            setattr(known, field, new)
            name = {"branch": "industry"}.get(field, field)
            work.emit(
                events.LEAD_CHANGED, ("lead", lead.id), box_id=lead.box_id, field=name, old=old, new=new
            )
    _estimate(work, known)
    return known


def points_of(known: Qualification) -> dict[str, int | None]:
    """Give the points of each part, None where nobody can tell."""
    return {name: getattr(known, name) for name in PARTS}


def part_of(known: Qualification, name: str) -> Part:
    """Give a part with its reason: as somebody said it, else as it was computed."""
    said = known.said.get(name) or {}
    if "points" in said:
        return Part(said["points"], f"{said['by']}: {said['reason']}" if said["reason"] else str(said["by"]))
    computed = known.points.get(name) or {}
    return Part(computed.get("points"), str(computed.get("why", "")))


def _estimate(work: Work, known: Qualification) -> None:
    amount = work.settings.leads.estimate.amount(known.employees) if known.employees else None
    known.currency = work.settings.company.currency
    known.estimate_minor = Money.of(amount, known.currency).minor if amount is not None else None


def _sum_up(work: Work, lead: Lead, known: Qualification) -> None:
    """Put the points of each part into its column, and tell if they have changed."""
    old = points_of(known)
    for name in PARTS:
        setattr(known, name, part_of(known, name).points)
    new = points_of(known)
    if new == old:
        return
    before, after = total_of(old), total_of(new)
    work.emit(
        events.LEAD_SCORED,
        ("lead", lead.id),
        box_id=lead.box_id,
        old=before and before[0],
        new=after and after[0],
        parts={name: points for name, points in new.items() if points is not None},
    )
