"""Labels of Gmail that change later: the place follows, and what its owner labels is taken in (I11, P23)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from sqlalchemy import Engine

from inboxcrm.ingest.sync.finding import find_places
from inboxcrm.ingest.tending import tend_account
from tests.ingest.building import ANNA, ask, count, raw_mail
from tests.ingest.fakes import LATER, FakeBoxes, fake_boxes, letters
from tests.servers.fake_imap import FakeFolder, FakeImap, FakeMail

ALL = "[Gmail]/All Mail"
CHANGED = "SEARCH .*MODSEQ"
LAWYER = "divorce@law.test"


@contextmanager
def gmail(engine: Engine, *, counts_changes: bool = True, **account: Any) -> Iterator[FakeBoxes]:
    """A mailbox at Gmail, with the numbers of changes that Gmail gives, or without."""
    server = FakeImap(
        folders={"INBOX": FakeFolder(), ALL: FakeFolder(use="\\All")},
        capabilities=f"IMAP4rev1 IDLE X-GM-EXT-1{' CONDSTORE' if counts_changes else ''}",
    )
    with fake_boxes(engine, server, provider="google", **account) as boxes:
        yield boxes


def lay(boxes: FakeBoxes, *raws: bytes, labels: tuple[str, ...] = ("\\Inbox",)) -> list[FakeMail]:
    folder = boxes.fake.folders[ALL]
    return [
        mail
        for number, raw in enumerate(raws, start=len(folder.mails))
        for mail in folder.lay(raw, at=LATER, remote_id=str(9000 + number), labels=labels)
    ]


def tend(boxes: FakeBoxes) -> None:
    """What the slow lane does every ten minutes."""
    boxes.fake.clear()
    with boxes.open() as mailbox:
        desk = boxes.desk(mailbox)
        tend_account(desk, find_places(desk))


def labels_of(engine: Engine, uid: int = 1) -> list[str] | None:
    [(told,)] = ask(engine, "select labels from location where uid = :uid", uid=uid)
    return json.loads(told) if told else None


def relabel(boxes: FakeBoxes, mail: FakeMail, *labels: str) -> None:
    boxes.fake.folders[ALL].relabel(mail, labels=labels)


def test_the_place_of_a_mail_bears_the_labels_that_it_has_now(engine: Engine) -> None:
    """I11: added, changed, and taken away."""
    with gmail(engine) as boxes:
        [mail, *_] = lay(boxes, *letters(1, 3))
        boxes.read()
        tend(boxes)
        assert labels_of(engine) == ["\\inbox"]

        relabel(boxes, mail, "\\Inbox", "Gro&AN8-e")
        tend(boxes)
        assert labels_of(engine) == ["\\inbox", "große"]
        relabel(boxes, mail)
        tend(boxes)
        assert labels_of(engine) is None
        assert labels_of(engine, 2) == ["\\inbox"]
        assert count(engine, "message") == 3


def test_what_was_labelled_before_the_first_look_at_labels_is_seen_too(engine: Engine) -> None:
    with gmail(engine) as boxes:
        [mail] = lay(boxes, *letters(1, 1))
        boxes.read()
        relabel(boxes, mail, "Deals")
        tend(boxes)

        assert labels_of(engine) == ["deals"]


def test_one_question_tells_that_nothing_has_changed_and_one_what_has(engine: Engine) -> None:
    """RFC 7162: of a thousand mails only the changed one is told, and no mail is downloaded again."""
    with gmail(engine) as boxes:
        mails = lay(boxes, *letters(1, 30))
        boxes.read()
        tend(boxes)
        tend(boxes)
        assert boxes.fake.lines(r"FETCH|SEARCH") == []
        assert len(boxes.fake.lines("HIGHESTMODSEQ")) == 1

        relabel(boxes, mails[4], "Deals")
        tend(boxes)
        assert len(boxes.fake.lines(CHANGED)) == 1
        assert boxes.fake.lines("BODY") == []
        assert labels_of(engine, 5) == ["deals"]
        tend(boxes)
        assert boxes.fake.lines(CHANGED) == []


def test_a_server_that_does_not_count_changes_is_asked_about_the_mails_of_two_weeks(engine: Engine) -> None:
    with gmail(engine, counts_changes=False) as boxes:
        [new] = lay(boxes, *letters(1, 1))
        [old] = boxes.fake.folders[ALL].lay(*letters(2, 2), at=LATER - timedelta(days=20), remote_id="1")
        boxes.read()
        relabel(boxes, new, "Deals")
        relabel(boxes, old, "Deals")
        tend(boxes)

        assert (labels_of(engine, 1), labels_of(engine, 2)) == (["deals"], None)


def test_a_mail_that_its_owner_labels_later_is_taken_in_and_nothing_is_kept_of_the_others(
    engine: Engine,
) -> None:
    """P23, I19: not even the labels of what is left out; the lists win over the label."""
    chosen = {"account": 1, "capture": "label", "label": "CRM", "never_log": (LAWYER,)}
    with gmail(engine, **chosen) as boxes:
        to_anna = [
            raw_mail(one, ANNA, "Hello", mid=f"<{one}>") for one in ("bob@acme.test", "mum@home.test", LAWYER)
        ]
        bob, mum, lawyer = lay(boxes, *to_anna)
        boxes.read()
        tend(boxes)
        assert count(engine, "message") == 0

        relabel(boxes, bob, "\\Inbox", "CRM")
        relabel(boxes, mum, "Birthday")
        relabel(boxes, lawyer, "CRM")
        tend(boxes)

        assert ask(engine, "select sender from message") == [("bob@acme.test",)]
        assert [labels_of(engine, uid) for uid in (1, 2, 3)] == [["\\inbox", "crm"], None, None]
        assert "Birthday" not in str(ask(engine, "select * from location"))
        tend(boxes)
        assert boxes.fake.lines("BODY|SEARCH") == []
        assert boxes.differences() == [0]


def test_a_mail_that_comes_with_the_label_is_taken_in_at_once(engine: Engine) -> None:
    """IN-5: a filter of Gmail has set it; Gmail tells labels beside the flags."""
    with gmail(engine, account=1, capture="label", label="CRM") as boxes:
        lay(boxes, raw_mail("bob@acme.test", ANNA, mid="<1@a>"), labels=("CRM", "\\Important"))
        lay(boxes, raw_mail("mum@home.test", ANNA, mid="<2@h>"))
        boxes.read()

        assert ask(engine, "select sender from message") == [("bob@acme.test",)]


def test_a_folder_that_is_numbered_anew_is_asked_nothing_of_its_old_places(engine: Engine) -> None:
    """I3: places are written anew by the next look, with the labels of then."""
    with gmail(engine) as boxes:
        [mail] = lay(boxes, *letters(1, 1))
        boxes.read()
        tend(boxes)
        boxes.fake.folders[ALL].renumber(9, start=5)
        relabel(boxes, mail, "Deals")
        tend(boxes)
        assert labels_of(engine) == ["\\inbox"]

        boxes.read()
        tend(boxes)
        assert json.loads(ask(engine, "select labels from location where uid = 5")[0][0]) == ["deals"]


def test_a_server_without_labels_is_asked_for_none(engine: Engine) -> None:
    with fake_boxes(engine) as boxes:
        boxes.fake.inbox.lay(*letters(1, 1), at=LATER)
        boxes.read()
        tend(boxes)

        assert boxes.fake.lines("LABELS|MODSEQ") == []
