"""What a person must look at: letters in doubt, unread mails, dead mailboxes, failed reactions, refused rules.

It is asked once, however many are told of it; of what lies on a box each is told only what he may see (MG-6).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from inboxcrm.base.spelled import spell_moment
from inboxcrm.base.store import events_of_kinds, failed_events
from inboxcrm.crm.access import MANAGERS
from inboxcrm.crm.briefing.store import places_of
from inboxcrm.ingest.staleness import all_readings
from inboxcrm.ingest.store import count_quarantine
from inboxcrm.mail.scrub import scrub_line
from inboxcrm.outbox.store import bounced_recipients, count_letters, held_letters, letters_in_state

if TYPE_CHECKING:
    from inboxcrm.base.settings import Settings, User
    from inboxcrm.base.work import Event, Work
    from inboxcrm.ingest.staleness import Reading
    from inboxcrm.outbox.records import Letter, LetterRecipient

MANY = 60
MOST_NAMED = 10
MOST_MAILBOXES = 5
BOUNCES_TOLD_FOR = timedelta(days=7)
REFUSALS = ("rule.refused", "rule.loop", "webhook.failed")

Sees = Callable[[Any], bool]


@dataclass(frozen=True, slots=True)
class Trouble:
    """All that went wrong and still is so, and which rules were refused since a moment."""

    now: datetime
    readings: Sequence[Reading]
    letters: Sequence[Letter]  # uncertain or failed
    bounces: Sequence[tuple[Letter, LetterRecipient]]
    quarantined: int
    failures: Sequence[Event]
    waiting: int
    held: Sequence[tuple[str, int]]
    refusals: Sequence[Event]
    places: dict[int, Any]

    @classmethod
    def of(cls, work: Work, since: datetime | None = None) -> Trouble:
        """Look at all of it; without `since` refused rules are left out."""
        session = work.session
        letters = letters_in_state(session, "uncertain", "failed")
        refusals = events_of_kinds(session, REFUSALS, since) if since else []
        boxes = {one.box_id for one in letters if one.box_id is not None}
        boxes |= {one.box_id for one in refusals if one.box_id is not None}
        return cls(
            work.now,
            all_readings(session, work.settings),
            letters,
            [
                (letter, recipient)
                for letter, recipient in bounced_recipients(session, work.now - BOUNCES_TOLD_FOR)
                if letter.box_id is None  # the others are a task of the owner of their box
            ],
            count_quarantine(session),
            failed_events(session),
            count_letters(session, "waiting"),
            held_letters(session),
            refusals,
            places_of(session, boxes) if boxes else {},
        )

    def unread(self) -> list[str]:
        """Name the mailboxes that are not read."""
        return [
            f"the mailbox {one.address} is not read: `inboxcrm doctor` says why"
            for one in self.readings
            if one.is_told and one.is_stale(self.now)  # a mailbox may lag for a moment after a night's sleep
        ]

    def uncertain(self, sees: Sees) -> list[str]:
        """Name the letters of which nobody knows whether they left."""
        return [
            f"letter {letter.id} ({letter.subject}) may or may not have left: "
            f"`inboxcrm outbox resolve {letter.id} sent` or `again`"
            for letter in self.letters
            if letter.state == "uncertain" and self._is_seen(letter.box_id, sees)
        ]

    def failed(self, sees: Sees) -> list[str]:
        """Name the letters that did not leave, or came back."""
        found = [
            f"letter {x.id} ({x.subject}) failed: {x.error}"
            for x in self.letters
            if x.state == "failed" and self._is_seen(x.box_id, sees)
        ]
        return found + [
            f"letter {letter.id} ({letter.subject}) came back from {recipient.address}: {recipient.text}"
            for letter, recipient in self.bounces
        ]

    def machines(self) -> list[str]:
        """Say what of mail and of facts could not be worked."""
        found = []
        if self.quarantined:
            told = spell_count(self.quarantined, "mail")
            found.append(f"{told} could not be read: `inboxcrm quarantine list` shows them")
        if self.failures:
            count, first = spell_count(len(self.failures), "fact"), self.failures[0]
            found.append(f"{count} could not be reacted to; the first: {first.kind}: {first.error}")
        return found

    def waits(self) -> list[str]:
        """Say what is held: letters of an account that is not live, or over a cap; and a queue that is too long."""
        found = [f"{spell_count(count, 'letter')} {why}" for why, count in self.held]
        return [*found, f"{self.waiting} letters wait to leave"] if self.waiting > MANY else found

    def refused(self, sees: Sees) -> list[str]:
        """Name the rules that could not do what they say, each once with how often."""
        found: dict[str, int] = {}
        for event in self.refusals:
            if self._is_seen(event.box_id, sees):
                words = _refusal(event)
                found[words] = found.get(words, 0) + 1
        listed = [f"{words}{f' ({count} times)' if count > 1 else ''}" for words, count in found.items()]
        more = [f"{len(listed) - MOST_NAMED} more rules were refused"] if len(listed) > MOST_NAMED else []
        return listed[:MOST_NAMED] + more

    def words(self, sees: Sees) -> list[str]:
        """Say all of it but refused rules and what is held, the most pressing first."""
        many = [f"{self.waiting} letters wait to leave"] if self.waiting > MANY else []
        return [*self.unread(), *self.uncertain(sees), *self.failed(sees), *self.machines(), *many]

    def _is_seen(self, box_id: int | None, sees: Sees) -> bool:
        return box_id is None or box_id not in self.places or sees(self.places[box_id])


def _refusal(event: Event) -> str:
    if event.kind == "rule.loop":
        return "rules cause each other in a loop; it was ended after five steps"
    if event.kind == "webhook.failed":
        hook, error = event.payload.get("webhook"), scrub_line(str(event.payload.get("error", "")))
        return f"the webhook {hook} was not told of {event.payload.get('told')}: {error}"
    rule, reason = str(event.payload.get("rule", "")), scrub_line(str(event.payload.get("reason", "")))
    return f"rule {rule} was refused: {reason}"


def mailboxes_read(readings: Collection[Reading], settings: Settings) -> list[str]:
    """Say of each mailbox when it was last read, for the foot (P13)."""
    zone = settings.company.zone
    return [
        f"{one.address} {'last read ' + spell_moment(one.last_at, zone) if one.last_at else 'never read'}"
        for one in readings
    ]


class MailboxesTold:
    """Says to each reader when the shared mailboxes and his own were last read, and to managers when all were (P13)."""

    def __init__(self, readings: Sequence[Reading], settings: Settings, now: datetime) -> None:
        """Look at each mailbox once, however many are told."""
        whose = {one.address: one.user for one in settings.account if one.kind == "personal"}
        self._settings, self._now = settings, now
        self._shared = [one for one in readings if one.address not in whose]
        self._own: dict[str | None, list[Reading]] = {}
        for one in readings:
            if one.address in whose:
                self._own.setdefault(whose[one.address], []).append(one)
        self._of_all = self._say(readings)

    def to(self, user: User) -> list[str]:
        """Say it to a user; of more than a few mailboxes only that all are read, and which are not."""
        if user.role in MANAGERS:
            return self._of_all
        return self._say([*self._shared, *self._own.get(user.key, ())])

    def _say(self, own: Sequence[Reading]) -> list[str]:
        if len(own) <= MOST_MAILBOXES:
            return mailboxes_read(own, self._settings)
        stale = [one for one in own if one.is_stale(self._now) or one.last_at is None]
        fresh = spell_count(len(own) - len(stale), "mailbox").replace("mailboxs", "mailboxes")
        told = [
            f"{fresh} read within the last minutes",
            *mailboxes_read(stale[:MOST_MAILBOXES], self._settings),
        ]
        more = len(stale) - MOST_MAILBOXES
        return (
            [*told, f"and {more} more that {'was' if more == 1 else 'were'} not read"] if more > 0 else told
        )


def spell_count(count: int, noun: str) -> str:
    """Give a number with its noun: 1 mail, 2 mails."""
    return f"{count} {noun}{'' if count == 1 else 's'}"
