"""Import of old mail: history and nothing else, once, whatever happens on the way (IN-16)."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from inboxcrm.base.store import blob_content
from inboxcrm.base.work import Office
from inboxcrm.ingest.importing.sources import NothingToImport, open_source
from inboxcrm.ingest.importing.taking import Progress, import_mails
from inboxcrm.ingest.quarantined import entries, work_again
from inboxcrm.mail.partial import MARK
from inboxcrm.reports.ledger import count_ledger
from tests.ingest.building import (
    NOON,
    Died,
    DyingReach,
    ask,
    count,
    make_office,
    open_box,
    raw_mail,
    same_office,
)
from tests.ingest.fakes import FakeBoxes, fake_boxes, letters
from tests.ingest.test_quarantined import break_parser
from tests.servers.fake_imap import FakeImap

NOTHING = ("lead", "task", "box", "letter", "firing")
LONG_AGO = datetime(2024, 5, 1, 9, 0, tzinfo=UTC)


def dated(raw: bytes, at: datetime = LONG_AGO) -> bytes:
    """The same mail with the line that its last server wrote on top."""
    stamp = at.strftime("%a, %d %b %Y %H:%M:%S +0000")
    return f"Received: from a by b; {stamp}\r\n".encode() + raw


def write_mbox(file: Path, raws: list[bytes]) -> Path:
    """As mail clients write it: LF, a `From ` line above each mail, an empty line below."""
    parts = []
    for raw in raws:
        unix = raw.replace(b"\r\n", b"\n").replace(b"\nFrom ", b"\n>From ")
        parts.append(b"From carla@brouwer.test Wed May  1 09:00:00 2024\n" + unix.rstrip(b"\n") + b"\n\n")
    file.write_bytes(b"".join(parts))
    return file


def write_maildir(folder: Path, raws: list[bytes]) -> Path:
    for part in ("cur", "new", "tmp"):
        (folder / part).mkdir(parents=True)
    for number, raw in enumerate(raws):
        place = folder / ("new" if number % 3 == 0 else "cur")
        (place / f"17145540{number:02}.M1P{number}.host{':2,S' if number % 3 else ''}").write_bytes(raw)
    return folder


def write_emls(folder: Path, raws: list[bytes]) -> Path:
    (folder / "2024").mkdir(parents=True)
    for number, raw in enumerate(raws):
        (folder / ("2024" if number % 2 else ".") / f"{number}.eml").write_bytes(raw)
    (folder / "notes.txt").write_text("no mail")
    return folder


WRITERS: dict[str, Callable[[Path, list[bytes]], Path]] = {
    "mbox": write_mbox,
    "maildir": write_maildir,
    "emls": write_emls,
}


def take(office: Office, path: Path, name: str = "old", account: int = 0) -> Progress:
    chosen = office.settings.account[account]
    return import_mails(office, chosen, open_source(path), name, lambda progress: None)


def of_import(boxes: FakeBoxes) -> dict[str, int]:
    [row] = [row for row in count_ledger(boxes.office) if row["folder"] == "import:old"]
    return row


@pytest.mark.parametrize("kind", list(WRITERS))
def test_each_kind_of_source_becomes_history_once(both: Engine, tmp_path: Path, kind: str) -> None:
    """IN-16, V1, V2: contacts and threads, no lead, task, rule or letter; a second run takes in nothing."""
    with fake_boxes(both) as boxes:
        source = WRITERS[kind](tmp_path / "old", [dated(raw) for raw in letters(1, 30)])

        first = take(boxes.office, source)
        assert (first.count, first.taken, first.known, first.quarantined) == (30, 30, 0, 0)
        assert (count(both, "message"), count(both, "contact")) == (30, 30)
        assert [count(both, table) for table in NOTHING] == [0] * len(NOTHING)
        assert count(both, "event", "state = 'pending'") == 0
        assert ask(both, "select distinct is_archived, received_at from message") == [
            (1, int(LONG_AGO.timestamp() * 1_000_000))
        ]

        second = take(boxes.office, source)
        assert (second.taken, second.known, second.done) == (0, 30, 30)
        assert count(both, "location") == count(both, "message") == 30
        row = of_import(boxes)
        assert (row["server"], row["on_contacts"], row["to_come"], row["difference"]) == (30, 30, 0, 0)


def test_what_was_imported_and_comes_by_imap_too_is_one_message(engine: Engine, tmp_path: Path) -> None:
    """V1, I9: line ends of a file and a server differ; reading the server asks for no import folder (IN-1)."""
    with fake_boxes(engine) as boxes:
        raws = [dated(raw) for raw in letters(1, 20)]
        take(boxes.office, write_mbox(tmp_path / "old", raws))
        boxes.fake.inbox.lay(*raws, at=LONG_AGO)
        boxes.read()

        assert count(engine, "message") == 20
        assert count(engine, "location", "not is_gone") == 40
        assert boxes.differences() == [0] * len(boxes.differences())
        assert ask(engine, "select state from folder where name = 'import:old'") == [("import",)]
        assert [count(engine, table) for table in NOTHING] == [0] * len(NOTHING)


def test_mail_of_today_in_a_file_is_history_too(office: Office, engine: Engine, tmp_path: Path) -> None:
    """IN-16: what comes out of a file never makes work, also if its account is live already."""
    take(office, write_mbox(tmp_path / "old", [dated(letters(1, 1)[0], NOON + timedelta(hours=1))]))

    assert count(engine, "message", "is_archived") == 1
    assert count(engine, "lead") == 0


def test_an_import_that_is_killed_goes_on_where_it_was(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """V1, V5: at each commit in turn; nothing twice, nothing missing, and the ledger says what is to come."""
    with fake_boxes(engine) as boxes:
        monkeypatch.setattr("inboxcrm.ingest.importing.taking.BATCH_MAILS", 3)
        source = write_mbox(tmp_path / "old", [dated(raw) for raw in letters(1, 12)])
        for nth, point in [
            (1, "intake.before_commit"),
            (1, "intake.after_commit"),
            (2, "intake.before_commit"),
        ]:
            with pytest.raises(Died):
                take(same_office(boxes.office, reach=DyingReach(point, nth)), source)
            row = of_import(boxes)
            assert row["difference"] == 0
            assert row["to_come"] == 12 - count(engine, "location") > 0

        assert take(boxes.office, source).done == 12
        assert count(engine, "message") == count(engine, "location") == 12
        assert (of_import(boxes)["difference"], of_import(boxes)["to_come"]) == (0, 0)


def test_a_file_that_has_grown_or_was_packed_gives_only_what_is_new(
    office: Office, engine: Engine, tmp_path: Path
) -> None:
    """V1: mails are known by their bytes, not by where they stand in the file."""
    old = [dated(raw) for raw in letters(1, 10)]
    take(office, write_mbox(tmp_path / "old", old))
    again = take(office, write_mbox(tmp_path / "old", [*old[3:], *(dated(raw) for raw in letters(11, 12))]))

    assert (again.known, again.taken) == (7, 2)
    assert count(engine, "message") == 12


def test_one_mail_that_cannot_be_read_stops_no_other(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """I6, V2: it waits in quarantine; worked again it is history as the others are."""
    with fake_boxes(engine) as boxes:
        source = write_emls(tmp_path / "old", [dated(raw) for raw in letters(40, 44)] + [b""])
        with monkeypatch.context() as patch:
            break_parser(patch)
            progress = take(boxes.office, source)
        assert (progress.taken, progress.quarantined) == (6, 2)
        assert of_import(boxes)["difference"] == 0

        with boxes.office.reading() as session:
            found = [one for one in entries(session) if "a bug of ours" in one.error]
        work_again(boxes.office, found[0])
        assert (count(engine, "message"), count(engine, "lead")) == (5, 0)
        assert (of_import(boxes)["difference"], of_import(boxes)["quarantine"]) == (0, 1)


def test_a_personal_mailbox_keeps_only_what_its_policy_covers(engine: Engine, tmp_path: Path) -> None:
    """V11: of private mail nothing but the place is kept, and once its sender is known it is looked at again."""
    office = make_office(engine)
    raws = [
        dated(raw_mail(f"{name}@{name}.test", "anna@kestrel.test", f"from {name}", mid=f"<{name}@x>"))
        for name in ("secret", "carla")
    ]
    source = write_mbox(tmp_path / "old", raws)
    first = take(office, source, account=1)
    assert (first.taken, first.left_out) == (0, 2)
    assert count(engine, "message") == count(engine, "blob") == 0

    open_box(office).take(raw_mail("carla@carla.test", "sales@kestrel.test", "Licences"))
    second = take(office, source, account=1)
    assert second.left_out + second.taken == 2
    assert count(engine, "message", "subject = 'from secret'") == 0


def test_a_file_cannot_pass_for_a_mail_of_which_parts_stayed_on_a_server(
    office: Office, tmp_path: Path
) -> None:
    """I8: the lengths in such a mail are believed, so nobody else may write one."""
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "1.eml").write_bytes(MARK + MARK + letters(1, 1)[0])
    take(office, tmp_path / "old")

    with office.reading() as session:
        [raw] = [blob_content(session, one) for [one] in ask(office.engine, "select raw_sha256 from message")]
    assert not raw.startswith(MARK)


def test_mails_of_a_mbox_are_told_from_lines_that_look_like_their_beginning(tmp_path: Path) -> None:
    """Marked lines are unmarked, unmarked ones in a text stay text, cleared-away mail of Thunderbird is left out."""
    file = tmp_path / "old"
    file.write_bytes(
        b"From a@b Wed May  1 09:00:00 2024\nFrom: a@b\nSubject: one\n\n>From here on\n>>From there\n\n"
        b"From my point of view it is 10:30 now\nand so on\n\nFrom a to b\n\n"
        b"From - Wed May 01 09:00:01 2024\r\nX-Mozilla-Status: 0009\r\nSubject: deleted\r\n\r\ngone\r\n\r\n"
        b"From - Wed May 01 09:00:02 2024\r\nX-Mozilla-Status: 0001\r\nSubject: two\r\n\r\nlast line"
    )
    source = open_source(file)
    found = [mail.raw for mail in source.read()]

    assert (source.kind, source.count) == ("mbox", 3)
    assert found == [
        b"X-Mozilla-Status: 0001\r\nSubject: two\r\n\r\nlast line",
        b"From: a@b\nSubject: one\n\nFrom here on\n>From there\n\n"
        b"From my point of view it is 10:30 now\nand so on\n\nFrom a to b\n",
    ]


def test_flags_and_folders_of_a_maildir_do_not_matter_but_drafts_and_trash_do(tmp_path: Path) -> None:
    folder = write_maildir(tmp_path / "old", letters(1, 4))
    before = {mail.uid for mail in open_source(folder).read()}
    [first] = sorted((folder / "new").iterdir())[:1]
    first.rename(folder / "cur" / f"{first.name}:2,RS")
    assert {mail.uid for mail in open_source(folder).read()} == before
    last = sorted((folder / "cur").iterdir())[-1]
    last.rename(f"{last}T")
    assert open_source(folder).count == 3


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda path: None, "no such file"),
        (lambda path: path.write_bytes(b""), "empty"),
        (lambda path: path.write_bytes(b"PK\x03\x04"), "no mbox file"),
        (lambda path: path.mkdir(), "no .eml file"),
    ],
)
def test_what_is_none_of_the_three_is_refused_with_what_would_be_right(
    tmp_path: Path, make: Callable[[Path], object], words: str
) -> None:
    make(tmp_path / "it")
    with pytest.raises(NothingToImport, match=words) as refused:
        open_source(tmp_path / "it")
    assert "an mbox file (it begins with a line `From …`), a Maildir" in str(refused.value)


def test_real_mail_comes_in_and_adds_up(engine: Engine, tmp_path: Path) -> None:
    """V2, IN-1: a few hundred mails of the corpus if it is there, else made ones with odd ones among them."""
    corpus = os.environ.get("INBOXCRM_CORPUS")
    files = sorted(Path(corpus, "real").rglob("*.eml"))[:4000:20] if corpus else []
    raws = [file.read_bytes() for file in files] or [
        *letters(1, 100),
        b"\0" * 40,
        b"no header\n",
        b"From: x\n",
    ]
    folder = tmp_path / "old"
    folder.mkdir()
    for number, raw in enumerate(raws):
        (folder / f"{number}.eml").write_bytes(raw)
    with fake_boxes(engine, FakeImap()) as boxes:
        progress = take(boxes.office, folder)
        assert progress.taken == len(raws)
        row = of_import(boxes)
        assert (row["server"], row["difference"]) == (len(raws), 0)
        assert [count(engine, table) for table in NOTHING] == [0] * len(NOTHING)
