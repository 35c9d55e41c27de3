"""What goes along with a notice: the files of the mail as they came, as far as they are small enough in all (EM-1).

Nothing is opened or changed. Names are foreign text, made harmless; what a mail program might show or act on by itself,
such as a page, a picture with a program in it or an invitation, goes as plain bytes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from inboxcrm.mail.scrub import scrub_line

if TYPE_CHECKING:
    from inboxcrm.ingest.records import Message

MB = 1_000_000
LONGEST_NAME = 120
MOST_NAMED = 10
KEPT_OF_BIG_MAIL = 180_000  # bytes: what of a mail over 10 MB was fetched for sure (mail/partial.py)
PLAIN_BYTES = "application/octet-stream"
_PASSIVE = re.compile(
    r"image/(?:png|jpe?g|gif|webp|bmp|tiff)|text/(?:plain|csv)|application/(?:pdf|msword|rtf|zip|vnd\.[a-z0-9.+-]+)"
)
_UNFIT = re.compile(r'[/\\:*?"<>|\x00-\x1f]')


@dataclass(frozen=True, slots=True)
class Carried:
    """The files of a mail: those that go along, as a letter's attachments, and a line of words for each."""

    attachments: list[dict[str, str]]
    lines: list[str]


def carry_files(message: Message, most_bytes: int) -> Carried:
    """Choose what goes along, in the mail's own order, until there is no more room."""
    room, going, lines = most_bytes, {}, []
    for file in message.attachments:
        name, size, sha256 = file_name(file), int(file["size"]), str(file["sha256"])
        told = f"{name} ({spell_size(size)})"
        is_here = not message.is_partial or size <= KEPT_OF_BIG_MAIL
        if sha256 in going:
            lines.append(told)
        elif is_here and size <= room:
            room -= size
            kind = str(file["content_type"]).lower()
            kind = kind if _PASSIVE.fullmatch(kind) else PLAIN_BYTES
            going[sha256] = {
                "name": name,
                "content_type": kind,
                "sha256": sha256,
                "of": message.raw_sha256,
            }
            lines.append(told)
        else:
            lines.append(f"{told}: too big to come along, it is in the mailbox")
    more = len(lines) - MOST_NAMED
    return Carried(list(going.values()), [*lines[:MOST_NAMED], f"and {more} more"] if more > 1 else lines)


def file_name(file: dict[str, Any]) -> str:
    """Give the name of a file as it is safe to show and to save: one line, no path, its ending kept."""
    name = _UNFIT.sub("_", scrub_line(str(file["name"] or ""))).lstrip(". ")
    kind = str(file["content_type"]).lower()
    if kind == "message/rfc822" and not name.lower().endswith(".eml"):
        name = f"{name or 'mail'}.eml"
    if not name:
        return "attachment"
    stem, dot, ending = name.rpartition(".")
    if len(name) <= LONGEST_NAME or not dot or len(ending) > 10:
        return name[:LONGEST_NAME]
    return f"{stem[: LONGEST_NAME - len(ending) - 2]}….{ending}"


def spell_size(size_bytes: int) -> str:
    """Give the size of a file as people read it: 900 bytes, 12 kB, 3.4 MB."""
    if size_bytes < 1000:
        return f"{size_bytes} bytes"
    return f"{size_bytes / 1000:.0f} kB" if size_bytes < 999_500 else f"{size_bytes / MB:.1f} MB"
