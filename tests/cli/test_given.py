"""An empty or impossible argument is told at once; it never means all, here or nothing."""

from __future__ import annotations

import pytest

from tests.cli.shop import Shop

COMMANDS = (
    ("live",), ("login",), ("show",), ("why",), ("outbox", "allow"), ("filings", "remove"), ("quarantine", "show"),
    ("quarantine", "reprocess"), ("quarantine", "release"), ("import", "--account", "sales@kestrel.test"),
    ("import", ".", "--account"), ("import", ".", "--account", "sales@kestrel.test", "--folder"),
    ("quarantine", "show", "1-2", "--save"), ("ledger", "--config"), ("init", "--answers"), ("demo", "--folder"),
)  # fmt: skip


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
@pytest.mark.parametrize("empty", ["", "  "])
def test_an_empty_argument_is_refused_and_does_nothing(
    shop: Shop, words: tuple[str, ...], empty: str
) -> None:
    """`inboxcrm live "$NOBODY"` let letters leave from every account."""
    shop.open()

    told = shop.say_plainly(*words, empty)

    assert (told.code, told.out) == (2, "")
    assert "it is empty" in told.err


@pytest.mark.parametrize("limit", ["-5", "0", "99999999999999999999", "many"])
def test_a_limit_that_is_none_is_refused(shop: Shop, limit: str) -> None:
    shop.open()

    told = shop.say("search", "licences", "--limit", limit)

    assert (told.code, told.out) == (2, "")
    assert "Invalid value for '--limit'" in told.err


@pytest.mark.parametrize("words", ["", " ", "from:", "from: bob", "before:", "has:"])
def test_a_search_for_nothing_is_refused_with_an_example(shop: Shop, words: str) -> None:
    shop.open()

    told = shop.say("search", words)

    assert (told.code, told.out) == (2, "")
    assert "such as" in told.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("outbox list", "Nothing: no letter waits or failed"),
        ("quarantine list", "Nothing: every mail could be read."),
        ("filings list", "Nobody has said anything of a sender yet."),
        ("waiting", "Nothing waits from before we began."),
        ("search licences", "Nothing fits."),
    ],
)
def test_an_empty_list_says_so(shop: Shop, words: str, said: str) -> None:
    shop.open()

    told = shop.say(*words.split())

    assert told.code == 0
    assert told.out.startswith(said)
