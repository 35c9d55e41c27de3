"""The rules in force: read from the folder, taken over when a file changes, never by halves (docs/rules.md)."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from inboxcrm.base.clock import Clock, SystemClock
from inboxcrm.base.columns import EPOCH
from inboxcrm.base.errors import ConfigError
from inboxcrm.base.settings_people import CustomField
from inboxcrm.crm import events as crm_events
from inboxcrm.ingest import events as ingest_events
from inboxcrm.outbox import events as outbox_events
from inboxcrm.rules.action_faults import action_faults
from inboxcrm.rules.actions.table import ACTIONS
from inboxcrm.rules.facts import FACT_TABLES, fact_tables, with_fields
from inboxcrm.rules.fault import Fault, sort_faults
from inboxcrm.rules.files import load_rules
from inboxcrm.rules.rule import Rule, RuleSet
from inboxcrm.rules.schema import make_schema
from inboxcrm.sales import events as sales_events

if TYPE_CHECKING:
    from inboxcrm.base.settings import Settings

log = structlog.get_logger()
Stamp = tuple[tuple[str, int, int, int], ...]  # of each file: name, when written, size, inode
SETTLED_NS = 1_000_000_000
EVENT_KINDS = sorted(
    value
    for module in (crm_events, ingest_events, outbox_events, sales_events)
    for name, value in vars(module).items()
    if name.isupper()
)
# The kind of record that an event is about, by its first word; all others are about none.
KIND_OF_EVENT = {
    "lead": "lead",
    "opportunity": "opportunity",
    "stage": "opportunity",
    "deal": "opportunity",
    "quote": "document",
    "document": "document",
    "order": "document",
    "invoice": "document",
    "letter": "letter",
    "message": "message",
    "draft": "letter",
}
# Written for the history alone; nobody reacts to them.
QUIET = (
    "change.undone",
    "contact.changed",
    "evidence.added",
    "fact.changed",
    "field.changed",
    "filing.forgotten",
    "filing.remembered",
    "import.ended",
    "letter.written",
    "message.noise",
    "message.quarantined",
    "paper.made",
)


class RulesFaulty(ConfigError):
    """The rule files have faults; the message is one line for each."""

    def __init__(self, rules: RuleSet) -> None:
        super().__init__("\n".join(str(fault) for fault in rules.faults))


def read_rules(
    folder: Path,
    stages: Collection[str] = (),
    fields: Collection[CustomField] = (),
    settings: Settings | None = None,
) -> RuleSet:
    """Read the rules of a folder with all their faults.

    `stages` are those of the pipelines, if not as shipped; `fields` are those of the company's own. With `settings`
    the names of users, letters, webhooks and so on that actions use are checked too.
    """
    shapes = {name: verb.shape for name, verb in ACTIONS.items()}
    tables = with_fields(fact_tables(stages) if stages else FACT_TABLES, fields)
    read = load_rules(folder, tables, shapes, EVENT_KINDS)
    unreachable = [fault for rule in read.rules if (fault := _unreachable(rule))]
    wrong = action_faults(read.rules, settings, tables, folder) if settings else []
    return RuleSet(read.rules, sort_faults((*read.faults, *unreachable, *wrong)))


def schema_of_rules(stages: Collection[str] = (), fields: Collection[CustomField] = ()) -> dict[str, object]:
    """Give the JSON Schema of rule files, with the stages and fields of the company's own."""
    shapes = {name: verb.shape for name, verb in ACTIONS.items()}
    reachable = [event for event in EVENT_KINDS if event not in QUIET]
    return make_schema(with_fields(fact_tables(stages) if stages else FACT_TABLES, fields), shapes, reachable)


def kind_of_event(event: str) -> str | None:
    """Give what a rule on this event must be `for`; None for an event to which nobody reacts."""
    return None if event in QUIET else KIND_OF_EVENT.get(event.partition(".")[0], "company")


def _unreachable(rule: Rule) -> Fault | None:
    """Find a rule that could never fire: its event is about another kind of record, or only for the history."""
    event = rule.listens_to
    kind = kind_of_event(event) if event else rule.kind
    if kind == rule.kind:
        return None
    remedy = f'write for = "{kind}"' if kind else "choose another event"
    return Fault(rule.place, f"rule '{rule.id}' on '{event}' for '{rule.kind}' would never fire", remedy)


@dataclass(slots=True)
class RuleBook:
    """The rules of one folder; a faulty change is refused and the old rules stay.

    A change is taken over when nothing was written for a second, as a file that an editor is still writing may look
    right by chance. `refused` are the faults of the folder as it is now.
    """

    folder: Path
    stages: tuple[str, ...] = ()
    fields: tuple[CustomField, ...] = ()
    settings: Settings | None = None
    clock: Clock = field(default_factory=SystemClock)  # the real one, as files are stamped by it
    refused: tuple[Fault, ...] = ()
    is_news: bool = True  # nobody was told of `refused` yet
    _stamp: Stamp = ()
    _rules: tuple[Rule, ...] = field(default=())

    def open(self) -> RuleBook:
        """Read the rules for the first time; raises RulesFaulty."""
        self._stamp, found = self._look(), read_rules(self.folder, self.stages, self.fields, self.settings)
        if found.faults:
            raise RulesFaulty(found)
        self._rules = found.rules
        return self

    def current(self) -> tuple[Rule, ...]:
        """Give the rules in force now; looks whether a file has changed."""
        stamp = self._look()
        if stamp != self._stamp and not self._is_being_written(stamp):
            self._take_over(stamp)
        return self._rules

    def _take_over(self, stamp: Stamp) -> None:
        found = read_rules(self.folder, self.stages, self.fields, self.settings)
        if self._look() != stamp:
            return  # it was written while it was read: the next look finds it whole
        self._stamp, self.refused, self.is_news = stamp, found.faults, True
        if found.faults:
            log.error("rules_refused", faults=[str(fault) for fault in found.faults])
        else:
            self._rules = found.rules
            log.info("rules_taken_over", count=len(found.rules))

    def _is_being_written(self, stamp: Stamp) -> bool:
        now = (self.clock.now() - EPOCH) // timedelta(microseconds=1) * 1000
        changed = set(stamp) - set(self._stamp)
        return any(0 <= now - written < SETTLED_NS for _, written, _, _ in changed)

    def _look(self) -> Stamp:
        found = []
        for file in sorted(self.folder.glob("*.toml")):
            with suppress(FileNotFoundError):  # it goes while we look
                state = file.stat()
                found.append((file.name, state.st_mtime_ns, state.st_size, state.st_ino))
        return tuple(found)
