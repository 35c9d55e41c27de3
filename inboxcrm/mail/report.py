"""The parts of a delivery report (RFC 3464, RFC 6533): what became of whom, and of which mail."""

from __future__ import annotations

from email.message import Message

from inboxcrm.mail.bounce.returned import id_in_head
from inboxcrm.mail.bounce.status_fields import plain_text, read_statuses
from inboxcrm.mail.header_text import readable
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
MAX_HEAD = 60_000


def delivery_statuses(part: Message) -> list[DeliveryStatus]:
    """One entry for each recipient that a delivery-status part names."""
    payload = part.get_payload()
    blocks = payload if isinstance(payload, list) else [part]
    return read_statuses(
        plain_text("\n\n".join(_block_text(one) for one in blocks if isinstance(one, Message)))
    )


def _block_text(block: Message) -> str:
    """A block as it travelled: the standard library takes its fields for headers, and what it cannot for a body."""
    body = block.get_payload()
    fields = [f"{name}: {readable(str(value))}" for name, value in block.raw_items()]
    return "\n".join([*fields, "", readable(body) if isinstance(body, str) else ""])


def original_message_id(part: Message) -> str | None:
    """The id of the returned mail, from the mail itself or from its returned headers (`id_in_head`)."""
    payload = part.get_payload()
    if isinstance(payload, list):
        inner = payload[0] if payload else None
        fields = inner.raw_items() if isinstance(inner, Message) else ()
        return id_in_head("\n".join(f"{name}: {value}" for name, value in fields)[:MAX_HEAD])
    raw = part.get_payload(decode=True)
    text = raw[:MAX_HEAD].decode("utf-8", "replace") if isinstance(raw, bytes) else ""
    return id_in_head(text.replace("\r\n", "\n").lstrip("\n").partition("\n\n")[0])
