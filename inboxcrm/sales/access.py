"""What a user may see and do with a box that lies in the database: the facts for `crm/access.py` (MG-6)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from inboxcrm.base.database import Session
from inboxcrm.base.teams import has_roles
from inboxcrm.crm import access
from inboxcrm.crm.absence import people_for
from inboxcrm.crm.access import Matter
from inboxcrm.crm.matters.store import kinds_and_owners, owners_of_open_tasks
from inboxcrm.crm.store import box_by_id, open_tasks_of_box
from inboxcrm.sales.store import documents_of_box, kinds_by_box

if TYPE_CHECKING:
    from inboxcrm.base.settings import Settings, User
    from inboxcrm.crm.records import Box


class Sight:
    """What one user may see at a moment; each box is asked about once."""

    def __init__(self, session: Session, settings: Settings, user: User | None, at: datetime) -> None:
        """Begin to look with the eyes of a user; without one everything is seen."""
        self._session, self._settings, self._user = session, settings, user
        self._is_limited = user is not None and has_roles(settings)
        self._for_whom = people_for(session, settings, user, at) if user and self._is_limited else ()
        self._known: dict[int, bool] = {}

    @property
    def is_limited(self) -> bool:
        """Tell whether there can be something that he may not see."""
        return self._is_limited

    @property
    def sees_all(self) -> bool:
        """Tell whether he sees what lies on no box, too: nobody is limited, or he is a sales director."""
        return not self._is_limited or (self._user is not None and self._user.role == "sales_director")

    def is_own(self, owner: str) -> bool:
        """Tell whether what somebody owns is his, or of one for whom he stands in; all is where nobody is limited."""
        return not self._is_limited or self._user is None or owner in (self._user.key, *self._for_whom)

    def sees_box(self, box_id: int) -> bool:
        """Tell whether he may see a box."""
        if self._user is None or self.sees_all:
            return True
        if box_id not in self._known:
            box = box_by_id(self._session, box_id)
            # What lies in the box's own row is enough for most; only then is more asked for.
            self._known[box_id] = self._may_see(Matter(box.kind, box.owner)) or self._may_see(
                matter_of(self._session, box)
            )
        return self._known[box_id]

    def _may_see(self, matter: Matter) -> bool:
        return self._user is not None and access.may_see_box(
            self._settings, self._user, matter, self._for_whom
        )

    def sees_mail(self, box_id: int | None, addresses: Iterable[str]) -> bool:
        """Tell whether he may see a mail: on a box that he sees, or, on none, if he is among its people."""
        if box_id is not None:
            return self.sees_box(box_id)
        return self._user is None or self.sees_all or self._user.address in addresses

    def sees_on(self, box_id: int | None, owner: str | None) -> bool:
        """Tell whether he may see what lies on a box; on none, whether it is his, or everything is."""
        if box_id is not None:
            return self.sees_box(box_id)
        return self.sees_all or (owner is not None and self.is_own(owner))

    def sees_matter(self, matter: Matter) -> bool:
        """Tell whether he may see what is no box yet, such as a deal that sleeps."""
        return self._user is None or self.sees_all or self._may_see(matter)

    def acts_on_box(self, box_id: int, act: str) -> bool:
        """Tell whether he may do something with a box."""
        if not self._is_limited or self._user is None:
            return True
        matter = matter_of(self._session, box_by_id(self._session, box_id))
        return access.may_act_on(self._settings, self._user, matter, act, self._for_whom)

    def ids_of_seen_boxes(self) -> set[int]:
        """Give the numbers of all boxes that he may see, with those that became part of one; three questions."""
        merged, alone = dict[int, int](), dict[int, bool]()
        tasked, papers = owners_of_open_tasks(self._session), kinds_by_box(self._session)
        for number, kind, owner, merged_into in kinds_and_owners(self._session):
            if merged_into is not None:
                merged[number] = merged_into
                continue
            kinds = papers.get(number, set())
            busy = frozenset(tasked.get(number, ()))
            alone[number] = self.sees_matter(Matter(kind, owner, busy, bool(kinds), "order" in kinds))
        return {number for number in (*alone, *merged) if alone.get(_survivor(number, merged))}

    def seen(self, boxes: Iterable[Box]) -> list[Box]:
        """Give those of the boxes that he may see."""
        return [box for box in boxes if self.sees_box(box.id)]


def _survivor(number: int, merged: dict[int, int]) -> int:
    """Give the box that one has become, however often it was merged."""
    while number in merged:
        number = merged[number]
    return number


def matter_of(session: Session, box: Box) -> Matter:
    """Give what access to a box depends on."""
    documents = documents_of_box(session, box.id)
    return Matter(
        kind=box.kind,
        owner=box.owner,
        tasked=frozenset(task.owner for task in open_tasks_of_box(session, box.id)),
        has_documents=bool(documents),
        is_ordered=any(document.kind == "order" for document in documents),
    )


def may_see_box(session: Session, settings: Settings, user: User, box: Box, at: datetime) -> bool:
    """Tell whether a user may see a box at a moment (MG-6)."""
    return Sight(session, settings, user, at).sees_box(box.id)


def may_act_on(
    session: Session, settings: Settings, user: User, box: Box, at: datetime, act: str = "work"
) -> bool:
    """Tell whether a user may do something with a box at a moment: an act of `crm/access.py` (MG-6)."""
    return Sight(session, settings, user, at).acts_on_box(box.id, act)
