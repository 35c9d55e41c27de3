"""Delivery reports (RFC 3464, RFC 6533): what became of whom, and of which letter of ours."""

from __future__ import annotations

from email.message import Message

from inboxcrm.mail.header_text import header_line, message_id, readable
from inboxcrm.mail.incoming import DeliveryStatus

STATUS_TYPES = frozenset({"message/delivery-status", "message/global-delivery-status"})
ORIGINAL_TYPES = frozenset(
    {
        "message/rfc822",
        "message/global",
        "text/rfc822-headers",
        "message/rfc822-headers",
        "message/global-headers",
    }
)
MAX_RECIPIENTS = 1000


def delivery_statuses(part: Message) -> list[DeliveryStatus]:
    """One entry per recipient block of a delivery-status part; blocks without a recipient are left out."""
    payload = part.get_payload()
    blocks = payload if isinstance(payload, list) else []
    found = []
    for block in blocks[: MAX_RECIPIENTS + 1]:
        if not isinstance(block, Message):
            continue
        address = _address(block.get("Original-Recipient")) or _address(block.get("Final-Recipient"))
        if address:
            found.append(DeliveryStatus(address, _word(block.get("Action")), _word(block.get("Status"))))
    return found


def original_message_id(part: Message) -> str | None:
    """The Message-ID inside the returned letter or its returned headers."""
    payload = part.get_payload()
    if isinstance(payload, list):
        inner = payload[0] if payload and isinstance(payload[0], Message) else None
        found = inner.get("Message-ID") if inner is not None else None
        return message_id(readable(str(found))) if found else None
    raw = part.get_payload(decode=True)
    text = raw.decode("utf-8", "replace") if isinstance(raw, bytes) else ""
    for line in text.splitlines():
        if line.lower().startswith("message-id:"):
            return message_id(line.partition(":")[2])
    return None


def _address(value: object) -> str:
    """`rfc822; Name@Example.org` or a bare address, in lower case, "" if it is none."""
    text = header_line(str(value)) if value else ""
    kind, semicolon, address = text.rpartition(";")
    address = address.strip(" <>").lower()
    is_mail = not semicolon or kind.strip().lower() in ("rfc822", "utf-8", "rfc/822")
    return address if is_mail and "@" in address else ""


def _word(value: object) -> str:
    """The first word of a field, in lower case."""
    words = header_line(str(value)).lower().split() if value else []
    return words[0] if words else ""
