"""Tells the demo's story as it happens: who wrote what, and what the product did and why."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any

from inboxcrm.demo.people import Person
from inboxcrm.demo.stage import Stage

Payload = dict[str, Any]

# How a fact of the product is told; facts that are not here are not told.
TOLD: dict[str, Callable[[Payload], str]] = {
    "lead.created": lambda p: f"made a lead and its box {p['name']!r} (source {p['source']})",
    "lead.moved": lambda p: f"the lead goes from {p['old']} to {p['new']}",
    "task.created": lambda p: f"{p['owner']} has to: {p['text']} ({p['kind']})",
    "message.noise": lambda p: (
        f"filed a mail of {p['sender']} as {p['noise']}, which does nothing: {p['reason']}"
    ),
    "opportunity.created": lambda p: f"made the opportunity {p['name']!r} ({p['kind']}, owner {p['owner']})",
    "stage.changed": lambda p: f"the opportunity moves from {p['old']} to {p['new']}",
    "quote.issued": lambda p: f"issued quote {p['number']} over {p['total']}",
    "quote.sent": lambda p: f"saw quote {p['number']} in her Sent folder: it counts as sent",
    "document.accepted": lambda p: (
        f"{p['signatory']} accepted {p['number']} ({p['reference']}): order {p['order']}"
    ),
    "opportunity.won": lambda p: f"the opportunity {p['name']!r} is won",
    "evidence.added": lambda p: f"kept as evidence: {p['words'].splitlines()[0][:60]!r}",
    "invoice.prepared": lambda p: (
        f"prepared the invoice of order {p['order']}; it cools until {p['finalise_at'][11:16]} UTC"
    ),
    "invoice.issued": lambda p: f"issued invoice {p['number']} over {p['total']}, due {p['due_on']}",
    "invoice.paid": lambda p: f"invoice {p['number']} is paid",
    "order.delivered": lambda p: f"order {p['number']} is delivered",
    "order.closed": lambda p: f"order {p['number']} is delivered and paid: closed",
    "task.snoozed": lambda p: f"a task is put off until {p['new'][:10]}",
    "rule.fired": lambda p: f"rule {p['rule']}: {p['did']}. Why: {p['why']}",
    "rule.refused": lambda p: f"rule {p['rule']} refused: {p['reason']}",
    "letter.sent": lambda p: f"sent {_a(p['kind'])} to {', '.join(p['to'])}",
    "letter.failed": lambda p: f"could not send {_a(p['kind'])} to {', '.join(p['to'])}: {p['error']}",
    "draft.laid": lambda p: f"laid a draft to {', '.join(p['to'])} into her Drafts folder",
}


def _a(kind: str) -> str:
    return f"an {kind}" if kind[0] in "aeiou" else f"a {kind}"


@dataclass(slots=True)
class Teller:
    """Prints the timeline; reads what the product did from its events."""

    stage: Stage
    echo: Callable[[str], object]
    last_event: int = 0
    told_mails: set[str] = field(default_factory=set)

    def say(self, text: str) -> None:
        """Print a line as it is."""
        self.echo(text)

    def act(self, title: str) -> None:
        """Begin an act."""
        self.echo(f"\n{title}")

    def line(self, who: str, what: str) -> None:
        """Tell one thing that somebody did."""
        self.catch_up()
        self.echo(f"  {self.stage.clock.now():%d %b %H:%M}  {who:12} {what}")

    def person(self, person: Person, what: str) -> None:
        """Tell what a person did."""
        self.line(person.name.split()[0], what)

    def gets(self, person: Person, mail: EmailMessage) -> None:
        """Tell once that a person got a mail."""
        mail_id = f"{person.address} {mail['Message-ID']}"
        if mail_id not in self.told_mails:
            self.told_mails.add(mail_id)
            self.person(person, f"gets the mail {str(mail['Subject'])!r}")

    def catch_up(self) -> None:
        """Tell what the product did since it was last told."""
        rows = self.stage.ask(
            "select id, kind, payload, actor from event where id > ? order by id", self.last_event
        )
        for event_id, kind, payload, _actor in rows:
            self.last_event = event_id
            if kind in TOLD:
                when = f"{self.stage.clock.now():%d %b %H:%M}"
                self.echo(f"  {when}  {'inboxcrm':12}     {TOLD[kind](json.loads(payload))}")

    def close(self, summary: dict[str, int]) -> None:
        """Tell the counts, the ledger, and where everything is."""
        self.act("The ledger: messages on the server = locations + quarantine")
        self.echo(self.stage.command("ledger"))
        counts = ", ".join(f"{name.replace('_', ' ')} {count}" for name, count in summary.items())
        self.echo(f"Counts: {counts}")
        folder = self.stage.folder
        self.echo(f"Mails, as every mailbox got them: {folder / 'mails'}")
        self.echo(f"PDFs: {folder / 'papers'}")
        self.echo(f"Database: {self.stage.database}")
        self.echo(f"Look around: inboxcrm show 1 --config {self.stage.config}")
