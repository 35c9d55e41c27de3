"""Small builders for tests of intake, outbox, workers and the command line: an office, mails, folders, counts."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, text

from inboxcrm.base.points import Reach, pass_on
from inboxcrm.base.settings import Account, Settings
from inboxcrm.base.work import Office
from inboxcrm.ingest.folders import open_folder, watched_folders
from inboxcrm.ingest.intake import take_in
from inboxcrm.ingest.lease import start_accounts
from inboxcrm.mail.fetched import Fetched
from inboxcrm.mail.folder_names import FolderName

KEY = b"k" * 32
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)  # a Monday
SALES = "sales@kestrel.test"
ANNA = "anna@kestrel.test"
BEN = "ben@kestrel.test"


class Died(BaseException):
    """The process ends here: nothing in the product may catch it."""


@dataclass(slots=True)
class HandClock:
    """A clock that is moved by hand."""

    moment: datetime = NOON

    def now(self) -> datetime:
        return self.moment

    def move(self, by: timedelta) -> None:
        self.moment += by


@dataclass(slots=True)
class CountedIds:
    """Words that differ, one after the other."""

    count: int = 0

    def token(self, bits: int = 64) -> str:
        self.count += 1
        return f"{self.count:0{bits // 4}x}"

    def key(self) -> bytes:
        return KEY


@dataclass(slots=True)
class DyingReach:
    """Ends the process at the n-th passing of a point."""

    point: str
    nth: int = 1
    lock: Any = field(default_factory=threading.Lock)

    def __call__(self, point: str) -> None:
        with self.lock:
            if point == self.point:
                self.nth -= 1
                if self.nth == 0:
                    raise Died(point)


def server(port: int = 1, **more: Any) -> dict[str, Any]:
    """A login at a server on this machine."""
    return {"host": "127.0.0.1", "port": port, "security": "none", "password": "pw", **more}


def settings_values(imap: int = 1, smtp: int = 1, local: str = "") -> dict[str, Any]:
    """The values of a config.toml; `local` makes the mailboxes of this test its own."""
    logins = {"imap": server(imap), "smtp": server(smtp)}
    return {
        "company": {"name": "Kestrel", "domains": ["kestrel.test"], "country": "NL"},
        "account": [
            {"address": f"sales{local}@kestrel.test", "authentication_server": "mx.test", **logins},
            {
                "address": f"anna{local}@kestrel.test",
                "kind": "personal",
                "user": "anna",
                "authentication_server": "mx.test",
                **logins,
            },
        ],
        "user": [
            {
                "key": "anna",
                "name": "Anna",
                "address": f"anna{local}@kestrel.test",
                "role": "account_manager",
            },
            {"key": "ben", "name": "Ben", "address": BEN, "role": "sales_director"},
            {"key": "fred", "name": "Fred", "address": "fred@kestrel.test", "role": "finance"},
        ],
        "product": [{"code": "standard", "description": "One user, one year", "price": "49.00"}],
    }


def make_settings(**places: Any) -> Settings:
    return Settings.model_validate(settings_values(**places))


def make_office(
    engine: Engine,
    *,
    clock: HandClock | None = None,
    settings: Settings | None = None,
    wake: Callable[[set[str]], None] = lambda topics: None,
    reach: Reach = pass_on,
) -> Office:
    """An office whose accounts count as live from now."""
    office = Office(engine, clock or HandClock(), CountedIds(), settings or make_settings(), KEY, wake, reach)
    with office.work("test", actor="test") as work:
        start_accounts(work)
    return office


def same_office(office: Office, **changed: Any) -> Office:
    """The office of another process on the same database."""
    names = ("engine", "clock", "ids", "settings", "key", "wake", "reach")
    return Office(**{**{name: getattr(office, name) for name in names}, **changed})


def raw_mail(
    sender: str,
    to: str,
    subject: str = "Question",
    body: str = "How much is it?",
    *,
    mid: str | None = None,
    refs: str = "",
    at: datetime = NOON,
    headers: dict[str, str] | None = None,
    cc: str = "",
    files: tuple[tuple[str, bytes], ...] = (),
) -> bytes:
    """A mail as bytes; `mid` and `refs` with angle brackets."""
    mail = EmailMessage(policy=SMTP)
    for name, value in (headers or {}).items():
        mail[name] = value
    mail["From"], mail["To"], mail["Subject"], mail["Date"] = sender, to, subject, format_datetime(at)
    for name, value in (("Cc", cc), ("Message-ID", mid), ("References", refs)):
        if value:
            mail[name] = value
    if refs:
        mail["In-Reply-To"] = refs.split()[-1]
    mail.set_content(body)
    for name, content in files:
        mail.add_attachment(content, maintype="application", subtype="pdf", filename=name)
    return mail.as_bytes()


def fetched(uid: int, raw: bytes, at: datetime | None = None) -> Fetched:
    return Fetched(uid, at or NOON + timedelta(minutes=uid), len(raw), raw)


@dataclass(slots=True)
class Box:
    """One folder that mails are put into by hand, as if a server held them."""

    office: Office
    account: Account
    folder_id: int
    uid: int = 0

    def take(self, *raws: bytes, at: datetime | None = None) -> None:
        """Take mails in as one batch."""
        start, self.uid = self.uid, self.uid + len(raws)
        batch = [fetched(start + n, raw, at) for n, raw in enumerate(raws, start=1)]
        take_in(self.office, self.account, self.folder_id, batch, self.uid)


def open_box(office: Office, account: int = 0, name: str = "INBOX") -> Box:
    """Open a folder of the account with this number."""
    chosen = office.settings.account[account]
    special = "sent" if name == "Sent" else None
    [place] = watched_folders(office, chosen, [FolderName(name, special)])
    open_folder(office, place, 7)
    return Box(office, chosen, place.folder_id)


def ask(engine: Engine, query: str, **values: Any) -> list[tuple[Any, ...]]:
    """Read the database plainly."""
    with engine.execution_options(is_reading=True).connect() as connection:
        return [tuple(row) for row in connection.execute(text(query), values)]


def count(engine: Engine, table: str, where: str = "1 = 1") -> int:
    return int(ask(engine, f"select count(*) from {table} where {where}")[0][0])


def write(engine: Engine, statement: str, **values: Any) -> None:
    with engine.begin() as connection:
        connection.execute(text(statement), values)


def file_holds(folder: Path, words: bytes) -> list[str]:
    """The files below a folder whose bytes hold these words."""
    return [
        str(path)
        for path in folder.rglob("*")
        if path.is_file() and not path.is_socket() and words in path.read_bytes()
    ]
