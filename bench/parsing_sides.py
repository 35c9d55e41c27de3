"""The sides of the parsing benchmarks, each run in a process of its own."""

from __future__ import annotations

import hashlib
import resource
import time
from collections.abc import Callable
from email import message_from_bytes
from typing import Any

from mailparser import MailParser

from bench.mails import all_mails
from inboxcrm.mail.errors import UnparsableMail
from inboxcrm.mail.parse import parse_mail
from inboxcrm.mail.pool import ParsePool
from tests.mail.bombs import attached

BATCH = 250


def parse_here(mails: int) -> dict[str, Any]:
    """Parse in this process."""
    return _each(mails, _or_reason)


def parse_by_library(mails: int) -> dict[str, Any]:
    """The least that a parser on the standard library does."""
    return _each(mails, _walk)


def parse_by_mail_parser(mails: int) -> dict[str, Any]:
    return _each(mails, lambda raw: MailParser(message_from_bytes(raw)).mail)


def parse_in_pool(mails: int) -> dict[str, Any]:
    """Parse in batches, as they come from a mailbox; `cpu_s` is this process's own share."""
    raws = list(all_mails(mails))
    pool = ParsePool()
    pool.start()
    pool.parse(raws[:BATCH])
    begun, cpu = time.perf_counter(), time.process_time()
    for start in range(0, len(raws), BATCH):
        pool.parse(raws[start : start + BATCH])
    told = _told(len(raws), begun) | {"cpu_s": round(time.process_time() - cpu, 3)}
    pool.close()
    return told | {"child_peak_rss_mb": _child_peak_mb()}


def parse_one_big(size_mb: int) -> dict[str, Any]:
    """In the pool, with a harmless mail behind it."""
    raw = attached(size_mb * 1_000_000)
    pool = ParsePool(hands=1)
    pool.start()
    begun = time.perf_counter()
    big, _ = pool.parse([raw, b"From: a@x.test\r\n\r\nhello"])
    told = _told(1, begun) | {"was_read": not isinstance(big, UnparsableMail)}
    pool.close()
    return told | {"child_peak_rss_mb": _child_peak_mb()}


def parse_one_big_by_library(size_mb: int) -> dict[str, Any]:
    raw = attached(size_mb * 1_000_000)
    begun = time.perf_counter()
    _walk(raw)
    return _told(1, begun)


def _each(mails: int, parse: Callable[[bytes], object]) -> dict[str, Any]:
    raws = list(all_mails(mails))
    begun = time.perf_counter()
    for raw in raws:
        parse(raw)
    return _told(len(raws), begun)


def _told(n: int, begun: float) -> dict[str, Any]:
    return {"n": n, "seconds": time.perf_counter() - begun}


def _or_reason(raw: bytes) -> object:
    try:
        return parse_mail(raw)
    except UnparsableMail as error:
        return error.reason


def _walk(raw: bytes) -> list[str]:
    parts = [part for part in message_from_bytes(raw).walk() if not part.is_multipart()]
    return [hashlib.sha256(part.get_payload(decode=True)).hexdigest() for part in parts]


def _child_peak_mb() -> float:
    return round(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024, 1)
