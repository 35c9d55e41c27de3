"""Erases a person in one transaction: that of `erase_person`, or of whoever calls `erase_all_of`.

A second time finds nothing left to do.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from inboxcrm.app.erasure import store
from inboxcrm.app.erasure.beside.store import forget_beside
from inboxcrm.app.erasure.person import ERASED, Blanker, Person
from inboxcrm.app.erasure.redaction import EMPTY_MAIL, own_text, redacted_mail
from inboxcrm.base.database import lock_name
from inboxcrm.base.errors import Refused
from inboxcrm.base.history import tell_nothing
from inboxcrm.base.store import blob_content, keep_blobs
from inboxcrm.base.work import Office, Work
from inboxcrm.commands.store import forget_changes_of
from inboxcrm.crm.box import dismiss_lead
from inboxcrm.crm.events import PERSON_ERASED
from inboxcrm.ingest.erased.store import hash_of, note_erased
from inboxcrm.ingest.intake import INTAKE_LOCK
from inboxcrm.mail.forward import bare_subject
from inboxcrm.outbox.letter import move_letter

# Of an event these say what happened; all other words may be his.
PLAIN_KEYS = frozenset(("kind", "state", "source", "owner", "user", "old", "new", "form", "box_id", "field"))
UNSETTLED = ("claimed", "uncertain")


@dataclass(slots=True)
class Receipt:
    """What was erased, what stays and why, and where the mail servers still hold his mail."""

    addresses: list[str]
    own_mails: int = 0
    redacted_mails: int = 0
    letters: int = 0
    boxes: int = 0
    events: int = 0
    mentions: int = 0
    kept_documents: list[dict[str, str]] = field(default_factory=list)
    folders: list[dict[str, Any]] = field(default_factory=list)
    is_contact: bool = False


def look_for(office: Office, address: str) -> Receipt:
    """Say what there is of a person; nothing is changed."""
    with office.reading() as session:
        person = store.person_of(session, address)
        own = store.own_message_ids(session, person)
        threads = store.threads_of(session, own)
        boxes = [box.id for box in store.boxes_of(session, person)]
        begun = store.threads_begun_by(session, own, threads)
        person = replace(person, phrases=store.phrases_of(session, own, begun, boxes))
        others = store.mentioning_message_ids(session, person, own, threads, boxes)
        return Receipt(
            list(person.addresses),
            own_mails=len(own),
            redacted_mails=len(others),
            letters=len(store.letters_of(session, person, boxes, own)),
            boxes=len(boxes),
            kept_documents=_kept(store.documents_of(session, boxes), office.settings.privacy.retention_years),
            folders=_folders(store.folders_holding(session, [*own, *others])),
            is_contact=person.contact_id is not None,
        )


def erase_person(office: Office, address: str) -> Receipt:
    """Erase the owner of an address. Raises Refused where something about him is still under way."""
    told = look_for(office, address)
    with office.work("erase", actor="owner") as work:
        erase_all_of(work, address, told)
    return told


def erase_all_of(work: Work, address: str, told: Receipt | None = None) -> None:
    """Erase the owner of an address in an open transaction; count it on the receipt. Raises Refused."""
    told = told or Receipt([])
    tell_nothing(work)
    lock_name(work.session, INTAKE_LOCK)  # no mail of his comes in meanwhile
    store.overwrite_deleted(work.session)
    person = store.person_of(work.session, address)
    _check(work, person)
    own = store.own_message_ids(work.session, person)
    threads = store.threads_of(work.session, own)
    boxes = [box.id for box in store.boxes_of(work.session, person)]
    begun = store.threads_begun_by(work.session, own, threads)
    person = replace(person, phrases=store.phrases_of(work.session, own, begun, boxes))
    others = store.mentioning_message_ids(work.session, person, own, threads, boxes)
    blanker = Blanker.of(person)
    told.letters = _blank_letters(work, person, boxes, own)
    told.own_mails, told.redacted_mails = len(own), len(others)
    _blank_own(work, own)
    _redact_others(work, others, blanker, set(threads), begun)
    store.forget_in_thread_keys(work.session, threads, blanker)
    store.forget_words(work.session, [*own, *others])
    forget_beside(work.session, person, boxes, own)
    _blank_boxes(work, person)
    told.events = _blank_events(work, boxes, own, person)
    forget_changes_of(work.session, boxes)
    _block_documents(work, boxes)
    store.delete_rows(work.session, person)
    told.mentions = store.blank_mentions(work.session, person, blanker)
    note_erased(work.session, [hash_of(work.key, one) for one in person.addresses], work.now)
    work.emit(PERSON_ERASED, ("contact", person.contact_id or 0), is_quiet=True, mails=len(own))


def _check(work: Work, person: Person) -> None:
    for box in store.boxes_of(work.session, person):
        deal = store.opportunity_of(work.session, box.id)
        if deal is not None and deal.is_open and not store.others_of(work.session, box.id, person):
            raise Refused(f"the deal {deal.name!r} with this person is still open: win or lose it first")
    for letter in store.letters_of(work.session, person, [], []):
        if letter.state in UNSETTLED:
            raise Refused(
                f"letter {letter.id} is on its way ({letter.state}): see `inboxcrm outbox list`, then try again"
            )


def _blank_letters(work: Work, person: Person, boxes: list[int], own: list[int]) -> int:
    letters = store.letters_of(work.session, person, boxes, own)
    shas = [one.mime_sha256 for one in letters if one.mime_sha256]
    shas += [file["sha256"] for one in letters for file in one.attachments]  # a handover's hold his mails
    for letter in letters:
        if letter.state == "waiting":
            move_letter(work, letter, "cancelled", "the person was erased")
        letter.subject, letter.facts, letter.attachments = ERASED, {}, []
        letter.mime_sha256, letter.references, letter.in_reply_to = None, [], None
        for recipient in letter.recipients:
            if recipient.address in person.addresses:
                recipient.address, recipient.name, recipient.text, recipient.peer = ERASED, "", None, None
    store.forget_unused_blobs(work.session, shas)
    return len(letters)


def _blank_own(work: Work, own: list[int]) -> None:
    """Leave of his mails only that there was one, so that every folder still adds up (V2)."""
    shas = []
    [empty] = keep_blobs(work.session, [EMPTY_MAIL])
    for message_id in own:
        row = store.message(work.session, message_id)
        shas.append(row.raw_sha256)
        row.ident, row.message_id, row.raw_sha256 = f"erased:{row.id}", None, empty
        row.sender, row.sender_name, row.subject = "", "", ERASED
        row.text, row.new_words, row.segments, row.intents = "", "", [], []
        row.recipients, row.outside, row.reference_ids, row.attachments = [], [], [], []
        row.provider_thread, row.match_others, row.is_partial = None, [], False
        row.kind_reason, row.match_how = ERASED, ERASED
    store.forget_unused_blobs(work.session, shas)


def _redact_others(
    work: Work, others: list[int], blanker: Blanker, threads: set[int], begun: set[int]
) -> None:
    """Keep what other people wrote, without him."""
    shas = []
    for message_id in others:
        row = store.message(work.session, message_id)
        shas.append(row.raw_sha256)
        is_his = row.thread_id in begun or blanker.pattern.fullmatch(bare_subject(row.subject))
        row.subject = ERASED if is_his else blanker.text(row.subject)
        row.text = own_text(row.text, blanker, is_quoting_him=row.thread_id in threads)
        row.new_words, row.segments = blanker.text(row.new_words), [[0, len(row.text), "new"]]
        row.recipients, row.outside = blanker.without(row.recipients), blanker.without(row.outside)
        raw = blob_content(work.session, row.raw_sha256)
        [row.raw_sha256] = keep_blobs(work.session, [redacted_mail(raw, row.text, row.subject, blanker)])
        row.is_partial = False
    store.forget_unused_blobs(work.session, shas)


def _blank_boxes(work: Work, person: Person) -> None:
    boxes = store.boxes_of(work.session, person)
    for box in boxes:
        others = store.others_of(work.session, box.id, person)
        if not others:
            dismiss_lead(work, box, ERASED)
            box.is_open = False
        box.name, box.contact_id = ERASED, others[0] if others else None
        if lead := store.lead_of(work.session, box.id):
            lead.need, lead.details, lead.reason = ERASED, None, ERASED if lead.reason else None
        if deal := store.opportunity_of(work.session, box.id):
            deal.name = ERASED
    for task in store.tasks_of(work.session, [box.id for box in boxes]):
        task.text, task.why, task.question = ERASED, ERASED if task.why else "", None


def _blank_events(work: Work, boxes: list[int], own: list[int], person: Person) -> int:
    events = store.events_of(work.session, boxes, own, person)
    for event in events:
        is_fact = event.subject_kind == "contact" or "field" in event.payload
        kept = PLAIN_KEYS - {"old", "new"} if is_fact else PLAIN_KEYS
        event.payload = {
            key: ERASED if isinstance(value, (str, list, dict)) and key not in kept else value
            for key, value in event.payload.items()
        }
    return len(events)


def _block_documents(work: Work, boxes: list[int]) -> None:
    """Issued documents stay until the law lets them go, and are shown to nobody; what was never issued goes."""
    years = work.settings.privacy.retention_years
    for document in store.documents_of(work.session, boxes):
        if document.issued_on:
            document.blocked_until = _years_after(document.issued_on, years)
        else:
            document.lines, document.content, document.thread, document.reference = [], None, {}, None


def _years_after(day: date, years: int) -> date:
    """Give the end of the year so many years later: retention is counted from the end of the year of issue."""
    return date(day.year + years, 12, 31)


def _kept(documents: list[Any], years: int) -> list[dict[str, str]]:
    return [
        {
            "number": one.number or "",
            "kind": one.kind,
            "until": _years_after(one.issued_on, years).isoformat(),
        }
        for one in documents
        if one.issued_on
    ]


def _folders(rows: list[tuple[str, str, int]]) -> list[dict[str, Any]]:
    return [{"account": account, "folder": folder, "mails": count} for account, folder, count in rows]
