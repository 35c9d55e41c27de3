"""Big messages without their big parts: which parts to fetch, and how they become the bytes of a mail again.

Above ten megabytes only the texts and the small parts are fetched (RFC 3501 section 6.4.5); a big picture or file
stays on the server until it is wanted. In its place stands a part with its fields, no bytes, and how long it is
there, so that the identity is the same as of the whole mail. Such a mail begins with a line that no mail from a
server can begin with, as every server writes its own lines on top: only then the lengths are believed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

BIG_MESSAGE = 10_000_000
BIG_PART = 256_000
TAIL = 64
MARK = b"X-Inboxcrm-Partial: 1\r\n"
LEFT_FIELD = "x-inboxcrm-left"
# Texts are read; a signed lump or winmail.dat holds the text; attached mails are read too.
KEPT_KINDS = (
    "text/",
    "message/",
    "multipart/",
    "application/pkcs7",
    "application/x-pkcs7",
    "application/ms-tnef",
)


@dataclass(frozen=True, slots=True)
class PartPlan:
    """One node of the structure: its number ("" is the whole mail), its parts, or its length and whether it stays."""

    number: str
    boundary: bytes = b""
    children: tuple[PartPlan, ...] = ()
    octets: int = 0
    is_left: bool = False

    def walk(self) -> Iterator[PartPlan]:
        """Give this node and all below it."""
        yield self
        for child in self.children:
            yield from child.walk()


def plan_parts(structure: Any) -> PartPlan | None:
    """Decide from a BODYSTRUCTURE what stays on the server; None if nothing does, or it is no multipart."""
    try:
        plan = _plan(structure, "")
    except (LookupError, TypeError, ValueError, AttributeError, RecursionError):
        return None
    return plan if plan.children and any(node.is_left for node in plan.walk()) else None


def _plan(node: Any, number: str) -> PartPlan:
    if isinstance(node[0], list):
        prefix = f"{number}." if number else ""
        children = tuple(_plan(child, f"{prefix}{at}") for at, child in enumerate(node[0], start=1))
        values = {bytes(k).lower(): bytes(v) for k, v in zip(node[2][::2], node[2][1::2], strict=False)}
        return PartPlan(number, values[b"boundary"], children)
    kind = f"{node[0].decode()}/{node[1].decode()}".lower()
    octets = int(node[6])
    return PartPlan(number, b"", (), octets, octets > BIG_PART and not kind.startswith(KEPT_KINDS))


def sections(plan: PartPlan) -> list[str]:
    """Give what to ask of FETCH: the fields of every part, the bytes of what is kept, the last bytes of the others."""
    asked = ["BODY.PEEK[HEADER]"]
    for node in plan.walk():
        if node.number:
            asked.append(f"BODY.PEEK[{node.number}.MIME]")
        if node.is_left:
            asked.append(f"BODY.PEEK[{node.number}]<{max(node.octets - TAIL, 0)}.{TAIL}>")
        elif not node.children:
            asked.append(f"BODY.PEEK[{node.number}]")
    return asked


def assemble(plan: PartPlan, told: Mapping[bytes, Any]) -> bytes:
    """Put the bytes of the mail together from the answer. Raises LookupError if something is missing in it."""
    return b"".join([MARK, told[b"BODY[HEADER]"], *_body(plan, told)])


def _body(node: PartPlan, told: Mapping[bytes, Any]) -> Sequence[bytes]:
    number = node.number.encode()
    if not node.children:
        return [b""] if node.is_left else [told[b"BODY[%b]" % number] or b""]
    pieces = []
    for child in node.children:
        fields = (told[b"BODY[%b.MIME]" % child.number.encode()] or b"").rstrip(b"\r\n")
        if child.is_left:
            tail = told[b"BODY[%b]<%d>" % (child.number.encode(), max(child.octets - TAIL, 0))] or b""
            length = child.octets - len(tail) + len(tail.rstrip(b"\r\n"))
            fields += b"\r\n%b: %d" % (LEFT_FIELD.encode(), length)
        head = fields.lstrip(b"\r\n") + b"\r\n\r\n" if fields else b"\r\n"
        pieces += [b"--", node.boundary, b"\r\n", head, *_body(child, told), b"\r\n"]
    return [*pieces, b"--", node.boundary, b"--\r\n"]


def left_length(raw: bytes, field: str) -> int | None:
    """Give the length in transit of a part that was left on the server, by its field; None if this is none such."""
    if not field or not raw.startswith(MARK):
        return None
    return int(field) if field.strip().isdigit() and len(field) < 20 else None
