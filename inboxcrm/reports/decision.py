"""All that was decided about one mail, and why: kind, proof, conversation, box, words, places and effects (V4)."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import TYPE_CHECKING, Any

from inboxcrm.base.database import Session
from inboxcrm.base.settings import Account, Settings
from inboxcrm.base.store import blob_content, events_about, events_caused_by, events_of_box
from inboxcrm.crm.store import box_by_id, contact_by_id
from inboxcrm.ingest.store import filings_of, messages_of_thread, places_of, same_message_id
from inboxcrm.ingest.thread import mid_hash, thread_index_root, thread_keys
from inboxcrm.ingest.twin import COPY, is_same_mail
from inboxcrm.mail.evidence import evidence_for
from inboxcrm.mail.incoming import Incoming
from inboxcrm.mail.parse import UnparsableMail, parse_headers
from inboxcrm.sales.access import Sight

if TYPE_CHECKING:
    from inboxcrm.base.work import Event
    from inboxcrm.ingest.records import Message

MOST_MAILS = 200  # of a conversation, that are looked at for what joins them
MOST_STEPS = 10
FLAGS = (
    ("is_archived", "it lay there before the account was watched: history, without effects"),
    ("is_late", "taken in more than a day after it came, so no letter leaves because of it by itself"),
    ("is_partial", "its big parts stay on the server until they are wanted"),
    ("made_lead", "the first mail of a stranger"),
)
PROOFS = (
    ("is_own_sent", "own", "a copy came out of its author's own Sent folder"),
    ("is_aligned", "aligned", "the receiving server vouches for the sender's domain"),
)


def mail_decision(
    session: Session, settings: Settings, message: Message, sight: Sight | None = None
) -> dict[str, Any]:
    """Give everything that was decided about a mail as plain values, times in the company's zone.

    With a reader's sight nothing of boxes that he may not see (MG-6).
    """
    sight = sight or Sight(session, settings, None, message.taken_in_at)
    zone = settings.company.zone

    def spell(at: datetime | None) -> str | None:
        return f"{at.astimezone(zone):%Y-%m-%d %H:%M}" if at else None

    return {
        "message": message.id,
        "message_id": message.message_id,
        "subject": message.subject,
        "sender": message.sender,
        "sender_name": message.sender_name,
        "recipients": message.recipients,
        "sent": spell(message.sent_at),
        "received": spell(message.received_at),
        "taken_in": spell(message.taken_in_at),
        "kind": message.kind,
        "because": message.kind_reason,
        "flags": _flags(session, message),
        "evidence": [{"name": name, "why": why} for key, name, why in PROOFS if getattr(message, key)],
        "answers_letter": message.answers_letter_id,
        "thread": _thread(session, message),
        "contact": contact_by_id(session, message.contact_id).name if message.contact_id else None,
        "box": box_by_id(session, message.box_id).name if message.box_id else None,
        "box_id": message.box_id,
        "filed": message.match_how,
        "confidence": message.match_confidence,
        "others": [one for one in message.match_others if sight.sees_box(int(one["box"]))],
        "remembered": [
            {
                "of": one.sender,
                "says": _said(session, one.box_id, is_wanted=one.is_wanted),
                "by": one.made_by,
                "at": spell(one.made_at),
            }
            for one in filings_of(session, [message.sender] if message.sender else []).values()
            if one.box_id is None or sight.sees_box(one.box_id)
        ],
        "intents": message.intents,
        "characters": dict(Counter(_lengths(message))),
        "attachments": message.attachments,
        "places": [*_places(session, settings, message), *_places_of_copies(session, settings, message)],
        "effects": [
            {"at": spell(one.at), "kind": one.kind, "state": one.state, "by": one.actor, **_told(one)}
            for one in _effects(session, message)
            if one.box_id is None or sight.sees_box(one.box_id)
        ],
    }


def _flags(session: Session, message: Message) -> list[dict[str, str]]:
    flags = [{"name": name, "why": why} for name, why in FLAGS if getattr(message, name)]
    others = same_message_id(session, message)
    variants = [one.id for one in others if is_same_mail(one, message)]
    if variants:
        why = f"message {_numbers(variants)} has its id, sender, date and words, more or fewer of them"
        flags.append({"name": "variant", "why": why})
    if reused := [one.id for one in others if one.id not in variants]:
        came = "came first with" if reused[0] < message.id else "also claims"
        why = f"message {_numbers(reused)} is another mail and {came} its Message-ID; both were processed"
        flags.append({"name": "reused id", "why": why})
    return flags


def _numbers(ids: list[int]) -> str:
    return ", ".join(str(one) for one in ids)


def _said(session: Session, box_id: int | None, *, is_wanted: bool) -> str:
    if box_id is not None:
        return f"his mail belongs to {box_by_id(session, box_id).name}"
    return "his mail is never noise" if is_wanted else "his mail is ignored"


def _lengths(message: Message) -> dict[str, int]:
    lengths = Counter[str]()
    for start, end, kind in message.segments:
        lengths[str(kind)] += int(end) - int(start)
    return lengths


def _places(session: Session, settings: Settings, message: Message) -> list[dict[str, Any]]:
    """Give where copies of it lie or lay, and whether one proves by its place who wrote it."""
    accounts = {one.address: one for one in settings.account}
    kept = _kept_headers(session, message)
    found = []
    for address, folder, use, uid, is_gone in places_of(session, message.id):
        account = accounts.get(address)
        found.append(
            {
                "account": address,
                "folder": folder,
                "uid": uid,
                "is_gone": is_gone,
                "proves": _proofs(settings, account, use, message, kept) if account else [],
            }
        )
    return found


def _places_of_copies(session: Session, settings: Settings, message: Message) -> list[dict[str, Any]]:
    """Give where copies of it lie that were altered on their way (I10), each with the message that it is here."""
    others = [] if message.kind == COPY else same_message_id(session, message)
    copies = [one for one in others if one.kind == COPY and is_same_mail(one, message)]
    return [place | {"copy": one.id} for one in copies for place in _places(session, settings, one)]


def _proofs(
    settings: Settings, account: Account, use: str | None, message: Message, kept: Incoming | None
) -> list[str]:
    """Say what a copy in this folder proves of who wrote the mail; of the server's word by the bytes that are kept."""
    user = settings.user_by_key(account.user) if account.user else None
    proofs = []
    is_sent = account.kind == "personal" and use == "sent" and user is not None
    if message.is_own_sent and is_sent and user and message.sender in (user.address, account.address):
        proofs.append("own: it lies in its author's own Sent folder")
    if message.is_aligned and kept and kept.sender:
        word = evidence_for(account, kept)
        if word.is_aligned:
            dkim = f", DKIM of {', '.join(word.dkim_domains)}" if word.dkim_domains else ""
            proofs.append(f"aligned: its server says DMARC {word.dmarc or 'nothing'}{dkim}")
    return proofs


