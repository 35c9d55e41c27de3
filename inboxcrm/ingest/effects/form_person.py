"""The person in a form, and what the form says of him, checked where that can be (IN-7, IN-9)."""

from __future__ import annotations

import re

from inboxcrm.base.settings import Settings
from inboxcrm.base.settings_form import Form
from inboxcrm.base.work import Work
from inboxcrm.crm.particulars import Particular
from inboxcrm.ingest.effects.asker import Asker
from inboxcrm.ingest.origin import Origin
from inboxcrm.ingest.records import Message
from inboxcrm.mail.contact_numbers import read_phone, read_vat_number
from inboxcrm.mail.forms import read_form
from inboxcrm.mail.scrub import scrub_line

_MAIL_ADDRESS = re.compile(r"[^\s<>@,;:\"()\[\]]{1,64}@[^\s<>@,;:\"()\[\]]{1,190}\.[^\W\d_]{2,24}")


def asker_of_form(work: Work, message: Message, form: Form, text: str, via: str) -> Asker | str:
    """Give the person in a form, or why there is none."""
    values = read_form(text, form.fields.labels)
    address = read_mail_address(values.get("email", ""))
    if not address:
        return "no mail address of a person can be read in it"
    origin = _origin(work.settings, form, values)
    return Asker(
        address=address,
        name=name_in(values),
        topic=_topic(values) or f"Form of {form.sender}",
        need=_need(values),
        source=origin.source,
        via=via,
        lead_type=origin.lead_type,
        campaign=origin.campaign,
        particulars=particulars_of(work, message, values),
    )


def read_mail_address(words: str) -> str:
    """Give the one mail address in a form's field, in lower case, "" if there is none or more than one."""
    found = {match[0].lower() for match in _MAIL_ADDRESS.finditer(words[:500])}
    return found.pop() if len(found) == 1 else ""


def name_in(values: dict[str, str]) -> str:
    """Give the name of the person in a form, from one field or two."""
    both = f"{values.get('first_name', '')} {values.get('last_name', '')}"
    return scrub_line(values.get("name") or both)[:200]


def _topic(values: dict[str, str]) -> str:
    wanted = " x ".join(values[name][:60] for name in ("count", "product") if name in values)
    first_line = values.get("need", "").partition("\n")[0]
    return scrub_line(wanted or first_line or values.get("company", ""))[:80]


def _need(values: dict[str, str]) -> str:
    wanted = [f"{name}: {values[name]}" for name in ("product", "count") if name in values]
    return "\n".join([*([values["need"]] if "need" in values else []), *wanted])


def _origin(settings: Settings, form: Form, values: dict[str, str]) -> Origin:
    """A form says where its people come from; what they say themselves counts if it is a source that we know."""
    named = scrub_line(values.get("campaign", ""))[:100]
    campaign = settings.campaign_named(named)
    said = settings.leads.source_named(values.get("source", ""))
    source = said or form.source or (campaign.source if campaign else "")
    lead_type = (
        settings.leads.type_named(values.get("type", "")) or form.type or (campaign.type if campaign else "")
    )
    return Origin(source or "Web Site", lead_type, campaign.name if campaign else named)


def particulars_of(work: Work, message: Message, values: dict[str, str]) -> dict[str, Particular]:
    """Give what a form says of its person, checked where that can be."""
    country = work.settings.company.country
    checked = {
        "phone": read_phone(values.get("phone", ""), country),
        "vat_number": read_vat_number(values.get("vat_number", ""), country),
        "company": scrub_line(values.get("company", "")),
        "language": scrub_line(values.get("language", "")),
    }
    return {
        name: Particular(value, message.id, f"the field {name} of the form")
        for name, value in checked.items()
        if value
    }
