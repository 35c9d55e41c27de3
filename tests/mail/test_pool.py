"""A mail that eats memory or time costs only itself (I7, P11); all others come back in order."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from inboxcrm.mail.errors import UnparsableMail
from inboxcrm.mail.incoming import Incoming
from inboxcrm.mail.parse import parse_mail
from inboxcrm.mail.pool import ParsePool, is_harmless, parse_many
from inboxcrm.mail.pool_crew import chunks_of
from inboxcrm.mail.pool_hand import HandGone, read_values
from tests.mail.bombs import BOMBS, HEAD, attached

REPOSITORY = Path(__file__).parents[2]
MAILS = [HEAD + b"\r\nmail %d" % number for number in range(60)]
SLOW = BOMBS["five megabytes of open tables"]
FAST_LIMIT_S = 0.2


@pytest.fixture(scope="module")
def pool() -> Iterator[ParsePool]:
    pool = ParsePool(hands=2)
    yield pool
    pool.close()


@pytest.fixture
def hasty() -> Iterator[ParsePool]:
    """A pool with no patience."""
    pool = ParsePool(hands=2, time_limit_s=FAST_LIMIT_S)
    yield pool
    pool.close()


def texts(results: list[Incoming | UnparsableMail]) -> list[str]:
    return [one.text if isinstance(one, Incoming) else one.reason for one in results]


def test_results_are_those_of_the_parser_in_the_order_of_the_mails(pool):
    mails = [file.read_bytes() for file in sorted((REPOSITORY / "tests/mails").glob("*.eml"))]
    got = pool.parse(mails)

    for raw, one in zip(mails, got, strict=True):
        if isinstance(one, UnparsableMail):
            with pytest.raises(UnparsableMail) as raised:
                parse_mail(raw)
            assert raised.value.reason == one.reason
        else:
            assert one == parse_mail(raw)
    assert texts(pool.parse(MAILS)) == [f"mail {number}" for number in range(60)]
    assert pool.parse([]) == []


def test_a_mail_that_takes_too_long_is_set_aside_and_the_others_are_read(hasty):
    """I6, I7: the slow one stands in the middle of what one child was given."""
    got = texts(hasty.parse([*MAILS[:5], SLOW(), *MAILS[5:10]]))
    assert got == [
        *(f"mail {n}" for n in range(5)),
        "it took more than 0.2 s",
        *(f"mail {n}" for n in range(5, 10)),
    ]


def test_a_mail_that_needs_too_much_memory_is_set_aside_and_the_others_are_read():
    pool = ParsePool(hands=1, memory_limit_mb=60)
    got = texts(pool.parse([MAILS[0], attached(90_000_000), MAILS[1]]))
    pool.close()
    assert got == ["mail 0", "it needed more than 60 MB", "mail 1"]


def test_a_child_that_died_in_its_sleep_is_no_mails_fault(pool):
    pool.parse(MAILS[:2])
    for hand in pool._idle:
        os.kill(hand.pid, signal.SIGKILL)
    assert texts(pool.parse(MAILS[:2])) == ["mail 0", "mail 1"]


def test_a_nursery_that_died_is_started_again(pool):
    pool.start()
    pool._nursery._process.kill()
    for hand in pool._idle:
        os.kill(hand.pid, signal.SIGKILL)
    assert texts(pool.parse(MAILS[:2])) == ["mail 0", "mail 1"]


def test_many_threads_share_the_children(pool):
    """A poller has a thread for each account."""
    found: dict[int, list[str]] = {}

    def run(number: int) -> None:
        found[number] = texts(pool.parse(MAILS[number::6]))

    threads = [threading.Thread(target=run, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {number: [f"mail {n}" for n in range(number, 60, 6)] for number in range(6)}


def test_a_pool_that_is_started_late_works_beside_threads(hasty):
    """The process has threads already: the children then come from a program of its own."""
    quiet = threading.Event()
    thread = threading.Thread(target=quiet.wait)
    thread.start()
    got = texts(hasty.parse(MAILS[:2]))
    quiet.set()
    thread.join()
    assert got == ["mail 0", "mail 1"]


def test_what_a_child_says_is_read_as_values_of_a_mail_only():
    """A child that was taken over must not run anything here."""
    with pytest.raises(HandGone, match=r"posix\.system"):
        read_values(b"cposix\nsystem\n(S'true'\ntR.")
    with pytest.raises(HandGone):
        read_values(b"\x80\x05]\x94.")


def test_mails_are_given_out_by_number_and_size():
    assert chunks_of([b"x"] * 260) == [list(range(125)), list(range(125, 250)), list(range(250, 260))]
    assert chunks_of([b"x" * 800_000] * 3) == [[0], [1], [2]]
    assert chunks_of([b"x", b"y" * 1_900_000, b"z"]) == [[0], [1], [2]]


def test_only_small_plain_mail_is_read_without_a_child():
    assert is_harmless(MAILS[0])
    assert not is_harmless(HEAD + b"\r\n" + b"x" * 70_000)
    assert not is_harmless(HEAD + b"Content-Type: Text/Calendar\r\n\r\n")
    assert texts(parse_many(MAILS[:3])) == ["mail 0", "mail 1", "mail 2"]


def test_bombs_neither_break_the_others_nor_fill_the_memory():
    """I7: no process needs more than 300 MB, and a harmless mail behind each bomb is read."""
    run = [sys.executable, "-m", "tests.mail.pool_memory"]
    said = subprocess.run(run, cwd=REPOSITORY, check=True, capture_output=True, text=True)  # fmt: skip
    told = json.loads(said.stdout)

    assert {name: after for name, (_, after) in told["mails"].items()} == dict.fromkeys(BOMBS, "hello")
    assert {name: what for name, (what, _) in told["mails"].items()} == dict.fromkeys(BOMBS, "read")
    assert max(told["peak_mb"].values()) < 300, told["peak_mb"]


def test_a_process_with_a_pool_ends_when_it_is_done():
    words = (
        "from inboxcrm.mail.pool import start_pool; print(len(start_pool().parse([b'Subject: x\\n\\nx'])))"
    )
    ended = subprocess.run([sys.executable, "-c", words], capture_output=True, timeout=20, check=False)
    assert (ended.returncode, ended.stdout) == (0, b"1\n")
