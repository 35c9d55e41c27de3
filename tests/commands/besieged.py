"""A house with a deal, leads, a merge and an old CRM, on which attacks are tried word by word."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Any

from sqlalchemy import select

from inboxcrm.base.database import Base
from inboxcrm.base.records import Event
from inboxcrm.base.settings import Settings, User
from inboxcrm.base.settings_team import Team
from inboxcrm.commands.changes import LOOSE
from inboxcrm.commands.records import ChangeSet
from inboxcrm.crm.records import Box, Lead, Task
from inboxcrm.ingest.records import Message
from tests.build import AUTH_SERVER, HOUSE, Mail, deliver, deliver_raw, letters, the_settings
from tests.commands.shop import Shop
from tests.crm.importing.building import OldCrm

NUMBERS = itertools.count(1000)  # of mails, as each has an id of its own
INFO = "info@kestrel.example"
DIRK, EVE = "dirk@dune.example", "eve@evil.example"
SECRET = "Zebra"
PEOPLE = {
    "anna": "account_manager", "ben": "account_manager", "zoe": "account_manager", "tess": "team_lead",
    "theo": "team_lead", "fred": "finance", "mark": "marketing", "maria": "sales_director",
}  # fmt: skip
TEAMS = (
    Team(key="home", name="Home", lead="tess", members=("anna", "ben")),
    Team(key="away", name="Away", lead="theo", members=("zoe",)),
)
# Each word, and what the mail answers: a letter about Anna's deal, about her lead, or the receipt of what she said.
SAID = {
    "merge 3": "lead", "unmerge 1": "lead", "assign ben": "lead", "stage nego": "deal", "won": "deal",
    "lost price: too dear": "deal", "hold until 3 dec: they move house": "deal", "amount 12,500 eur": "deal",
    "handover ben: he knows them": "deal", "undo": "receipt", "recycle until 1 feb: no budget": "lead",
    "dead: they bought elsewhere": "lead", "bant budget yes, timeline urgent": "lead",
    "role signatory: Carol Jones <carol@acme.example>": "deal", "note: they decide in March": "deal",
    "task: call them fri": "deal", "move Zebra dune": "deal", "snippet: Offline use = It works offline.": "deal",
    "snippet: Delivery": "deal", "escalate ben: you know it": "deal", "resume: Globex": "deal",
}  # fmt: skip
WITH_EACH_MAIL = ("box_contact", "qualification")  # who takes part, and the points for his mails


@dataclass(slots=True)
class House:
    """Anna's deal with Acme (box 1) and her lead of Dune (box 2); another lead (3); one (4) that is part of it."""

    shop: Shop
    answers: dict[str, str]

    def mail(self, words: str, **mail: Any) -> Mail:
        return Mail(words, **({"answers": self.answers[SAID[words]], "subject": "Hm"} | mail))

    def takes(self, *mails: Mail | bytes, account: str = HOUSE, folder: str = "INBOX") -> list[Message]:
        """Take mails in, and react to them."""
        found = []
        for mail in mails:
            take = deliver_raw if isinstance(mail, bytes) else deliver
            found.append(take(self.shop.office, mail, account=account, folder=folder))
        self.shop.react()
        return found

    def dump(self, *, is_filed: bool = False) -> dict[str, list[tuple[Any, ...]]]:
        """All rows of the CRM and of its documents, what commands have changed, and what anybody has noted.

        Without what each mail moves that is filed on a box, if `is_filed`.
        """
        found, moved = {}, LOOSE if is_filed else frozenset()
        with self.shop.office.reading() as session:
            for one in Base.registry.mappers:
                table, module = one.local_table, one.class_.__module__
                if module.startswith(("inboxcrm.crm.", "inboxcrm.sales.")) or one.class_ is ChangeSet:
                    columns = [column for column in table.c if (table.name, column.name) not in moved]
                    rows = session.execute(select(*columns).order_by(*table.primary_key))
                    found[table.name] = [tuple(row) for row in rows]
            notes = select(Event.id).where(Event.kind == "note.added").order_by(Event.id)
            for name in WITH_EACH_MAIL if is_filed else ():
                del found[name]
            found["note"] = [tuple(row) for row in session.execute(notes)]
        return found

    def told(self, kind: str) -> list[list[str]]:
        """To whom the letters of a kind went."""
        return [[one.address for one in letter.recipients] for letter in letters(self.shop.office, kind)]


def the_people(folder: Path) -> Settings:
    """Two teams, and a second shared account."""
    plain = the_settings(folder)
    users = tuple(
        User(key=key, name=key.title(), address=f"{key}@kestrel.example", role=role)
        for key, role in PEOPLE.items()
    )
    first = plain.account[0]
    accounts = (*plain.account, first.model_copy(update={"address": INFO}))
    return the_settings(folder, user=users, team=TEAMS, account=accounts)


def fill(shop: Shop, folder: Path) -> dict[str, str]:
    """Let happen what the attacks are about; give what they answer."""
    shop.quoted()
    deal = shop.notice().message_id
    for name, sender in (("dune", DIRK), ("elm", "ed@elm.example"), ("fir", "fay@fir.example")):
        shop.customer("We need some, too.", sender=sender, subject=f"Zebra {name}")
    with shop.office.work("test", actor="test") as work:
        for box in work.session.scalars(select(Box).where(Box.id > 1)):
            box.owner = "anna"
        for lead in work.session.scalars(select(Lead).where(Lead.box_id > 1)):
            lead.owner, lead.state = "anna", "Assigned"
        for task in work.session.scalars(select(Task)):
            task.owner = "anna"
        work.session.get_one(Box, 1).name = "Zebra acme"
    lead = next(one.message_id for one in shop.notices() if one.box_id == 2)
    lost = next(one.message_id for one in shop.notices() if one.box_id == 4)
    for words, answers in (
        ("merge 2", lost),
        ("snippet: Delivery = It takes a week.", deal),
        ("amount 990 eur", deal),
    ):
        [line] = shop.user("maria" if "merge" in words else "anna", words, answers=answers)["lines"]
        assert line["is_done"], line
    crm = OldCrm(folder, shop.office)
    crm.take(crm.file("deals", ("d1", "Globex", "", "", "Jane Doe", "Quote", "5")))
    receipt = letters(shop.office, "receipt")[-1].message_id
    return {"deal": deal, "lead": lead, "receipt": receipt}


def proven_by(server: str = AUTH_SERVER, domain: str = "kestrel.example") -> str:
    return f"{server}; dmarc=pass header.from={domain}"


def raw(house: House, mail: Mail) -> EmailMessage:
    return message_from_bytes(mail.raw(house.shop.clock.now(), next(NUMBERS)), policy=SMTP)


def on_top(mail: EmailMessage, *headers: str) -> bytes:
    return "".join(f"{one}\r\n" for one in headers).encode() + mail.as_bytes()
