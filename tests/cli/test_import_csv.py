"""`import-csv`, `dormant` and `export`: what their owner sees, and how they end (IN-15)."""

from __future__ import annotations

from collections import Counter

import pytest

from inboxcrm.cli.import_csv import progress_words, summary
from inboxcrm.crm.importing.taking import Progress
from tests.cli.shop import Shop
from tests.ingest.building import ask

PEOPLE = "Record ID,First Name,Last Name,Email,Lead Status\n11,Bob,Jansen,bob@acme.test,NEW\n12,Eve,Smit,eve at acme,\n"
DEALS = "Record ID,Deal Name,Deal Stage,Amount,Associated Contact IDs\n21,Acme licences,Contract sent,1250.00,11\n"


@pytest.fixture
def opened(shop: Shop) -> Shop:
    shop.open()
    (shop.folder / "contacts.csv").write_text(PEOPLE, encoding="utf-8")
    (shop.folder / "deals.csv").write_text(DEALS, encoding="utf-8")
    return shop


def files(shop: Shop) -> list[str]:
    names = [str(shop.folder / name) for name in ("contacts.csv", "deals.csv")]
    return [*names, "--map", str(shop.folder / "mapping.toml")]


def report(shop: Shop) -> list[str]:
    return ["--report", str(shop.folder / "report.csv")]


def test_a_first_mapping_is_guessed_tried_and_used(opened: Shop) -> None:
    told = opened.say("import-csv", *files(opened), "--guess")
    assert told.code == 0, told.err
    assert "contacts.csv: contact of hubspot, 4 of 5 columns known; UTF-8, separated by ," in told.out

    dry = opened.say("import-csv", *files(opened), *report(opened), "--dry-run")
    assert dry.code == 1  # a row is left out
    assert "columns that nothing is taken from: Lead Status" in dry.out
    assert "A dry run, nothing was written: 3 rows: 2 taken in, 1 left out." in dry.out
    assert ask(opened.office().engine, "select count(*) from contact") == [(0,)]

    told = opened.say("import-csv", *files(opened), *report(opened))
    assert "3 rows: 2 taken in, 1 left out." in told.out
    assert f"What became of each row stands in {opened.folder / 'report.csv'}" in told.out
    assert "eve at acme" in (opened.folder / "report.csv").read_text(encoding="utf-8-sig")
    again = opened.say("import-csv", *files(opened), *report(opened))
    assert "3 rows: 2 taken in before, 1 left out." in again.out


def test_deals_that_sleep_are_listed_and_woken(opened: Shop) -> None:
    opened.say("import-csv", *files(opened), "--guess")
    opened.say("import-csv", *files(opened), *report(opened))

    listed = opened.say("dormant")
    assert "1  pending  wakes by mail or word   Acme licences  EUR 1,250.00" in listed.out
    assert listed.out.endswith("Asleep: 1 pending.\n")
    woken = opened.say("dormant", "wake", "1")
    assert woken.out.startswith("Acme licences is awake: box 1, owner ")
    assert opened.say("dormant").out == "Asleep: none.\n"
    refused = opened.say("dormant", "wake", "1")
    assert refused.code == 2
    assert "no deal 1 sleeps; `inboxcrm dormant` lists those that do" in refused.err


def test_wrong_usage_is_told_with_what_would_be_right(opened: Shop) -> None:
    told = opened.say("import-csv", *files(opened))
    assert told.code == 2
    assert "mapping.toml: cannot be read (No such file or directory); --guess writes a first one" in told.err

    opened.say("import-csv", *files(opened), "--guess")
    again = opened.say("import-csv", *files(opened), "--guess")
    assert again.code == 2
    assert "is there already; name another one by --map" in again.err
    (opened.folder / "other.csv").write_text("a,b\n")
    other = opened.say("import-csv", str(opened.folder / "other.csv"), *files(opened)[2:])
    assert (
        "no [[file]] of the mapping is for a file of this name; they are for contacts.csv, deals.csv"
        in other.err
    )


def test_ctrl_c_says_what_stays(opened: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    opened.say("import-csv", *files(opened), "--guess")

    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("inboxcrm.cli.import_csv.import_rows", interrupt)
        told = opened.say("import-csv", *files(opened), *report(opened))
    assert told.code == 1
    assert "Stopped after 0 rows. What was taken in stays; the same command goes on from here." in told.out


def test_everything_is_written_to_a_folder(opened: Shop) -> None:
    told = opened.say("export", str(opened.folder / "out"))

    assert told.code == 0
    assert "They hold personal data: keep them as safe." in told.out
    assert (opened.folder / "out" / "manifest.json").exists()
    again = opened.say("export", str(opened.folder / "out"))
    assert again.code == 2
    assert "is not empty; name a folder that is empty" in again.err


def test_progress_has_a_rate_and_the_time_that_is_left() -> None:
    assert (
        progress_words(Progress(1000, rows=500, read_bytes=100), 10.0) == "500 rows, 50 a second, 1:30 left"
    )
    assert progress_words(Progress(1000), 0) == "0 rows"
    assert summary(Counter(created=1)) == "1 row: 1 taken in."
    assert summary(Counter()) == "0 rows."
