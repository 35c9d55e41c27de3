"""A mail of somebody else without the erased person: his quoted words, his name, and the bytes that hold them."""

from __future__ import annotations

from email.message import EmailMessage
from email.policy import SMTP

from inboxcrm.app.erasure.person import ERASED, Blanker
from inboxcrm.mail.errors import UnparsableMail
from inboxcrm.mail.incoming import Address, Incoming
from inboxcrm.mail.parse import attachment_content, parse_mail
from inboxcrm.mail.reply import split_reply

EMPTY_MAIL = b"Subject: (erased)\r\n\r\n(erased)\r\n"
QUOTED = ("quote", "quote-header")


def own_text(text: str, blanker: Blanker, *, is_quoting_him: bool) -> str:
    """Give a mail's text without him: with `is_quoting_him` what it quotes is left out, as that is his."""
    if is_quoting_him:
        pieces = [
            f"{ERASED}\n" if segment.kind in QUOTED else text[segment.start : segment.end]
            for segment in split_reply(text)
        ]
        text = "".join(piece for at, piece in enumerate(pieces) if at == 0 or piece != pieces[at - 1])
    return blanker.text(text)


def redacted_mail(raw: bytes, text: str, subject: str, blanker: Blanker) -> bytes:
    """Give the bytes of a mail anew: its people, its date, this subject and text, and its attachments without him."""
    try:
        incoming = parse_mail(raw)
    except UnparsableMail:
        return EMPTY_MAIL
    message = EmailMessage(policy=SMTP)
    for name, people in (("From", (incoming.sender,)), ("To", incoming.to), ("Cc", incoming.cc)):
        spelled = ", ".join(
            _spelled(one) for one in people if one and not blanker.pattern.search(_spelled(one))
        )
        if spelled:
            message[name] = spelled
    message["Subject"] = subject
    if incoming.sent_at:
        message["Date"] = incoming.sent_at
    message.set_content(text)
    _attach(message, raw, incoming, blanker)
    return message.as_bytes()


def _spelled(person: Address) -> str:
    name = person.name.replace("\\", "").replace('"', "")
    return f'"{name}" <{person.address}>' if name else person.address


def _attach(message: EmailMessage, raw: bytes, incoming: Incoming, blanker: Blanker) -> None:
    """Attach what the mail had, but for mails, and for files that name him in plain bytes."""
    for one in incoming.attachments:
        content = attachment_content(raw, one.sha256)
        kind = one.content_type if one.content_type.count("/") == 1 else "application/octet-stream"
        if content is None or kind.startswith(("message/", "multipart/")):
            continue
        if blanker.pattern.search(f"{one.name} {content.decode('latin-1')}"):
            continue
        main, sub = kind.split("/")
        message.add_attachment(content, maintype=main, subtype=sub, filename=one.name or None)
