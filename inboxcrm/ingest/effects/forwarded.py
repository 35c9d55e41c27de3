"""One of us has forwarded what somebody outside wrote: it is that person's, and the forwarder's to answer (IN-6).

Only what is proven to be the forwarder's own counts; until then the mail is kept and does nothing (T7, T8).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from inboxcrm.base.work import Work
from inboxcrm.crm.first_contact import first_contact_due
from inboxcrm.crm.lead import OWNING_ROLES, assign_lead
from inboxcrm.crm.store import box_by_id, lead_of_box
from inboxcrm.crm.task import add_task
from inboxcrm.ingest import events
from inboxcrm.ingest.effects.asker import Asker, file_for_asker
from inboxcrm.ingest.effects.filed import note_filed
from inboxcrm.ingest.effects.form_person import asker_of_form
from inboxcrm.ingest.effects.proof import is_proven
from inboxcrm.ingest.forwarding import forward_in
from inboxcrm.ingest.found import read_particulars
from inboxcrm.ingest.origin import origin_of_mail
from inboxcrm.ingest.records import Message
from inboxcrm.ingest.support import SOURCE as SUPPORT
from inboxcrm.ingest.support import is_ticket
from inboxcrm.ingest.thread import thread_keys
from inboxcrm.mail.automatic import automatic_kind
from inboxcrm.mail.forward import Forwarded, bare_subject
from inboxcrm.mail.incoming import Incoming
from inboxcrm.mail.parse import parse_headers
from inboxcrm.mail.reply import new_words

if TYPE_CHECKING:
    from inboxcrm.base.settings import User


def act_on_forwarded(work: Work, message: Message, incoming: Incoming) -> None:
    """Keep the forwarder's own words for the workers, and file the mail if it is proven."""
    forward = forward_in(incoming, work.settings)
    message.new_words = new_words(forward.above) if forward else ""
    note_filed(message, "waits for the proof that its sender forwarded it")
    work.emit(events.FORWARD_RECEIVED, ("message", message.id), box_id=message.box_id, sender=message.sender)
    take_forward(work, message, incoming)


def take_forward(work: Work, message: Message, incoming: Incoming) -> None:
    """File a proven forward for the person who wrote it, once."""
    forward = forward_in(incoming, work.settings)
    user = work.settings.user_by_address(message.sender)
    if message.acted_at is not None or not is_proven(message) or forward is None or user is None:
        return
    message.acted_at = work.now
    asker = _asker(work, message, forward, user, incoming)
    if asker is None:
        note_filed(
            message, f"forwarded by {user.key}: a machine wrote it ({forward.sender.address}), no person asks"
        )
        return
    made = file_for_asker(work, message, asker)
    lead = lead_of_box(work.session, message.box_id) if message.box_id else None
    if lead is None or lead.owner is not None or lead.state != "New" or user.role not in OWNING_ROLES:
        return
    assign_lead(work, lead, user.key)
    add_task(
        work,
        box_by_id(work.session, lead.box_id),
        "first contact",
        f"Answer {asker.name or asker.address}: {asker.topic}",
        owner=user.key,
        due_at=first_contact_due(work, lead, user),
        why="You forwarded this mail (IN-6)"
        if made
        else "You forwarded a mail of this lead, which was nobody's (IN-6)",
        occasion=f"forward:{message.id}",
    )


def _asker(work: Work, message: Message, forward: Forwarded, user: User, incoming: Incoming) -> Asker | None:
    """Give who wrote what was forwarded; of a form's notification the person in the form; None of a machine."""
    via = f"forwarded by {user.key}" + (" (the first of several attached mails)" if forward.others else "")
    form = work.settings.form_of(forward.sender.address, forward.subject)
    if form is not None:
        asker = asker_of_form(work, message, form, forward.text, via) if form.kind == "lead" else None
        return asker if isinstance(asker, Asker) else None
    if _is_machine(forward):
        return None
    person = forward.sender
    wrote_to = [one.address for one in forward.original.to] if forward.original else []
    origin = origin_of_mail(work.settings, wrote_to, bare_subject(forward.subject))
    if is_ticket(work.settings, forward, message.sender):
        origin = replace(origin, source=SUPPORT)
    return Asker(
        address=person.address[:320],
        name=person.name,
        topic=bare_subject(forward.subject),
        need=new_words(forward.text),
        source=origin.source,
        via=via,
        lead_type=origin.lead_type,
        campaign=origin.campaign,
        is_by_mail=True,
        said_at=forward.sent_at,
        thread_keys=_keys_of(forward, incoming),
        particulars=read_particulars(
            work.settings, message.id, forward.text, person, what="the forwarded mail"
        ),
    )


def _keys_of(forward: Forwarded, incoming: Incoming) -> tuple[str, ...]:
    """Give the keys of what was forwarded: of an attached mail its own, else those that the forward's headers name."""
    named = thread_keys(forward.original) if forward.original else []
    return tuple(dict.fromkeys((*named, *thread_keys(incoming))))


def _is_machine(forward: Forwarded) -> bool:
    """Tell whether nobody can be answered there: an automatic mail, or an address that nobody reads."""
    head = forward.original or parse_headers(f"From: <{forward.sender.address}>\r\n".encode())
    return automatic_kind(head) is not None
