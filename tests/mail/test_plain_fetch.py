"""Answers to FETCH as nearly all servers write them are read quickly; all others are left to the library."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from imapclient.response_parser import parse_fetch_response

from inboxcrm.mail.plain_fetch import plain_bodies, plain_sizes

AT = b'INTERNALDATE " 7-Jul-2026 01:30:05 +0200"'


@pytest.mark.parametrize(
    "line",
    [b"3 (UID 8 " + AT + b" RFC822.SIZE 44)", b"3 (" + AT + b" RFC822.SIZE 44 UID 8)"],
)
def test_arrival_and_size_are_told_by_uid_in_utc(line: bytes) -> None:
    at = datetime(2026, 7, 6, 23, 30, 5, tzinfo=UTC)

    assert plain_sizes([line]) == {8: {b"INTERNALDATE": at, b"RFC822.SIZE": 44}}

    theirs = parse_fetch_response([line], normalise_times=False)[8]
    assert (theirs[b"INTERNALDATE"], theirs[b"RFC822.SIZE"]) == (at, 44)


@pytest.mark.parametrize(
    "line",
    [
        b"3 (FLAGS () UID 8 " + AT + b" RFC822.SIZE 44)",  # flags that nobody asked for
        b"3 (RFC822.SIZE 44 " + AT + b" UID 8)",
        b'3 (UID 8 INTERNALDATE "31-Feb-2026 01:30:05 +0200" RFC822.SIZE 44)',
        b"3 (" + AT + b" RFC822.SIZE 44)",  # of which message?
        b"3 (UID 8 FLAGS (\\Seen))",
        None,
    ],
)
def test_one_odd_row_and_all_are_left_to_the_library(line: bytes | None) -> None:
    assert plain_sizes([b"2 (UID 7 " + AT + b" RFC822.SIZE 1)", line]) is None


@pytest.mark.parametrize("row", [(b"1 (UID 5 BODY[] {3}", b")"), (b"1 (BODY[] {3}", b" UID 5)")])
def test_bodies_are_told_by_uid_with_their_own_bytes(row: tuple[bytes, bytes]) -> None:
    told = [(row[0], b"a)b"), row[1]]

    assert plain_bodies(told) == {5: {b"BODY[]": b"a)b"}}
    assert parse_fetch_response(told)[5][b"BODY[]"] == b"a)b"


def test_bodies_bring_their_time_of_arrival() -> None:
    told = [(b"1 (UID 5 " + AT + b" BODY[] {3}", b"abc"), b")"]

    rows = plain_bodies(told)

    theirs = parse_fetch_response(told, normalise_times=False)[5]
    assert rows == {5: {b"BODY[]": b"abc", b"INTERNALDATE": theirs[b"INTERNALDATE"].astimezone(UTC)}}


@pytest.mark.parametrize(
    "told",
    [
        [(b'1 (UID 5 INTERNALDATE "31-Feb-2026 01:30:05 +0200" BODY[] {3}', b"abc"), b")"],
        [(b"1 (UID 5 BODY[] {3}", b"abc"), b" FLAGS (\\Seen))"],
        [(b"1 (UID 5 BODY[] {3}", b"abc"), b")", b"2 (FLAGS (\\Seen) UID 6)"],
        [b'1 (UID 5 BODY[] "abc")'],
        [b"1 (UID 5 BODY[] NIL)", b")"],
        [(b"1 (BODY[] {3}", b"abc"), b")"],
        [None],
    ],
)
def test_any_other_answer_with_bodies_is_left_to_the_library(told: list[object]) -> None:
    assert plain_bodies(told) is None
