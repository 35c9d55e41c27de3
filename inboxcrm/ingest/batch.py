"""What the mails of one batch share, so that questions are asked once for all of them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from inboxcrm.base.database import Session
from inboxcrm.base.store import expect_rows
from inboxcrm.crm.companies.store import learn_organizations
from inboxcrm.crm.importing.store import contacts_with_dormant_deal
from inboxcrm.crm.people import company_domain
from inboxcrm.crm.store import contact_ids, contacts_with_waking_box, learn_people
from inboxcrm.ingest.describe import Described
from inboxcrm.ingest.offers.store import learn_offers
from inboxcrm.ingest.records import Filing
from inboxcrm.ingest.store import boxes_of_threads, filings_of, keys_of, messages_by_ident
from inboxcrm.ingest.thread import Keys
from inboxcrm.outbox.store import rewritten_ids


@dataclass(slots=True)
class Batch:
    """What the mails of a batch share: what was known before the first; each adds what the next ones must know."""

    messages: dict[str, int]  # by their identity
    keys: Keys  # of threads
    boxes: dict[int, int | None]  # of threads; a box may have become part of another one
    contacts: dict[str, int]  # by their addresses
    boxed: set[int]  # contacts with a box that mail may be filed on
    dormant: set[int]  # contacts with a deal of an old CRM that their mail wakes (IN-15)
    filings: dict[str, Filing]  # what persons have said of senders
    rewritten: set[str]  # ids that mail clients gave to drafts of ours
    new_places: list[dict[str, Any]] = field(default_factory=list)


def ask_about(session: Session, mails: Sequence[Described], acting: Collection[Described] = ()) -> Batch:
    """Ask all questions about the mails of a batch that can be asked before its first one.

    `acting` are those of them that will do something: their people are made ready.
    """
    expect_rows(session, len(mails))
    keys = keys_of(session, {key for mail in mails for key in mail.keys})
    contacts = contact_ids(session, {one for mail in mails for one in mail.values["outside"]})
    if acting:
        _learn_of(session, acting, contacts)
    return Batch(
        messages=messages_by_ident(session, [mail.ident for mail in mails]),
        keys=keys,
        boxes=boxes_of_threads(session, keys.threads()),
        contacts=contacts,
        boxed=contacts_with_waking_box(session, set(contacts.values())),
        dormant=contacts_with_dormant_deal(session, set(contacts.values())),
        filings=filings_of(session, {mail.values["sender"] for mail in mails}),
        rewritten=rewritten_ids(session, {name for mail in mails for name in mail.values["reference_ids"]}),
    )


def _learn_of(session: Session, acting: Collection[Described], contacts: dict[str, int]) -> None:
    """Make the people ready to whom something will be done; old mail and noise ask nothing of this."""
    learn_people(session, {one for mail in acting for one in mail.values["outside"]})
    senders = {mail.values["sender"] for mail in acting}
    learn_offers(session, senders)
    learn_organizations(
        session, {domain for one in senders - contacts.keys() if (domain := company_domain(one))}
    )
