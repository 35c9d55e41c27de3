"""Notifications that a form rule reads: leads of the persons in forms, calls, and deals that are paid (IN-7, IN-14).

The mail server must vouch for the sender unless the rule does without; what it does not vouch for, and what cannot be
read, makes nothing: it is kept, and a person is told. Reply-To is data here, never an identity.
"""

from __future__ import annotations

from inboxcrm.base.settings_form import Form
from inboxcrm.base.store import blob_content
from inboxcrm.base.work import Work
from inboxcrm.ingest.effects.asker import Asker, file_for_asker
from inboxcrm.ingest.effects.call_list import take_call_list
from inboxcrm.ingest.effects.called import take_call
from inboxcrm.ingest.effects.filed import note_filed
from inboxcrm.ingest.effects.form_person import asker_of_form
from inboxcrm.ingest.effects.paid import take_payment
from inboxcrm.ingest.effects.parked import park
from inboxcrm.ingest.records import Message
from inboxcrm.mail.forms import read_form
from inboxcrm.mail.incoming import Incoming
from inboxcrm.mail.parse import attachment_content

DETAILS = ("product", "count", "language", "source", "amount", "currency", "employees", "industry")
MOST_JSON = 200_000
UNPROVEN = "the mail server does not vouch for its sender"


def act_on_form(work: Work, message: Message, incoming: Incoming) -> None:
    """Read a notification by its rule, once its sender is proven; park what cannot be used."""
    form = work.settings.form_of(message.sender, message.subject)
    if message.acted_at is not None or form is None:
        return
    # Tools that answer their own mails over and over make one thread of many people's forms.
    message.box_id = message.contact_id = None
    note_filed(message, "on no box")
    if form.requires_proof and not message.is_aligned:
        park(work, message, form, UNPROVEN)
        return
    if form.kind == "call list":
        refused = take_call_list(work, message, form, incoming)
    else:
        refused = _READERS[form.kind](work, message, form, _text_of(work, message, incoming))
    if refused:
        park(work, message, form, refused)
    else:
        message.acted_at = work.now


def _text_of(work: Work, message: Message, incoming: Incoming) -> str:
    """Give the words of a notification; of one that is JSON and nothing else, that JSON."""
    data = next((one for one in incoming.attachments if one.content_type == "application/json"), None)
    if data is None or data.size > MOST_JSON or incoming.text.strip():
        return incoming.text
    content = attachment_content(blob_content(work.session, message.raw_sha256), data.sha256)
    return (content or b"").decode("utf-8", "replace")


def _act_on_lead(work: Work, message: Message, form: Form, text: str) -> str:
    asker = asker_of_form(work, message, form, text, f"the form of {form.sender}")
    if isinstance(asker, str):
        return asker
    _make(work, message, asker, read_form(text, form.fields.labels))
    return ""


def _make(work: Work, message: Message, asker: Asker, values: dict[str, str]) -> None:
    if work.settings.is_inside(asker.address):
        note_filed(message, f"{asker.address} is one of us: no lead")
        return
    lead = file_for_asker(work, message, asker)
    if lead is not None:
        lead.details = {name: values[name][:300] for name in DETAILS if name in values} or None


def _act_on_deal(work: Work, message: Message, form: Form, text: str) -> str:
    return take_payment(work, message, form, read_form(text, form.fields.labels))


def _act_on_call(work: Work, message: Message, form: Form, text: str) -> str:
    return take_call(work, message, form, read_form(text, form.fields.labels))


_READERS = {"lead": _act_on_lead, "deal": _act_on_deal, "call": _act_on_call}
