"""Makes a letter's bytes, outside any writing transaction; they are frozen when it is claimed."""

from __future__ import annotations

from datetime import datetime

from inboxcrm.base.database import Session
from inboxcrm.base.settings import Settings
from inboxcrm.base.store import blob_content
from inboxcrm.mail.compose import InlinePicture, OutgoingAttachment, OutgoingMail, compose_mail
from inboxcrm.mail.incoming import Address
from inboxcrm.mail.letter_token import token_mark
from inboxcrm.mail.parse import UnparsableMail, attachment_contents
from inboxcrm.outbox.records import Letter
from inboxcrm.outbox.render import LetterUnwritable, render_body
from inboxcrm.papers.typeset import typeset_chart

LONGEST_LOCAL_PART = 64
THEMES = ("light", "dark")
UNMARKED = "sms"  # each of its characters is paid for, and nobody answers it by mail
LOST = b"This file could not be read out of its mail any more; it is in the mailbox where the mail lies.\n"


class AccountGone(LetterUnwritable):
    """A letter is to leave from a mailbox that the configuration no longer has."""

    def __init__(self, address: str) -> None:
        super().__init__(f"from {address}", "the configuration has no such account any more")


def letter_bytes(session: Session, settings: Settings, letter: Letter, date: datetime) -> bytes:
    """Give the mail: the bytes of an earlier try if there are any, else composed now."""
    if letter.mime_sha256:
        return blob_content(session, letter.mime_sha256)
    pictures = _pictures(letter)
    named = {"pictures": {theme: one.content_id for theme, one in pictures.items()}} if pictures else {}
    text, html = render_body(letter.template, letter.facts | named, str(letter.facts.get("language", "en")))
    if letter.template != UNMARKED:
        text, html = _marked(text, html, letter)
    is_automatic = letter.form == "letter"
    headers = (
        (("Auto-Submitted", "auto-generated"), ("X-Auto-Response-Suppress", "All")) if is_automatic else ()
    )
    return compose_mail(
        OutgoingMail(
            sender=sender_of(settings, letter.account),
            to=_recipients(letter, "to"),
            cc=_recipients(letter, "cc"),
            subject=letter.subject,
            text=text,
            html=html,
            pictures=tuple(pictures.values()),
            attachments=_attachments(session, letter.attachments),
            message_id=letter.message_id,
            sent_at=date,
            reply_to=_reply_to(settings, letter),
            in_reply_to=letter.in_reply_to,
            references=(*letter.references, _reference_of_its_own(letter)),
            thread_index=letter.thread_index or "",
            headers=headers,
        )
    )


def _pictures(letter: Letter) -> dict[str, InlinePicture]:
    """Draw the chart of a letter that has one, for light and for dark screens; nothing is drawn in a transaction."""
    chart = letter.facts.get("chart")
    if not chart:
        return {}
    token = letter.message_id.partition("@")[0]
    return {theme: InlinePicture(f"{theme}.{token}@chart", typeset_chart(chart, theme)) for theme in THEMES}


def _attachments(session: Session, files: list[dict[str, str]]) -> tuple[OutgoingAttachment, ...]:
    """Give the files: those kept by themselves, and those `of` a mail, read out of its kept bytes again."""
    mails = {
        raw: _contents(session, raw, {one["sha256"] for one in files if one.get("of") == raw})
        for raw in dict.fromkeys(one["of"] for one in files if "of" in one)
    }
    made = []
    for one in files:
        if "of" not in one:
            content: bytes | None = blob_content(session, one["sha256"])
        else:
            content = mails[one["of"]].get(one["sha256"])
        if content is None:
            made.append(OutgoingAttachment(f"{one['name']}.missing.txt", "text/plain", LOST))
        else:
            made.append(OutgoingAttachment(one["name"], one["content_type"], content))
    return tuple(made)


def _contents(session: Session, raw_sha256: str, wanted: set[str]) -> dict[str, bytes]:
    try:
        return attachment_contents(blob_content(session, raw_sha256), wanted)
    except (KeyError, UnparsableMail):
        return {}


def _reply_to(settings: Settings, letter: Letter) -> Address | None:
    """Give an address with the letter's token, where the house's server is known to deliver such (T2).

    None where that would be no address any more: the part before the @ has at most 64 characters (RFC 5321 4.5.3.1.1).
    """
    sender = sender_of(settings, letter.account)
    account = next(one for one in settings.account if one.address == letter.account)
    local, _, domain = letter.account.rpartition("@")
    tagged = f"{local}+{letter.message_id.partition('@')[0]}"
    if not account.plus_addresses or "+" in local or len(tagged) > LONGEST_LOCAL_PART:
        return None
    return Address(sender.name, f"{tagged}@{domain}")


def _reference_of_its_own(letter: Letter) -> str:
    """Give an id with the letter's token that answers repeat even where its Message-ID is rewritten (T2)."""
    token, _, domain = letter.message_id.partition("@")
    return f"{token}@ref.{domain}"


def _marked(text: str, html: str | None, letter: Letter) -> tuple[str, str | None]:
    """Put the token under the text too: what is quoted in an answer leads back here (T2)."""
    mark = token_mark(letter.message_id.partition("@")[0])
    line = f'<p class="pale" style="margin:16px 0 0;font-size:11px;color:#8a94a0">{mark}</p>'
    return f"{text}\n{mark}\n", html.replace("</body>", f"{line}\n</body>") if html else None


def sender_of(settings: Settings, address: str) -> Address:
    """Give the From of an account: its user's name, or the company's. Raises AccountGone."""
    account = next((a for a in settings.account if a.address == address), None)
    if account is None:
        raise AccountGone(address)
    user = settings.user_by_key(account.user) if account.user else None
    return Address(account.name or (user.name if user else settings.company.name), address)


def _recipients(letter: Letter, field: str) -> tuple[Address, ...]:
    return tuple(Address(r.name, r.address) for r in letter.recipients if r.field == field)
