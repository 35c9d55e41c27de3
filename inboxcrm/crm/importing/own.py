"""Values of the company's own fields, and roles of people, out of the rows of a batch (IN-15, OP-14).

As of all that is taken in, what is there already stays.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from inboxcrm.base.settings_people import CustomField
from inboxcrm.base.store import insert_events, insert_or_ignore, insert_rows
from inboxcrm.base.work import Work
from inboxcrm.crm import events
from inboxcrm.crm.field import plain_value
from inboxcrm.crm.fields.records import FieldValue
from inboxcrm.crm.fields.store import Value, field_rows, row_of_value
from inboxcrm.crm.importing.fields import OWN
from inboxcrm.crm.roles.records import ContactRole
from inboxcrm.crm.roles.store import EVERYWHERE, people_with_roles


@dataclass(slots=True)
class OwnValues:
    """What the rows of a batch say; it is asked what is here, and written, once a batch."""

    work: Work
    values: dict[tuple[str, int, str], Value] = field(default_factory=dict)
    roles: dict[tuple[int, str], None] = field(default_factory=dict)
    made: set[tuple[str, int]] = field(
        default_factory=set
    )  # records that this batch makes: they tell no change

    def note(self, record: str, record_id: int, values: Mapping[str, Any], *, is_new: bool) -> None:
        """Note what a row says of a record; the first row that says something of it counts."""
        if is_new:
            self.made.add((record, record_id))
        for name, value in values.items():
            if name.startswith(OWN):
                self.values.setdefault((record, record_id, name.removeprefix(OWN)), value)
        for role in values.get("role", ()):
            self.roles.setdefault((record_id, role))

    def write(self) -> None:
        """Write what is not there yet, and tell it of records that were there."""
        session, facts = self.work.session, list[dict[str, Any]]()
        older = {one[:2] for one in self.values if one[:2] not in self.made}
        known = field_rows(session, older) if older else {}
        new = {one: value for one, value in self.values.items() if one not in known}
        types: dict[tuple[str, str], CustomField] = {
            (one.record, one.name): one for one in self.work.settings.field
        }
        rows = []
        for (record, record_id, name), value in new.items():
            declared = types[record, name]
            rows.append(row_of_value(record, record_id, name, declared.type, value))
            if (record, record_id) in older:
                told = {"field": name, "old": None, "new": plain_value(declared, value)}
                facts.append(self._fact(events.FIELD_CHANGED, (record, record_id), told))
        insert_rows(session, FieldValue.__table__, rows)
        facts += self._write_roles()
        insert_events(session, facts)

    def _write_roles(self) -> list[dict[str, Any]]:
        older = {contact_id for contact_id, _ in self.roles if ("contact", contact_id) not in self.made}
        known = people_with_roles(self.work.session, older) if older else set()
        new = [one for one in self.roles if one not in known]
        rows = [{"contact_id": contact_id, "role": role, "box_id": EVERYWHERE} for contact_id, role in new]
        if rows:
            insert_or_ignore(self.work.session, ContactRole.__table__, rows)
        return [
            self._fact(
                events.CONTACT_CHANGED,
                ("contact", contact_id),
                {"field": "role", "where": "every deal", "old": None, "new": role},
            )
            for contact_id, role in new
            if contact_id in older
        ]

    def _fact(self, kind: str, about: tuple[str, int], told: dict[str, Any]) -> dict[str, Any]:
        return self.work.event_values(kind, about, is_quiet=True, **told)
