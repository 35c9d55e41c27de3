"""Questions for projects."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from inboxcrm.base.store import draw_id, insert_or_ignore
from inboxcrm.crm.projects.records import Project


def project_of(session: Session, opportunity_id: int) -> Project | None:
    """Give the project of a deal."""
    return session.scalar(select(Project).where(Project.opportunity_id == opportunity_id))


def project_facts(session: Session, project_id: int) -> dict[str, Any]:
    """Give a project as plain values: whose it is, its state, and who takes part."""
    project = session.get_one(Project, project_id)
    names = ("id", "opportunity_id", "organization_id", "state", "stakeholders", "created_at")
    return {name: getattr(project, name) for name in names}


def insert_project(session: Session, values: dict[str, Any]) -> tuple[Project, bool]:
    """Give the project of a deal, and whether this transaction has made it: there is one, whoever else tries."""
    number = draw_id(session, Project.__table__)
    insert_or_ignore(session, Project.__table__, [{"id": number, **values}])
    project = project_of(session, values["opportunity_id"])
    assert project is not None
    return project, project.id == number


def project_by_id(session: Session, project_id: int) -> Project:
    """Give a project."""
    return session.get_one(Project, project_id)
