"""A question to a customer for what is missing, as a draft that its rep sends (IN-9, IN-11)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from inboxcrm.base.errors import Refused
from inboxcrm.base.settings import Settings, User
from inboxcrm.base.work import Work
from inboxcrm.crm.particulars import missing_particulars
from inboxcrm.crm.store import first_address, lead_of_box
from inboxcrm.ingest.answering import answer_to
from inboxcrm.ingest.quoting import reply_subject
from inboxcrm.ingest.store import last_customer_message
from inboxcrm.mail.incoming import Address
from inboxcrm.mail.language import languages_of
from inboxcrm.outbox.letter import Plan, Thread, write_letter
from inboxcrm.outbox.render import template_languages

if TYPE_CHECKING:
    from inboxcrm.crm.records import Box
    from inboxcrm.ingest.records import Message

TEMPLATE = "ask"
NEEDS = ("company", "size", "product")
ASKABLE = (*NEEDS, "phone", "address", "vat_number")
MOST_PRODUCTS = 8
ENGLISH = "en"


def missing_of(work: Work, box: Box) -> list[str]:
    """Name what is to be asked for on a box: of a vague request what it is about, else what we do not know of him."""
    lead = lead_of_box(work.session, box.id)
    if lead is not None and lead.is_vague:
        return list(NEEDS)
    known = missing_particulars(box.contact) if box.contact else []
    return [name for name in known if name in ASKABLE]


def draft_question(work: Work, box: Box, user: User, asked: Sequence[str], occasion: str) -> None:
    """Lay a mail that asks the customer of a box for these things into a user's Drafts folder. Raises Refused."""
    account = work.settings.account_of_user(user.key)
    if account is None:
        raise Refused(f"the mailbox {user.address} is not watched, so no draft can be laid into it")
    if box.contact is None:
        raise Refused(f"nobody is known on {box.name} who could be asked")
    told = last_customer_message(work.session, box.id)
    language = language_to(work.settings, told, template_languages(TEMPLATE))
    write_letter(
        work,
        Plan(
            kind=TEMPLATE,
            form="draft",
            dedupe=f"{TEMPLATE}:{occasion}",
            account=account.address,
            to=[Address(box.contact.name, first_address(box.contact))],
            subject=reply_subject(told.subject) if told else work.settings.company.name,
            template=TEMPLATE,
            facts={
                "language": language,
                "name": box.contact.name,
                "sender": user.name,
                "company": work.settings.company.name,
                "asked": {name: name in asked for name in ASKABLE},
                "products": [one.description for one in work.settings.product[:MOST_PRODUCTS]],
            },
            thread=answer_to(work.session, told) if told else Thread(),
            box_id=box.id,
        ),
    )


def language_to(settings: Settings, message: Message | None, there: Collection[str]) -> str:
    """Give the language to write in: the customer's, else the first of ours, as far as there is a text in it."""
    written = languages_of(f"{message.subject}\n{message.new_words or message.text}") if message else ()
    return next((one for one in (*written[:1], *settings.sales.languages) if one in there), ENGLISH)
