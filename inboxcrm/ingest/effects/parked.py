"""A notification that cannot be used: kept, and a manager is told, once a day for each sender and reason (IN-7)."""

from __future__ import annotations

from inboxcrm.base.settings_form import Form
from inboxcrm.base.work import Work
from inboxcrm.ingest import events
from inboxcrm.ingest.effects.filed import note_filed
from inboxcrm.ingest.records import Message
from inboxcrm.mail.incoming import Address
from inboxcrm.outbox.letter import Plan, write_letter


def park(work: Work, message: Message, form: Form, reason: str) -> None:
    """Keep a notification without doing anything because of it, and tell a person why."""
    note_filed(message, f"parked: {reason}", "unsure")
    work.emit(
        events.FORM_PARKED, ("message", message.id), sender=message.sender, form=form.sender, reason=reason
    )
    manager = work.settings.user_by_key(work.settings.manager_key)
    if manager is None:
        return
    day = work.now.astimezone(work.settings.company.zone).date().isoformat()
    write_letter(
        work,
        Plan(
            kind="parked",
            dedupe=f"parked:{form.sender}:{form.kind}:{reason}:{day}"[:200],
            account=work.settings.house_account.address,
            to=[Address(manager.name, manager.address)],
            user=manager.key,
            subject=f"Not read: a {form.kind} notification of {form.sender}",
            facts={
                "name": manager.name,
                "sender": message.sender,
                "subject": message.subject,
                "words": message.text[:1000],
                "reason": reason,
                "kind": form.kind,
                "house": work.settings.house_account.address,
            },
        ),
    )
