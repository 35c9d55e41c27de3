"""Questions of imports to the tables of intake."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from inboxcrm.ingest.records import Folder, Location, Quarantine


def places_here(session: Session, folder: Folder, uids: Sequence[int]) -> dict[int, bool]:
    """Give those of the UIDs that have a place; False where the capture policy had left the mail out (V11)."""
    located = select(Location.uid, Location.message_id.is_not(None)).where(
        Location.folder_id == folder.id, Location.uidvalidity == folder.uidvalidity, Location.uid.in_(uids)
    )
    set_aside = select(Quarantine.uid).where(
        Quarantine.folder_id == folder.id,
        Quarantine.uidvalidity == folder.uidvalidity,
        Quarantine.uid.in_(uids),
    )
    places = {uid: bool(is_taken) for uid, is_taken in session.execute(located)}
    return places | dict.fromkeys(session.scalars(set_aside), True)
