"""The company of the flow tests as its owner answers `init`, and the people around it."""

from __future__ import annotations

from dataclasses import dataclass

from inboxcrm.base.clock import Clock
from inboxcrm.demo.people import Person
from tests.servers.smtp import AUTHSERV_ID

ANSWERS = """
[company]
name = "Kestrel Software B.V."
domains = ["{home}"]
country = "NL"
time_zone = "Europe/Amsterdam"
currency = "EUR"
address = ["Herengracht 100", "1015 BS Amsterdam"]
vat_number = "NL001234567B01"
register_number = "KvK 12345678"
iban = "NL91 ABNA 0417 1643 00"

[storage]
folder = "data"
database = "{database}"

[running]
poll_s = 0.2
tick_s = 0.2
lease_s = {lease_s}

[[user]]
key = "anna"
name = "Anna Visser"
address = "anna@{home}"
role = "account_manager"

[[user]]
key = "maria"
name = "Maria Jansen"
address = "maria@{home}"
role = "sales_director"

[[user]]
key = "fred"
name = "Fred Bakker"
address = "fred@{home}"
role = "finance"

[[product]]
code = "standard"
description = "Kestrel Standard, one user for one year"
price = "49.00"
unit = "user"

[[product]]
code = "training"
description = "Training, one day at your office"
price = "950.00"
unit = "day"
billing = "at delivery"

[[account]]
address = "sales@{home}"
name = "Kestrel Sales"
kind = "shared"
authentication_server = "{authserv}"
imap = {{ host = "{host}", port = {imap}, security = "none", password = "{password}" }}
smtp = {{ host = "{host}", port = {smtp}, security = "none", password = "{password}" }}

[[account]]
address = "anna@{home}"
name = "Anna Visser"
kind = "personal"
user = "anna"
authentication_server = "{authserv}"
imap = {{ host = "{host}", port = {imap}, security = "none", password = "{password}" }}
smtp = {{ host = "{host}", port = {smtp}, security = "none", password = "{password}" }}
"""


@dataclass(frozen=True, slots=True)
class Doors:
    """Where people's mail clients connect to."""

    host: str
    imap_port: int
    smtp_port: int
    password: str


@dataclass(frozen=True, slots=True)
class Cast:
    """Who plays; `tag` makes the addresses of one run its own."""

    tag: str
    doors: Doors
    clock: Clock

    @property
    def home(self) -> str:
        return f"kestrel{self.tag}.test"

    @property
    def sales(self) -> str:
        return f"sales@{self.home}"

    @property
    def anna(self) -> Person:
        return self.person("Anna Visser", f"anna@{self.home}")

    @property
    def maria(self) -> Person:
        return self.person("Maria Jansen", f"maria@{self.home}")

    @property
    def fred(self) -> Person:
        return self.person("Fred Bakker", f"fred@{self.home}")

    @property
    def house(self) -> Person:
        return self.person("Kestrel Sales", self.sales)

    @property
    def bob(self) -> Person:
        return self.person("Bob Brouwer", f"bob@brouwer{self.tag}.test")

    @property
    def carla(self) -> Person:
        return self.person("Carla Dune", f"carla@dune{self.tag}.test")

    def person(self, name: str, address: str) -> Person:
        """Somebody with a mailbox on the server."""
        return Person(name, address, self.doors, self.clock)  # type: ignore[arg-type]

    def everybody(self) -> list[Person]:
        """All who have an INBOX."""
        return [self.house, self.anna, self.maria, self.fred, self.bob, self.carla]


def answers(cast: Cast, database: str, lease_s: float) -> str:
    """The answers as TOML."""
    doors = cast.doors
    return ANSWERS.format(
        home=cast.home,
        database=database,
        lease_s=lease_s,
        authserv=AUTHSERV_ID,
        host=doors.host,
        imap=doors.imap_port,
        smtp=doors.smtp_port,
        password=doors.password,
    )
