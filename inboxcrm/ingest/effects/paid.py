"""A provider tells of a payment or subscription: the deal is won, once for each notification (IN-17).

Which deal: by the customer's account code, else his one open matter, else the deal that this provider told of
before, else a new one. Where that is not sure, a person decides.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from inboxcrm.base.money import Money
from inboxcrm.base.settings_form import Form
from inboxcrm.base.work import Work
from inboxcrm.crm.box import note_contact, touch_box
from inboxcrm.crm.opportunity import open_existing
from inboxcrm.crm.particulars import note_particulars
from inboxcrm.crm.people import find_or_make_contact
from inboxcrm.crm.provider_deal import deal_of_box, note_notification, note_paid
from inboxcrm.crm.provider_deals.store import (
    notified_opportunity,
    opportunities_by_account_code,
    opportunities_told_by,
)
from inboxcrm.crm.store import (
    contact_by_address,
    opportunity_of_box,
    waking_boxes_of_contact,
)
from inboxcrm.crm.turn import take_turn
from inboxcrm.ingest.effects.customer import look_again
from inboxcrm.ingest.effects.filed import note_filed
from inboxcrm.ingest.effects.form_person import name_in, particulars_of, read_mail_address
from inboxcrm.ingest.records import Message
from inboxcrm.mail.amounts import read_amount, read_currency
from inboxcrm.mail.scrub import scrub_line

if TYPE_CHECKING:
    from inboxcrm.crm.records import Contact, Opportunity

MOST_MINOR = 10**15
_BLANK = "0123456789.,'-\u00a0\u202f \t"


def take_payment(work: Work, message: Message, form: Form, values: dict[str, str]) -> str:
    """Win or bring up to date the deal that a proven notification is about; give why not, if not."""
    number = values.get("notification_id", "")[:200] or f"message {message.id}"
    if known := notified_opportunity(work.session, form.sender, number):
        message.box_id, message.contact_id = known.box_id, known.box.contact_id
        note_filed(message, f"notification {number} of {form.sender}, which was counted before")
        return ""
    amount = _money(work, values)
    if isinstance(amount, str):
        return amount
    found = _deal(work, message, form, values)
    if isinstance(found, str):
        return found
    note_paid(
        work, found, amount, account_code=values.get("account_code", ""), said_by=f"{form.sender} {number}"
    )
    note_notification(work, found, form.sender, number)
    message.box_id = found.box_id
    note_filed(message, f"{form.sender} tells of {amount}, notification {number}")
    touch_box(found.box, message.received_at, "inbound")
    return ""


def _money(work: Work, values: dict[str, str]) -> Money | str:
    """Give the exact amount, or why it cannot be told (V9): nothing is guessed and nothing is rounded."""
    words = values.get("amount", "")
    amount = read_amount(words)
    if amount is None:
        return f"the amount {words[:40]!r} cannot be read, or can mean two things"
    currency = read_currency(values.get("currency", "").upper()) or read_currency(words)
    if not currency and (values.get("currency") or words.strip(_BLANK)):
        return f"the currency of {words[:40]!r} cannot be told"
    money = Money.of(amount, currency or work.settings.company.currency)
    if money.amount != amount:
        return f"the amount {words[:40]!r} has more decimals than {money.currency} has"
    if money.minor > MOST_MINOR:
        return f"the amount {words[:40]!r} is beyond all measure"
    return money if money.minor > 0 else f"the amount {words[:40]!r} is no payment; is it a refund?"


def _deal(work: Work, message: Message, form: Form, values: dict[str, str]) -> Opportunity | str:
    code = values.get("account_code", "")[:100]
    with_code = opportunities_by_account_code(work.session, code) if code else []
    if len(with_code) > 1:
        return f"several deals have the account code {code}"
    if with_code:
        message.contact_id = with_code[0].box.contact_id
        return with_code[0]
    address = read_mail_address(values.get("email", ""))
    if not address or work.settings.is_inside(address):
        return "no mail address of a customer can be read in it, and no deal has its account code"
    contact = _contact(work, message, address, values)
    open_boxes = [
        box
        for box in waking_boxes_of_contact(work.session, contact)
        if (deal := opportunity_of_box(work.session, box.id)) is None or deal.is_open
    ]
    if len(open_boxes) > 1:
        return f"{address} has several open deals: {'; '.join(box.name for box in open_boxes)[:200]}"
    if open_boxes and (deal := deal_of_box(work, open_boxes[0], by=_owner(work))):
        return deal
    told = opportunities_told_by(work.session, contact, form.sender)
    told = [one for one in told if not code or one.account_code is None]
    if told:
        return told[-1]
    name = values.get("product") or f"Subscription of {contact.name}"
    # He has paid already: it stands on the last stage and is won next.
    deal = open_existing(work, contact, name=scrub_line(name)[:200], owner=_owner(work), is_paid=True)
    note_contact(work, deal.box, contact)
    return deal


def _contact(work: Work, message: Message, address: str, values: dict[str, str]) -> Contact:
    is_new = contact_by_address(work.session, address) is None
    contact = find_or_make_contact(work, address, name_in(values))
    message.contact_id = contact.id
    if is_new:
        look_again(work, message)
    note_particulars(work, contact, particulars_of(work, message, values), None)
    return contact


def _owner(work: Work) -> str:
    chosen = take_turn(work)
    return chosen.user.key if chosen else work.settings.manager.key
