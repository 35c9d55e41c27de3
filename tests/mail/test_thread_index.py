"""Outlook's Thread-Index, as [MS-OXOMSG] 2.2.1.3 draws it (T3)."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta

import pytest

from inboxcrm.ingest.thread import thread_index_root
from inboxcrm.mail.thread_index import MOST_LEVELS, answer_thread_index, new_thread_index

AT = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
TICKS_A_SECOND = 10_000_000
SINCE_1601_S = int((AT - datetime(1601, 1, 1, tzinfo=UTC)).total_seconds())


def raw(index: str) -> bytes:
    return base64.b64decode(index, validate=True)


def level(index: str) -> tuple[int, float]:
    """The coarse bit of the last answer and its seconds since the beginning."""
    block = int.from_bytes(raw(index)[-5:-1], "big")
    coarse = block >> 31
    return coarse, (block & 0x7FFFFFFF) * 2 ** (23 if coarse else 18) / TICKS_A_SECOND


def test_a_beginning_is_22_bytes_one_the_time_and_a_guid() -> None:
    index = raw(new_thread_index(AT, "a@b"))

    assert (len(index), index[0]) == (22, 1)
    time_s = int.from_bytes(index[:6] + b"\0\0", "big") / TICKS_A_SECOND
    assert 0 <= SINCE_1601_S - time_s < 0.01
    assert index[6:] != raw(new_thread_index(AT, "c@d"))[6:]


def test_the_same_letter_is_the_same_bytes() -> None:
    """V12: no chance, and no clock but the one that is handed in."""
    assert new_thread_index(AT, "a@b") == new_thread_index(AT, "a@b")
    parent = new_thread_index(AT, "a@b")
    assert answer_thread_index(parent, AT, "x") == answer_thread_index(parent, AT, "x")
    assert answer_thread_index(parent, AT, "x") != answer_thread_index(parent, AT, "y")


@pytest.mark.parametrize(
    ("later", "is_coarse"),
    [
        (timedelta(seconds=30), 0),
        (timedelta(days=300), 0),
        (timedelta(days=1000), 1),
        (timedelta(days=-3), 0),
    ],
)
def test_an_answer_appends_five_bytes_with_the_time_since_the_beginning(
    later: timedelta, is_coarse: int
) -> None:
    """Below 1.7 years in steps of 26 ms, above in steps of 0.8 s; a clock that went back counts as no time."""
    parent = new_thread_index(AT, "a@b")
    index = answer_thread_index(parent, AT + later, "c@d")

    assert raw(index)[:22] == raw(parent)
    assert len(raw(index)) == 27
    coarse, seconds = level(index)
    assert coarse == is_coarse
    assert seconds == pytest.approx(max(later.total_seconds(), 0), abs=1)


def test_each_answer_stands_below_the_one_before() -> None:
    index = new_thread_index(AT, "a@b")
    for number in range(1, 5):
        index = answer_thread_index(index, AT + timedelta(hours=number), str(number))

    assert len(raw(index)) == 22 + 4 * 5
    assert thread_index_root(index) == raw(index)[:22].hex()


def test_a_beginning_with_all_bytes_of_the_time_behind_the_first_is_read_too() -> None:
    """Newer servers write 0x01 and then the five highest bytes of the FILETIME."""
    filetime = SINCE_1601_S * TICKS_A_SECOND
    parent = b"\x01" + filetime.to_bytes(8, "big")[:5] + bytes(16)
    index = answer_thread_index(base64.b64encode(parent).decode(), AT + timedelta(hours=1), "x")

    assert level(index)[1] == pytest.approx(3600, abs=3)


@pytest.mark.parametrize(
    "broken", ["", "x", "AQ==", "Ä" * 40, base64.b64encode(bytes(21)).decode(), "A" * 5000]
)
def test_what_is_no_index_has_no_answer(broken: str) -> None:
    """Foreign headers are data."""
    assert answer_thread_index(broken, AT, "x") == ""


@pytest.mark.parametrize("levels", [bytes(3), bytes(5 * MOST_LEVELS)], ids=["odd", "endless"])
def test_of_an_odd_or_endless_one_the_beginning_is_answered(levels: bytes) -> None:
    root = raw(new_thread_index(AT, "a@b"))
    index = answer_thread_index(base64.b64encode(root + levels).decode(), AT, "x")

    assert raw(index)[:22] == root
    assert len(raw(index)) == 27
