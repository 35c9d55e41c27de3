"""MG-6: every command that reads has `--as`, and through none of them a rep of another team sees a foreign box."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import click
import pytest

from inboxcrm.cli.commands import COMMANDS, cli
from inboxcrm.mail.incoming import Address
from inboxcrm.outbox.letter import Plan, write_letter
from tests.cli.shop import Shop
from tests.cli.test_viewer import CARLA, TEAMS, USERS
from tests.ingest.building import SALES, open_box, raw_mail, write

# Commands that tell of customers, each with what it is asked here. FOLDER is a new folder.
READERS: dict[str, tuple[str, ...]] = {
    "show": ("brouwer",),
    "why": ("1",),
    "search": ("zebra",),
    "leads": ("--list",),
    "waiting": (),
    "filings list": (),
    "dormant": (),
    "quarantine list": (),
    "quarantine show": ("1:99",),
    "outbox list": (),
    "export": ("FOLDER",),
    "rules explain": ("new-lead",),
    "rules replay": ("--all",),
}
# Commands that tell of folders, processes and settings: numbers, and no word of a customer.
FIGURES: dict[str, tuple[str, ...]] = {
    "ledger": (),
    "metrics": (),
    "doctor": (),
    "rules check": (),
    "rules list": (),
    "rules schema": (),
    "rules test": (),
    "report forecast": (),
}
# Commands that change something; they are the owner's, who may everything.
ACTS = {
    "init", "login", "live", "hold", "run", "poll", "work", "tick", "demo", "import", "import-csv", "dormant wake",
    "quarantine reprocess", "quarantine release", "filings remove", "erase", "outbox resolve", "outbox allow",
    "migrate",
}  # fmt: skip
FOREIGN = ("carla", "brouwer", "zebra", "tigers")  # who wrote to Anna, and what about
BLOB = "f" * 64


def all_commands() -> Iterator[tuple[str, click.Command]]:
    """Every command that does something by itself, with its words."""
    context = click.Context(cli)
    for name in COMMANDS:
        command = cli.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            for one in command.list_commands(context):
                sub = command.get_command(context, one)
                assert sub is not None
                yield f"{name} {one}", sub
        if not isinstance(command, click.Group) or command.invoke_without_command:
            yield name, command


@pytest.fixture
def opened(shop: Shop) -> Shop:
    """Anna's lead with a letter, a mail that waits, one that could not be read, a filing, a deal that sleeps."""
    shop.open(user=USERS, team=TEAMS)
    office = shop.office()
    box = open_box(office)
    box.take(raw_mail(CARLA, SALES, "Zebra licences", "How much for brouwer zebras?", mid="<1@b>"))
    box.take(raw_mail("Dirk <dirk@tigers.test>", SALES, "Tigers", "How much?", mid="<2@t>"))
    one, now = office.engine, int(shop.clock.now().timestamp() * 1_000_000)
    write(one, "update box set owner = 'anna', name = 'Brouwer zebras'")
    write(one, "update lead set owner = 'anna'")
    write(
        one,
        "update message set is_archived = true, box_id = null, received_at = :at where id = 2",
        at=now - 1,
    )
    write(one, "update account set live_from = :at", at=now)
    write(one, "update thread set box_id = null where id = (select thread_id from message where id = 2)")
    write(
        one,
        "insert into filing (sender, box_id, is_wanted, made_by, made_at) values ('@zebra.test', 1, false, 'anna', 1)",
    )
    write(one, "insert into dormant_deal (name, owner, stage, state, currency, next_action, created_at)"
               " values ('Zebra renewal', 'anna', 'Quote', 'pending', 'EUR', '', 1)")  # fmt: skip
    write(one, "insert into blob (sha256, size, content) values (:sha, 20, :raw)", sha=BLOB,
          raw=b"Subject: zebra\r\n\r\nzebra")  # fmt: skip
    write(one, "insert into quarantine (folder_id, uidvalidity, uid, raw_sha256, stage, attempts, error, at,"
               " received_at, is_gone) select 1, uidvalidity, 99, :sha, 'parse', 1, 'zebra', 1, 1, false"
               " from folder where id = 1",
          sha=BLOB)  # fmt: skip
    write(one, "insert into firing (key, rule, version, subject_kind, subject_id, event_id, at, outcome)"
               " values ('new-lead:event:1', 'new-lead', '2', 'lead', 1, 1, :at, 'told of zebra')", at=now)  # fmt: skip
    with office.work("test", actor="test") as work:
        to = [Address("", "carla@brouwer.test")]
        write_letter(work, Plan("quote", "q", SALES, to, "Zebra licences", {}, box_id=1))
    shop.clock.move(timedelta(minutes=1))
    return shop


def asked(opened: Shop, command: str, words: tuple[str, ...], *options: str) -> str:
    """All that a command tells, files that it writes with their names."""
    folder = opened.folder / f"out-{len(list(opened.folder.iterdir()))}"
    told = opened.say(*command.split(), *(str(folder) if one == "FOLDER" else one for one in words), *options)
    files = [one for one in folder.rglob("*") if one.is_file()] if folder.exists() else []
    written = "".join(f"{one.name} {one.read_bytes().decode('utf-8', 'replace')}" for one in files)
    return (told.out + told.err + written).replace(" ".join(words), "").lower()


def test_every_command_is_in_one_of_the_tables() -> None:
    """A new command has to say whether it reads, and what it is then asked here."""
    names = [name for name, _ in all_commands()]

    assert sorted(names) == sorted([*READERS, *FIGURES, *ACTS])


def test_every_command_that_reads_has_as() -> None:
    commands = dict(all_commands())
    without = [name for name in READERS if not any("--as" in one.opts for one in commands[name].params)]

    assert without == []


@pytest.mark.parametrize("key", ["zoe", "theo", "fred"])
def test_a_rep_of_another_team_sees_nothing_of_a_foreign_box(opened: Shop, key: str) -> None:
    """Nor in files that a command writes; the same command without him tells of it, so that the table bites."""
    for command, words in READERS.items():
        plainly, as_him = asked(opened, command, words), asked(opened, command, words, "--as", key)

        assert any(word in plainly for word in FOREIGN), command
        assert [word for word in FOREIGN if word in as_him] == [], (command, as_him)


def test_its_owner_sees_it_through_all_that_tell_of_boxes(opened: Shop) -> None:
    """What could not be read, and what waits in a shared mailbox, is on no box: those who see everything see it."""
    for command, words in READERS.items():
        key = "maria" if command.startswith(("quarantine", "waiting")) else "anna"

        assert any(word in asked(opened, command, words, "--as", key) for word in FOREIGN), command


def test_figures_name_no_customer(opened: Shop) -> None:
    for command, words in FIGURES.items():
        told = asked(opened, command, words)

        assert [word for word in FOREIGN if word in told] == [], (command, told)
