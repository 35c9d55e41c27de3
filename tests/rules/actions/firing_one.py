"""One rule of a real rule file, fired for the newest event of a kind."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select

from inboxcrm.base.records import Event
from inboxcrm.base.work import Work
from inboxcrm.rules.book import read_rules
from inboxcrm.rules.firing import fire_event_rules
from inboxcrm.rules.records import Firing
from tests.rules.writing import a_rule


def fire_one(work: Work, folder: Path, kind: str, record: str, do: str) -> str:
    """Fire a rule with these steps for the newest event of a kind; give its outcome."""
    write_one(folder, kind, record, do)
    found = read_rules(folder, (), work.settings.field, work.settings)
    assert found.faults == ()
    work.session.flush()
    event = work.session.scalars(select(Event).where(Event.kind == kind).order_by(Event.id.desc())).first()
    assert event is not None
    fire_event_rules(work, event, found.rules)
    query = select(Firing.outcome).where(Firing.event_id == event.id)
    return str(work.session.scalars(query).one())


def faults_of(work: Work, folder: Path, kind: str, record: str, do: str) -> list[str]:
    """What is wrong with such a rule when it is read, without its places."""
    write_one(folder, kind, record, do)
    return [
        f"{fault.what}; {fault.remedy}"
        for fault in read_rules(folder, (), work.settings.field, work.settings).faults
    ]


def write_one(folder: Path, kind: str, record: str, do: str) -> None:
    folder.mkdir(exist_ok=True)
    rule = a_rule(f'on = "{kind}"', f'for = "{record}"', do=do)
    (folder / "test.toml").write_text(f'version = "2026-11-23"\n{rule}', encoding="utf-8")
