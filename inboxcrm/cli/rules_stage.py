"""Carries out one test of rules: a database of its own, the whole intake, the reactions, and time that passes."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from inboxcrm.app.migrate import migrate_database
from inboxcrm.base.database import open_database
from inboxcrm.base.errors import ConfigError
from inboxcrm.base.ids import SystemIds
from inboxcrm.base.past_events import PastEvent, end_of_events, events_between
from inboxcrm.base.settings import Settings
from inboxcrm.base.settings_rule_case import Expect, FileWrong, Given, NoSuchSetting, with_setting
from inboxcrm.base.work import Office
from inboxcrm.cli.rules_cases import Case
from inboxcrm.ingest.folders import watched_folders
from inboxcrm.ingest.intake import take_in
from inboxcrm.ingest.lease import start_accounts
from inboxcrm.mail.fetched import Fetched
from inboxcrm.mail.folder_names import FolderName
from inboxcrm.outbox.letter import note_sent
from inboxcrm.outbox.sequences.store import letters_of_runs
from inboxcrm.rules import events
from inboxcrm.rules.book import RuleBook
from inboxcrm.rules.sequences.stepping import run_due_steps
from inboxcrm.rules.sweep import run_due_rules
from inboxcrm.workers.reactions import react_to_events

STEP = timedelta(hours=1)
MOMENT = timedelta(seconds=1)
_TOLD = (events.RULE_FIRED, events.RULE_REFUSED, "task.created", "letter.written", "draft.laid")


class SettingWrong(ConfigError):
    """A test gives a setting that there is not, or a value that it cannot have."""

    def __init__(self, given: Given, reason: str) -> None:
        super().__init__(f"[[given]] {given.setting} = {given.value!r}: {reason}")


@dataclass(slots=True)
class _Clock:
    at: datetime

    def now(self) -> datetime:
        return self.at


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a test gave: what is different from what was expected, a line each; none if all is as it should be."""

    name: str
    differences: tuple[str, ...]


def run_case(case: Case, settings: Settings, rules: Path, folder: Path) -> Outcome:
    """Run a test in an empty folder; its database is an SQLite file there. Raises SettingWrong."""
    settings = _given(settings, case.given, folder)
    clock, database = _Clock(case.at - len(case.mails) * STEP), folder / "test.db"
    template = folder.parent / "empty.db"
    if not template.exists():
        engine = open_database(f"sqlite:///{template}")
        migrate_database(engine)
        engine.dispose()
    shutil.copy(template, database)
    engine = open_database(f"sqlite:///{database}")
    try:
        ids = SystemIds()
        office = Office(engine, clock, ids, settings, ids.key(), lambda _topics: None)
        book = RuleBook(rules, settings.stage_names, settings.field, settings).open()
        _play(office, clock, book, case)
        with office.reading() as session:
            found = events_between(session, _TOLD, 1, end_of_events(session))
            told = [event for some in found for event in some]
    finally:
        engine.dispose()
    return Outcome(case.name, tuple(_differences(case.expect, told, {rule.id for rule in book.current()})))


def _given(settings: Settings, given: tuple[Given, ...], folder: Path) -> Settings:
    """Change settings for a test: its own database, notices one by one, and what the test gives."""
    storage = settings.storage.model_copy(update={"folder": folder, "database": ""})
    notices = settings.notices.model_copy(update={"gather_minutes": 0})
    settings = settings.model_copy(update={"storage": storage, "notices": notices})
    for one in given:
        try:
            settings = with_setting(settings, one.setting.split("."), one.value)
        except (NoSuchSetting, FileWrong) as error:
            raise SettingWrong(one, str(error)) from error
    return settings


def _play(office: Office, clock: _Clock, book: RuleBook, case: Case) -> None:
    account = next(
        (one for one in office.settings.account if case.account in (one.address, "")),
        office.settings.account[0],
    )
    with office.work("test", actor="test") as work:
        start_accounts(work)
    run_due_rules(office, book.current())  # the rules come into force
    place = watched_folders(office, account, [FolderName("INBOX", "inbox")])[0]
    for uid, raw in enumerate(case.mails, start=1):
        clock.at += STEP
        take_in(office, account, place.folder_id, [Fetched(uid, clock.at, len(raw), raw)], uid)
        _settle(office, clock, book)
    end = clock.at + case.wait
    while clock.at < end:
        clock.at = min(clock.at + STEP, end)
        _settle(office, clock, book)


def _settle(office: Office, clock: _Clock, book: RuleBook) -> None:
    """React to all that has happened and run what is due, as long as there is something."""
    clock.at += MOMENT
    react_to_events(office, book)
    if run_due_rules(office, book.current()) + run_due_steps(office, book.current()):
        react_to_events(office, book)
    _take_as_sent(office)
    clock.at -= MOMENT


def _take_as_sent(office: Office) -> None:
    """Take letters of sequences as sent at once, as their next steps wait for that; nothing leaves."""
    with office.work("test", actor="test") as work:
        for letter in letters_of_runs(work.session):
            note_sent(work, letter)


def _differences(expected: tuple[Expect, ...], told: list[PastEvent], known: set[str]) -> Iterator[str]:
    for expect in expected:
        actor = f"rule:{expect.rule}"
        fired = [one for one in told if one.kind == events.RULE_FIRED and one.actor == actor]
        refused = [one for one in told if one.kind == events.RULE_REFUSED and one.actor == actor]
        if expect.rule not in known:
            yield f"there is no rule {expect.rule!r}"
        elif refused:
            yield f"{expect.rule} could not be carried out: {refused[0].payload.get('reason')}"
        elif expect.times is not None and len(fired) != expect.times:
            yield f"{expect.rule} fired {len(fired)} times, not {expect.times}"
        elif expect.times is None and not fired:
            yield f"{expect.rule} did not fire; what fired: {_others(told)}"
        else:
            yield from _missing(expect, [one for one in told if one.actor == actor])


def _missing(expect: Expect, made: list[PastEvent]) -> Iterator[str]:
    """Name what a rule that fired did not make."""
    for what, words, kinds, key in (
        ("task", expect.task, ("task.created",), "text"),
        ("letter", expect.letter, ("letter.written", "draft.laid"), "subject"),
    ):
        texts = [str(one.payload.get(key, "")) for one in made if one.kind in kinds]
        if words and not any(words.casefold() in text.casefold() for text in texts):
            instead = "; it made " + ", ".join(map(repr, texts)) if texts else "; it made none"
            yield f"{expect.rule} made no {what} with {words!r}{instead}"


def _others(told: list[PastEvent]) -> str:
    fired = sorted({str(one.payload.get("rule")) for one in told if one.kind == events.RULE_FIRED})
    return ", ".join(fired) or "nothing"
