"""A product that reads a server of ours which misbehaves on command."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Engine

from inboxcrm.base.settings import Account, Settings
from inboxcrm.base.work import Office
from inboxcrm.ingest.reading import read_account
from inboxcrm.ingest.sync.desk import Desk
from inboxcrm.ingest.sync.finding import find_places
from inboxcrm.ingest.sync.history import read_back
from inboxcrm.ingest.sync.store import copy_folder
from inboxcrm.mail.imap import ImapServer, Mailbox, open_mailbox
from inboxcrm.mail.providers import provider_of
from inboxcrm.reports.ledger import count_ledger
from tests.ingest.building import HandClock, make_office, make_settings, raw_mail
from tests.servers.fake_imap import FakeImap, fake_imap

LONG_AGO = datetime(2024, 5, 1, 9, 0, tzinfo=UTC)
GO_LIVE = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
LATER = GO_LIVE + timedelta(hours=1)


class FakeBoxes:
    """The fake server, and the product that reads its mailbox as the shared account (or the personal one)."""

    def __init__(self, fake: FakeImap, engine: Engine, account: int = 0, **changed: Any) -> None:
        self.fake, self.engine = fake, engine
        self.settings: Settings = make_settings(imap=fake.port)
        chosen = self.settings.account[account].model_copy(update=changed)
        accounts = tuple(chosen if n == account else one for n, one in enumerate(self.settings.account))
        self.settings = self.settings.model_copy(update={"account": accounts})
        self.account: Account = chosen
        self.clock = HandClock(GO_LIVE)
        self.office: Office = make_office(engine, clock=self.clock, settings=self.settings)

    def open(self, timeout_s: float = 2) -> Mailbox:
        return open_mailbox(
            ImapServer("127.0.0.1", self.fake.port, "none", self.account.address, "pw", timeout_s=timeout_s)
        )

    def read(self) -> int:
        """Read everything, as one look of each lane does."""
        with self.open() as mailbox:
            return read_account(self.office, self.account, mailbox)

    def desk(self, mailbox: Mailbox, **more: Any) -> Desk:
        provider = provider_of(self.account.provider_key)
        return Desk(self.office, self.account, mailbox, provider, **more)

    def step_back(self, desk: Desk) -> int:
        """Read one step of the history of INBOX, and stop; give how many mails are there by now."""
        [place] = find_places(desk)
        desk.mailbox.examine(place.name)
        with closing(read_back(desk, place)) as steps:
            next(steps, None)
        return copy_folder(self.office, place.folder_id).back_done

    def differences(self) -> list[int]:
        """What the ledger finds missing in each folder of this account (V2)."""
        return [
            row["difference"] for row in count_ledger(self.office) if row["account"] == self.account.address
        ]


@contextmanager
def fake_boxes(engine: Engine, server: FakeImap | None = None, **changed: Any) -> Iterator[FakeBoxes]:
    """Both of them, on a free port."""
    with fake_imap(server) as fake:
        yield FakeBoxes(fake, engine, **changed)


def letters(first: int, last: int, to: str = "sales@kestrel.test") -> list[bytes]:
    """Mails of different customers, numbered from `first` to `last`."""
    return [
        raw_mail(f"buyer{n}@firm{n}.test", to, f"Order {n}", f"text {n}", mid=f"<{n}@firm.test>")
        for n in range(first, last + 1)
    ]