def _thread(session: Session, message: Message) -> dict[str, Any]:
    """Give how many mails its conversation has, and each key that it shares with others of them."""
    mails = messages_of_thread(session, message.thread_id)
    others = [one for one in mails if one.id != message.id][-MOST_MAILS:]
    keys = {one.id: set(_keys(session, one)) for one in others}
    joined = []
    for key, (header, value) in _keys(session, message).items():
        if sharing := [number for number, theirs in keys.items() if key in theirs]:
            joined.append({"by": header, "value": value, "messages": sharing})
    return {"id": message.thread_id, "messages": len(mails), "joined": joined}


def _keys(session: Session, message: Message) -> dict[str, tuple[str, str]]:
    """Give the keys of a mail with the header and value that each came from."""
    incoming = _kept_headers(session, message)
    if incoming is None:
        return {}
    provider = message.provider_thread or ""
    named = _named(incoming, provider)
    return {key: named[key] for key in thread_keys(incoming, provider) if key in named}


def _named(incoming: Incoming, provider: str) -> dict[str, tuple[str, str]]:
    named = [("References", one, one) for one in incoming.references]
    named += [("In-Reply-To", one, one) for one in incoming.in_reply_to]
    if incoming.message_id:
        named.append(("Message-ID", incoming.message_id, incoming.message_id))
    if root := thread_index_root(incoming.header("thread-index")):
        named.append(("Thread-Index", root, f"thread-index:{root}"))
    if provider:
        named.append(("provider", provider, f"provider-thread:{provider}"))
    return {mid_hash(words): (header, value) for header, value, words in named}


def _kept_headers(session: Session, message: Message) -> Incoming | None:
    try:
        return parse_headers(_header_block(blob_content(session, message.raw_sha256)))
    except (KeyError, UnparsableMail):
        return None


def _header_block(raw: bytes) -> bytes:
    ends = [at for end in (b"\r\n\r\n", b"\n\n") if (at := raw.find(end)) >= 0]
    return raw[: min(ends)] + b"\r\n" if ends else raw


def _effects(session: Session, message: Message) -> list[Event]:
    """Give the events about a mail, the lead that it made, and all that followed from them, oldest first."""
    found = {one.id: one for one in events_about(session, "message", message.id)}
    if message.made_lead and message.box_id:
        made = (one for one in events_of_box(session, message.box_id) if one.kind == "lead.created")
        found |= {one.id: one for one in made if one.at == message.acted_at}
    news = list(found)
    for _ in range(MOST_STEPS):
        following = [one for one in events_caused_by(session, news) if one.id not in found]
        if not following:
            break
        found |= {one.id: one for one in following}
        news = [one.id for one in following]
    return [found[number] for number in sorted(found)]


def _told(event: Event) -> dict[str, Any]:
    payload = {name: value for name, value in event.payload.items() if value not in (None, "", [], {})}
    if event.subject_kind == "message":  # whose sender and subject are told already
        payload = {name: value for name, value in payload.items() if name not in ("sender", "subject")}
    return {"about": f"{event.subject_kind} {event.subject_id}", "told": payload}
