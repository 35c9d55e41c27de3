"""Sales and support hand over by mail: a forwarded ticket is a lead of support, a copy to support is noted (OP-17)."""

from __future__ import annotations

from collections.abc import Callable
from email import message_from_bytes

import pytest

from inboxcrm.base.settings import Settings
from inboxcrm.base.settings_support import Support
from inboxcrm.base.store import events_of_box
from inboxcrm.base.work import Office
from inboxcrm.crm.store import lead_of_box
from tests.build import ANNA, BOB, HOUSE, Mail, deliver, deliver_raw

HELP = "support@kestrel.example"
TICKET = (
    "Sales should look at this.\n\n---------- Forwarded message ---------\nFrom: Bob <bob@acme.example>\n"
    "Date: Mon, Nov 23, 2026 at 9:00 AM\nSubject: More users\nTo: <{to}>\n\nWe want twenty more users.\n"
)


@pytest.fixture
def helped(make_office: Callable[[Settings], Office], settings: Settings) -> Office:
    return make_office(settings.model_copy(update={"support": Support(addresses=(HELP,))}))


def forward(office: Office, to: str) -> str | None:
    sent = deliver(office, Mail(TICKET.format(to=to), "olga@kestrel.example", subject="Fwd: More users"))
    with office.reading() as session:
        lead = lead_of_box(session, sent.box_id or 0)
        return lead.source if lead else None


def test_a_forwarded_ticket_makes_a_lead_of_support(helped: Office) -> None:
    assert forward(helped, HELP) == "Support"


def test_a_forward_of_what_was_written_to_sales_does_not(helped: Office) -> None:
    assert forward(helped, HOUSE) not in (None, "Support")


def handovers(office: Office, box_id: int) -> list[list[str]]:
    with office.reading() as session:
        told = events_of_box(session, box_id)
        return [event.payload["to"] for event in told if event.kind == "support.handed_over"]


@pytest.mark.parametrize("way", ["bcc", "cc", "delivered", "both"])
def test_a_copy_to_support_is_noted_on_the_deal_once(helped: Office, way: str) -> None:
    """Hidden it shows in her own Sent copy, or where the copy for support came first."""
    first = deliver(helped, Mail("We need licences.", message_id="one@acme.example"))
    answer = Mail(
        "Support takes over.", ANNA, to=BOB, cc=HELP if way == "cc" else "",
        subject="Re: Licences for Acme", answers="one@acme.example", message_id="two@kestrel.example",
    )  # fmt: skip
    sent = message_from_bytes(answer.raw(helped.clock.now(), 9))
    if way in ("bcc", "both"):
        sent["Bcc"] = f"The team <{HELP}>"
    if way in ("delivered", "both"):
        got = message_from_bytes(answer.raw(helped.clock.now(), 9))
        got["Delivered-To"] = HELP
        deliver_raw(helped, got.as_bytes())
    deliver_raw(helped, sent.as_bytes(), account=ANNA, folder="Sent")

    assert handovers(helped, first.box_id or 0) == [[HELP]]


def test_other_answers_and_a_company_without_support_note_nothing(helped: Office, office: Office) -> None:
    first = deliver(helped, Mail("We need licences.", message_id="one@acme.example"))
    deliver(
        helped,
        Mail(
            "Hello.", ANNA, to=BOB, answers="one@acme.example", message_id="two@kestrel.example", proof=None
        ),
        account=ANNA,
        folder="Sent",
    )

    assert handovers(helped, first.box_id or 0) == []
