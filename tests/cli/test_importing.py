"""`import`: what its owner sees, how it ends, and how it goes on after Ctrl-C."""

from __future__ import annotations

import pytest

from inboxcrm.cli.importing import Show, progress_words
from inboxcrm.ingest.importing.taking import Progress
from tests.cli.shop import Shop
from tests.ingest.building import ask
from tests.ingest.fakes import letters
from tests.ingest.test_importing import dated, write_mbox

ACCOUNT = "sales@kestrel.test"


@pytest.fixture
def opened(shop: Shop) -> Shop:
    shop.open()
    write_mbox(shop.folder / "old.mbox", [dated(raw) for raw in letters(1, 8)])
    return shop


def test_import_tells_what_it_took_in_and_the_ledger_adds_up(opened: Shop) -> None:
    """IN-16, IN-1: the second time there is nothing to do; the server is not asked for what it never had."""
    file = str(opened.folder / "old.mbox")
    told = opened.say("import", file, "--account", ACCOUNT)

    assert told.code == 0
    assert f"{file}: mbox with 8 mails, into {ACCOUNT} import:old" in told.out
    assert told.out.endswith("8 mails taken in.\n")
    again = opened.say("import", file, "--account", ACCOUNT.upper())
    assert again.out.endswith("0 mails taken in, 8 were here already.\n")
    ledger = opened.say("ledger")
    assert ledger.code == 0
    assert "import:old" in ledger.out


@pytest.mark.parametrize(
    ("path", "account", "words"),
    [
        ("old.mbox", "nobody@kestrel.test", "the accounts are sales@kestrel.test"),
        ("nothing", ACCOUNT, "there is no such file"),
        ("config.toml", ACCOUNT, "this is no mbox file"),
    ],
)
def test_wrong_usage_is_told_with_what_would_be_right(
    opened: Shop, path: str, account: str, words: str
) -> None:
    told = opened.say("import", str(opened.folder / path), "--account", account)

    assert told.code == 2
    assert words in told.err


def test_ctrl_c_keeps_what_was_taken_in_and_the_next_run_goes_on(
    opened: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """V5: it says so, exits 1, and nothing is lost or doubled."""
    file = str(opened.folder / "old.mbox")

    def interrupt(show: Show, progress: Progress) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("inboxcrm.ingest.importing.taking.BATCH_MAILS", 1)
        patch.setattr(Show, "__call__", interrupt)
        told = opened.say("import", file, "--account", ACCOUNT)
    assert told.code == 1
    assert "the same command goes on from here" in told.out

    assert opened.say("import", file, "--account", ACCOUNT).code == 0
    assert ask(opened.office().engine, "select count(*) from message") == [(8,)]


def test_progress_has_a_rate_and_the_time_that_is_left(capsys: pytest.CaptureFixture[str]) -> None:
    """A line every ten seconds where there is no terminal, redrawn on one."""
    moments = iter([0.0, 4.0, 11.0, 12.0])
    show = Show(False, lambda: next(moments))
    for done in (100, 1100, 1200):
        show(Progress(10_000, taken=done))
    show.end()
    assert capsys.readouterr().out == "1,100 of 10,000 mails, 100 a second, 1:29 left\n"

    later = iter([1.0, 2.0])
    drawn = Show(True, lambda: next(later))
    drawn(Progress(2, taken=1))
    drawn.end()
    out = capsys.readouterr().out
    assert out.startswith("\r1 of 2 mails, 1 a second, 0:01 left")
    assert out.endswith("\n")
    assert progress_words(Progress(1), 0) == "0 of 1 mail"
