"""Questions for telephone calls."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from inboxcrm.base.among import among
from inboxcrm.crm.records import PhoneCall


def has_called(session: Session, people: Iterable[int], box_id: int, since: datetime) -> bool:
    """Tell whether one of these people has called, or somebody on a box, since a moment."""
    is_theirs = or_(among(session, PhoneCall.contact_id, sorted(people)), PhoneCall.box_id == box_id)
    call = exists().where(PhoneCall.direction == "in", PhoneCall.started_at > since, is_theirs)
    return bool(session.scalar(select(call)))
