"""Loads the lives of many records at a time: what they are now, and the events, mails and tasks of their past."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from inboxcrm.base.among import among
from inboxcrm.base.past_events import PastEvent, history_of_boxes, history_of_subjects
from inboxcrm.base.settings_people import CustomField
from inboxcrm.crm.past.store import NextAction, Touch, next_actions, touches_by_calls
from inboxcrm.ingest.past.store import touches_by_mail
from inboxcrm.rules.facts import FACT_TABLES, SOURCES
from inboxcrm.rules.field_facts import PREFIX, field_facts
from inboxcrm.rules.language.facts import Fact, FactType
from inboxcrm.rules.trial.life import Life
from inboxcrm.rules.trial.past import How, Past, told
from inboxcrm.rules.trial.pasts import EXTRAS, past_of
from inboxcrm.rules.trial.told import TELLING, Change, TableRow, changes_of

_OF_BOX = {"box", "lead", "opportunity", "qualification", "document", "task"}
_PEOPLE = {"contact": "#contact_id", "organization": "#organization_id"}
_SUBJECTS = {"document": ("quote", "order", "invoice")}  # events name documents by their kind


class Lives:
    """The records of a kind with the facts of these names, and whatever is needed to tell their past."""

    def __init__(
        self, session: Session, kind: str, names: Iterable[str], fields: Collection[CustomField] = ()
    ) -> None:
        self.session, self.kind = session, kind
        self.own = field_facts(kind, fields)
        records = {f"{PREFIX}{one.name}": one.record for one in fields}
        types = {f"{PREFIX}{one.name}": one.type for one in fields}
        self.pasts: dict[str, Past] = {}
        for name in ("#since_at", "box_id", *names):
            self._need(name, records, types)
        self.tables = {past.of[0].partition(".")[0] for past in self.pasts.values() if past.how is How.TOLD}
        self.hows = {past.how for past in self.pasts.values()}

    def _need(self, name: str, records: Mapping[str, str], types: Mapping[str, str]) -> None:
        known = (SOURCES[self.kind].columns, EXTRAS[self.kind], self.own)
        if name in self.pasts or not any(name in one for one in known):
            return
        past = past_of(self.kind, name)
        if name in self.own:
            past = told(f"{records[name]}.{name}", read=_READ.get(types[name]))
        self.pasts[name] = past
        further = list(past.of) if past.how is How.MADE else [past.person] if past.person else []
        further += ["#opened_at"] if past.how is How.TOUCHED else []
        if past.how is How.TOLD:
            table = past.of[0].partition(".")[0]
            further += [_PEOPLE.get(table, ""), "#lead_id" if table == "lead" else ""]
            further += ["#opportunity_id" if table == "opportunity" else ""]
        for one in filter(None, further):
            self._need(one, records, types)

    def all_ids(self, at_once: int) -> Iterator[list[int]]:
        """Give the ids of all records, ascending, so many at a time."""
        column, after = SOURCES[self.kind].id, 0
        while True:
            query = select(column).where(column > after).order_by(column).limit(at_once)
            found = list(self.session.scalars(query))
            if not found:
                return
            yield found
            after = found[-1]

    def load(self, ids: Collection[int]) -> dict[int, Life]:
        """Give the lives of those of these records that are still there."""
        present = self._present(ids)
        rows = {number: self._rows(number, values) for number, values in present.items()}
        boxes = {table["box"][1] for table in rows.values() if "box" in table}
        changes = _sorted_out(self._events(present, rows, boxes))
        touches = self._touches(boxes, changes)
        actions = self._actions(rows)
        found = {}
        for number, values in present.items():
            box = rows[number].get("box", ("", 0))[1]
            own = {
                key: told for row in rows[number].values() for key, told in changes.get(row, {}).items()
            }
            tasks = actions.get(number, [])
            own |= {
                key: told
                for task in tasks
                for key, told in changes.get(("task", task.task_id), {}).items()
            }
            life = Life(number, values, self.pasts, rows[number], own, touches.get(box, []), tasks)
            life.moments = _moments(life)
            found[number] = life
        return found

    def _present(self, ids: Collection[int]) -> dict[int, dict[str, Any]]:
        source, extras = SOURCES[self.kind], EXTRAS[self.kind]
        facts = {**FACT_TABLES[self.kind].facts, **self.own}
        columns = {
            name: extras[name]
            if name in extras
            else self.own[name].column
            if name in self.own
            else source.columns[name]
            for name in self.pasts
        }
        query = source.select(columns).where(among(self.session, source.id, sorted(ids)))
        return {
            row[0]: {
                name: _plain(facts.get(name), value)
                for name, value in zip(columns, row[1:], strict=True)
            }
            for row in self.session.execute(query)
        }

    def _rows(self, number: int, present: dict[str, Any]) -> dict[str, TableRow]:
        rows = {self.kind: (self.kind, number)}
        wanted = {"box": "box_id", "lead": "#lead_id", "opportunity": "#opportunity_id", **_PEOPLE}
        for table, name in wanted.items():
            if present.get(name) is not None:
                rows[table] = (table, present[name])
        if "lead" in rows:
            rows["qualification"] = ("qualification", rows["lead"][1])
        return rows

    def _events(
        self, present: dict[int, Any], rows: dict[int, dict[str, TableRow]], boxes: set[int]
    ) -> list[PastEvent]:
        events: dict[int, PastEvent] = {}
        if boxes and (self.tables & _OF_BOX or self.hows & {How.TOUCHED, How.NEXT_ACTION, How.TAGGED}):
            events.update((one.id, one) for one in history_of_boxes(self.session, boxes, TELLING))
        for table in self.tables & {*_PEOPLE, "message", "letter"}:
            about = {found[table][1] for found in rows.values() if table in found}
            events.update(
                (one.id, one) for one in history_of_subjects(self.session, table, about, TELLING)
            )
        return [events[number] for number in sorted(events)]

    def _touches(
        self, boxes: set[int], changes: dict[TableRow, dict[tuple[TableRow, str], list[Change]]]
    ) -> dict[int, list[Touch]]:
        """Give what moved the clocks of these boxes; a mail that a person filed here counts from then on."""
        if How.TOUCHED not in self.hows or not boxes:
            return {}
        found: dict[int, list[Touch]] = {}
        for one in [*touches_by_mail(self.session, boxes), *touches_by_calls(self.session, boxes)]:
            row = ("message", one.message_id or 0)
            filed = changes.get(row, {}).get((row, "box_id"), [])
            at = next((told.event.at for told in reversed(filed) if told.new == one.box_id), None)
            found.setdefault(one.box_id, []).append(one._replace(known_at=max(one.known_at, at)) if at else one)
        for row, own in changes.items():
            for told_ in own.get((row, "continued"), []):
                box_id = told_.event.box_id or 0
                at = told_.event.at
                found.setdefault(box_id, []).append(Touch(box_id, at, at, "neither"))
        return found

    def _actions(self, rows: dict[int, dict[str, TableRow]]) -> dict[int, list[NextAction]]:
        if How.NEXT_ACTION not in self.hows:
            return {}
        found: dict[int, list[NextAction]] = {}
        for one in next_actions(self.session, rows):
            found.setdefault(one.opportunity_id, []).append(one)
        return found


def _sorted_out(events: Iterable[PastEvent]) -> dict[TableRow, dict[tuple[TableRow, str], list[Change]]]:
    """Give by row and column what has changed, oldest first."""
    found: dict[TableRow, dict[tuple[TableRow, str], list[Change]]] = {}
    for event in events:
        for change in changes_of(event):
            found.setdefault(change.row, {}).setdefault((change.row, change.column), []).append(change)
    return found


def _moments(life: Life) -> list[datetime]:
    found = {change.event.at for told in life.changes.values() for change in told}
    found |= {one.known_at for one in life.touches}
    for task in life.actions:
        found |= {task.from_at} | ({task.until_at} if task.until_at else set())
    return sorted(found)


def _plain(fact: Fact | None, value: Any) -> Any:
    if fact is None or value is None:
        return value
    if fact.type is FactType.MONEY:
        return Decimal(value) / fact.scale
    if fact.type is FactType.TEXTS:
        return tuple(value)
    return bool(value) if fact.type is FactType.BOOL else value


def _number(kept: Any) -> Any:
    return None if kept is None else Decimal(str(kept))


def _day(kept: Any) -> Any:
    return date.fromisoformat(kept) if isinstance(kept, str) else kept


_READ = {"number": _number, "amount": _number, "date": _day}
