"""A telephone system sends its list of calls: those with people whom we know are logged, each once (IN-14).

Of all others nothing is made: a list holds suppliers, private calls and colleagues, too.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from inboxcrm.base.settings_form import Form
from inboxcrm.base.store import blob_content
from inboxcrm.base.work import Work
from inboxcrm.crm.call import Call, log_call
from inboxcrm.crm.store import contacts_by_phones, waking_boxes_of_contact
from inboxcrm.ingest.effects.filed import note_filed
from inboxcrm.ingest.records import Message
from inboxcrm.mail.call_list import MOST_BYTES, CallList, ListedCall, read_call_list
from inboxcrm.mail.contact_numbers import read_phone
from inboxcrm.mail.incoming import Attachment, Incoming
from inboxcrm.mail.parse import attachment_content

if TYPE_CHECKING:
    from inboxcrm.crm.records import Contact

MOST_FILES = 5
NONE_ATTACHED = "no list of calls (CSV) is attached to it"


def take_call_list(work: Work, message: Message, form: Form, incoming: Incoming) -> str:
    """Log the calls of the lists that are attached; give why not, if nothing can be read."""
    read = _read(work, message, form, incoming)
    calls = [call for one in read for call in one.calls]
    if not calls:
        missing = [one.missing for one in read if one.missing] or ["no row of it can be read"]
        return missing[0] if read else NONE_ATTACHED
    known = _people(work, calls)
    logged = sum([_log(work, message, form, call, known) for call in calls])
    left_out = sum(one.left_out for one in read)
    unread = f", rows that cannot be read: {left_out}" if left_out else ""
    note_filed(message, f"a list of calls: {len(calls)}, new ones with people we know: {logged}{unread}")
    return ""


def _read(work: Work, message: Message, form: Form, incoming: Incoming) -> list[CallList]:
    files = [one for one in incoming.attachments if _is_list(one)][:MOST_FILES]
    raw = blob_content(work.session, message.raw_sha256) if files else b""
    labels, zone = form.fields.labels, work.settings.company.zone
    return [read_call_list(attachment_content(raw, one.sha256) or b"", labels, zone) for one in files]


def _is_list(attachment: Attachment) -> bool:
    is_csv = attachment.content_type.endswith("/csv") or attachment.name.lower().endswith((".csv", ".tsv"))
    return is_csv and attachment.size <= 2 * MOST_BYTES


def _people(work: Work, calls: list[ListedCall]) -> dict[str, tuple[str, Contact]]:
    """Give for each number as it is written the number that can be dialled, and the one person who has it."""
    country = work.settings.company.country
    written = {number for call in calls for number in (call.caller, call.called) if number}
    phones = {number: phone for number in sorted(written) if (phone := read_phone(number, country))}
    known = contacts_by_phones(work.session, set(phones.values()))
    people = {number: (phone, known.get(phone, [])) for number, phone in phones.items()}
    return {number: (phone, them[0]) for number, (phone, them) in people.items() if len(them) == 1}


def _log(
    work: Work, message: Message, form: Form, call: ListedCall, known: dict[str, tuple[str, Contact]]
) -> bool:
    """Log one call on the one open box of whom it was with, else on him alone; False if there is nothing to log."""
    is_out = call.direction == "out" or (not call.direction and call.caller not in known)
    found = known.get(call.called if is_out else call.caller)
    if found is None:
        return False
    phone, contact = found
    boxes = waking_boxes_of_contact(work.session, contact)
    told = Call(
        "out" if is_out else "in",
        call.started_at,
        phone=phone,
        seconds=call.seconds,
        text=call.text,
        has_talked=call.has_talked,
    )
    box = boxes[0] if len(boxes) == 1 else None
    key = hashlib.sha256(call.key.encode("utf-8", "surrogatepass")).hexdigest()
    occasion = f"list:{form.sender[:120]}:{key}"
    return log_call(work, told, occasion=occasion, box=box, contact=contact, message_id=message.id)
