"""Mails as mbox files (RFC 4155): their own bytes, lines that begin with `From ` marked by a > (mboxrd)."""

from __future__ import annotations

import re
from datetime import datetime

_FROM_LINE = re.compile(rb"^(>{0,20}From )", re.MULTILINE)
_NOT_PLAIN = re.compile(r"[^!-~]")
_NOT_IN_NAMES = re.compile(r"[^\w.-]+")


def mbox_entry(raw: bytes, sender: str, received_at: datetime) -> bytes:
    """Give a mail as it stands in an mbox; `received_at` is aware."""
    name = _NOT_PLAIN.sub("", sender) or "MAILER-DAEMON"
    postmark = f"From {name} {received_at:%a %b %d %H:%M:%S %Y}\n".encode()
    return postmark + _FROM_LINE.sub(rb">\1", raw) + (b"\n" if raw.endswith(b"\n") else b"\n\n")


def file_name(box_id: int | None, name: str | None) -> str:
    """Give the name of a box's file."""
    if box_id is None:
        return "on-no-box.mbox"
    words = _NOT_IN_NAMES.sub("-", name or "").strip("-.")[:60]
    return f"box-{box_id}-{words}.mbox" if words else f"box-{box_id}.mbox"
