"""What the demo's owner answers to `init`."""

from __future__ import annotations

from inboxcrm.demo.mail_server import MailServer

HOME = "kestrel.example"
DOMAINS = (HOME, "brouwer.example", "dune.example", "news.example", "post.example")
AUTH_SERVER = "mx.kestrel.example"

_COMPANY = f"""
[company]
name = "Kestrel Software B.V."
domains = ["{HOME}"]
country = "NL"
time_zone = "Europe/Amsterdam"
currency = "EUR"
address = ["Herengracht 100", "1015 BS Amsterdam"]
vat_number = "NL001234567B01"
register_number = "KvK 12345678"
iban = "NL91 ABNA 0417 1643 00"

[running]
poll_s = 0.3
tick_s = 0.5

[[user]]
key = "anna"
name = "Anna Visser"
address = "anna@{HOME}"
role = "account_manager"

[[user]]
key = "maria"
name = "Maria Jansen"
address = "maria@{HOME}"
role = "sales_director"

[[user]]
key = "fred"
name = "Fred Bakker"
address = "fred@{HOME}"
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
"""

_ACCOUNT = """
[[account]]
address = "{address}"
name = "{name}"
{kind}
authentication_server = "{auth_server}"
imap = {{ host = "{host}", port = {imap}, security = "none", password = "{password}" }}
smtp = {{ host = "{host}", port = {smtp}, security = "none", password = "{password}" }}
"""


def answers(server: MailServer) -> str:
    """Give the answers as TOML: one shared mailbox, the rep's own, three users and two products."""
    places = {
        "host": server.host,
        "imap": server.imap_port,
        "smtp": server.smtp_port,
        "password": server.password,
    }
    shared = _ACCOUNT.format(
        address=f"sales@{HOME}",
        name="Kestrel Sales",
        kind='kind = "shared"',
        auth_server=AUTH_SERVER,
        **places,
    )
    own = _ACCOUNT.format(
        address=f"anna@{HOME}",
        name="Anna Visser",
        kind='kind = "personal"\nuser = "anna"',
        auth_server=AUTH_SERVER,
        **places,
    )
    return _COMPANY + shared + own
