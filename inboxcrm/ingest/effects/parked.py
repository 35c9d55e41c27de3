"""Mail of which nothing can be made: kept, and a manager is told, once a day for each sender and reason (IN-7, P12)."""

from __future__ import annotations

from inboxcrm.base.settings_form import Form
from inboxcrm.base.work import Work
from inboxcrm.ingest import events
from inboxcrm.ingest.effects.filed import note_filed
from inboxcrm.ingest.effects.noise import act_on_noise
from inboxcrm.ingest.records import Message
from inboxcrm.mail.incoming import Address, Incoming
from inboxcrm.outbox.letter import Plan, write_letter

UNSIGNED = "unsigned"


def act_on_unsigned(work: Work, message: Message, incoming: Incoming) -> None:
    """A mail that names no sender, or whose headers nobody can read: only a person can tell what it is (P12)."""
    act_on_noise(work, message, incoming)
    note_filed(message, f"parked: {message.kind_reason}", "unsure")
    _tell_manager(
        work, message, UNSIGNED, UNSIGNED, message.kind_reason, "Not filed: a mail that names no sender"
    )


def park(work: Work, message: Message, form: Form, reason: str) -> None:
    """Keep a notification without doing anything because of it, and tell a person why."""
    note_filed(message, f"parked: {reason}", "unsure")
    work.emit(
        events.FORM_PARKED, ("message", message.id), sender=message.sender, form=form.sender, reason=reason
    )
    subject = f"Not read: a {form.kind} notification of {form.sender}"
    _tell_manager(work, message, form.sender, form.kind, reason, subject)


def _tell_manager(work: Work, message: Message, of: str, kind: str, reason: str, subject: str) -> None:
    manager = work.settings.manager
    day = work.now.astimezone(work.settings.company.zone).date().isoformat()
    write_letter(
        work,
        Plan(
            kind="parked",
            dedupe=f"parked:{of}:{kind}:{reason}:{day}"[:200],
            account=work.settings.house_account.address,
            to=[Address(manager.name, manager.address)],
            user=manager.key,
            subject=subject,
            facts={
                "name": manager.name,
                "sender": message.sender,
                "subject": message.subject,
                "words": message.text[:1000],
                "reason": reason,
                "kind": kind,
                "number": message.id,
                "house": work.settings.house_account.address,
            },
        ),
    )
