"""`export --person`: all that is held about one person, by any of his addresses, and no matter of anybody else's."""

from __future__ import annotations

import json
import mailbox
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select

from inboxcrm.app.erasure.erase import erase_person
from inboxcrm.app.export import store
from inboxcrm.app.export.person.folder import NobodyKnown, OneOfOurOwn, export_person
from inboxcrm.app.export.person.rows.store import HIS, NOT_HIS, SHEETS
from inboxcrm.base.settings import Settings
from inboxcrm.base.work import Office, Work
from inboxcrm.crm.box import add_note
from inboxcrm.crm.importing.records import DormantDeal
from inboxcrm.crm.lead import convert_lead, make_lead
from inboxcrm.crm.merging.merge import merge_contacts
from inboxcrm.crm.people import find_or_make_contact
from inboxcrm.crm.records import Contact, ContactAddress
from inboxcrm.crm.role import give_role
from inboxcrm.mail.incoming import Address
from inboxcrm.outbox.letter import Plan, write_letter
from inboxcrm.outbox.records import Suppression
from tests.app.export.test_folder import sheet
from tests.app.export.test_seen import EVE, TEAMS, everything_in
from tests.build import (
    BOB,
    HOUSE,
    START,
    Mail,
    a_lead,
    a_quote,
    deliver,
    deliver_raw,
    on_both_databases,
    the_settings,
)

AT_HOME = "bob@home.example"


@pytest.fixture
def known(make_office: Callable[[Settings], Office], tmp_path: Path) -> Office:
    """Bob's deal with everything on it, and Eve's, on which Bob once was in Cc."""
    office = make_office(the_settings(tmp_path, team=TEAMS))
    with office.work("test", actor="user:anna") as work:
        deal = convert_lead(work, a_lead(work), by="anna", name="Acme 20 standard")
        add_note(work, deal.box, "Bob likes zebras")
        assert deal.box.contact is not None
        give_role(work, deal.box, deal.box.contact, "signatory", is_everywhere=False)
        a_quote(work, deal)
        lead = make_lead(
            work, find_or_make_contact(work, EVE, "Eve"), name="Globex", need="Much", source="Web"
        )
        other = convert_lead(work, lead, by="carl", name="Globex pilot")
        add_note(work, other.box, "Eve likes tigers")
        work.session.add(_sleeping(work, deal.box.contact_id))
        to = [Address("", BOB)]
        letter = write_letter(work, Plan("quote", "q", HOUSE, to, "Your quote", {}, box_id=deal.box_id))
        work.session.add(
            Suppression(address=BOB, reason="550 no such user", letter_id=letter.id, at=work.now)
        )
    deliver(office, Mail("The words of Bob", message_id="one@acme.example"))
    deliver(
        office, Mail("A word to Bob, too", sender=EVE, cc=f"Bob <{BOB}>", subject="Both", message_id="2@g")
    )
    deliver(office, Mail("Eve alone, about bob@acme.example", sender=EVE, subject="Alone", message_id="3@g"))
    return office


def _sleeping(work: Work, contact_id: int | None) -> DormantDeal:
    return DormantDeal(
        name="Old thing", owner="anna", stage="Quote", state="pending", currency="EUR", contact_id=contact_id,
        created_at=work.now,
    )  # fmt: skip


def written(office: Office, folder: Path, address: str = BOB, key: str | None = None) -> str:
    export_person(
        office, folder, address, lambda name: None, office.settings.user_by_key(key) if key else None
    )
    return everything_in(folder)


def mails_in(folder: Path) -> list[str]:
    """The first lines of all mails of an export."""
    found = [one for file in sorted((folder / "mails").glob("*.mbox")) for one in mailbox.mbox(file)]
    return sorted(str(one.get_payload()).strip() for one in found)


@on_both_databases
def test_all_that_is_held_about_him_stands_in_it(known: Office, tmp_path: Path) -> None:
    """GDPR article 15: contact, role, suppression, deal, task, note, quote with its paper, letters, events, mails."""
    told, folder = written(known, tmp_path / "out"), tmp_path / "out"

    for name, wanted in (
        ("contacts.csv", "Bob"),
        ("addresses.csv", BOB),
        ("roles.csv", "signatory"),
        ("suppressions.csv", "550 no such user"),
        ("deals.csv", "Acme 20 standard"),
        ("documents.csv", "Q-2026-0001"),
        ("letters.csv", "quote"),
        ("events.csv", "Bob likes zebras"),
        ("records/dormant_deal.jsonl", "Old thing"),
    ):
        assert wanted in (folder / name).read_text(encoding="utf-8-sig"), name
    assert mails_in(folder) == ["A word to Bob, too", "The words of Bob"]
    tasks = sheet(folder / "tasks.csv")
    assert "next action" in {row["kind"] for row in tasks}
    assert {row["owner"] for row in tasks} == {"anna"}
    assert "Eve likes tigers" not in told
    assert "Eve alone" not in told


def test_the_manifest_adds_up_and_the_readme_warns_of_other_peoples_words(
    known: Office, tmp_path: Path
) -> None:
    written(known, tmp_path / "out")
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
    readme = (tmp_path / "out" / "README.txt").read_text()

    assert manifest["person"] == BOB
    assert manifest["files"]["mails.csv"]["rows"] == 2
    assert "Other people's personal data" in readme
    assert BOB in readme
    assert json.loads((tmp_path / "out" / "person.json").read_text())["addresses"] == [BOB]


@on_both_databases
@pytest.mark.parametrize("asked", [BOB, AT_HOME])
def test_contacts_that_were_merged_are_one_person_by_any_address(
    known: Office, tmp_path: Path, asked: str
) -> None:
    """LD-4: whoever is asked for by one address is told with the mails and rows of all."""
    deliver(known, Mail("Written at home", sender=AT_HOME, subject="Private", message_id="4@h"))
    query = select(Contact).join(ContactAddress)
    with known.work("test", actor="user:maria") as work:
        at_work = work.session.scalars(query.where(ContactAddress.address == BOB)).one()
        at_home = work.session.scalars(query.where(ContactAddress.address == AT_HOME)).one()
        merge_contacts(work, at_work, at_home, reason="one person")
    written(known, tmp_path / "out", asked)

    assert mails_in(tmp_path / "out") == ["A word to Bob, too", "The words of Bob", "Written at home"]
    assert json.loads((tmp_path / "out" / "person.json").read_text())["addresses"] == [BOB, AT_HOME]
    assert len(sheet(tmp_path / "out" / "contacts.csv")) == 2


@pytest.mark.parametrize("address", ["nobody@acme.example", "acme.example@bob"])
def test_an_unknown_address_is_refused_and_leaves_no_folder(
    known: Office, tmp_path: Path, address: str
) -> None:
    with pytest.raises(NobodyKnown, match="nothing is known of"):
        written(known, tmp_path / "out", address)
    assert not (tmp_path / "out").exists()


def test_one_of_our_own_is_refused(known: Office, tmp_path: Path) -> None:
    with pytest.raises(OneOfOurOwn):
        written(known, tmp_path / "out", HOUSE)


def test_who_is_no_contact_but_wrote_is_told_with_his_mail(known: Office, tmp_path: Path) -> None:
    """A newsletter, for one, makes nobody a contact."""
    mail = Mail("Offers!", sender="news@shop.example", subject="News", message_id="5@s", proof=None)
    raw = mail.raw(START, 5).replace(b"Subject:", b"List-Unsubscribe: <https://x.example>\nSubject:", 1)
    deliver_raw(known, raw)
    written(known, tmp_path / "out", "news@shop.example")

    assert mails_in(tmp_path / "out") == ["Offers!"]


def test_who_was_erased_is_unknown(known: Office, tmp_path: Path) -> None:
    deliver(known, Mail("Hello", sender=AT_HOME, subject="Private", message_id="4@h"))
    erase_person(known, AT_HOME)

    with pytest.raises(NobodyKnown):
        written(known, tmp_path / "out", AT_HOME)


def test_a_rep_gets_what_he_may_see_of_him_and_of_a_stranger_to_him_nothing(
    known: Office, tmp_path: Path
) -> None:
    """MG-6: Carl sees the mail on Eve's box in which Bob was in Cc, and nothing of Bob's own matter."""
    told = written(known, tmp_path / "carl", BOB, "carl")

    assert mails_in(tmp_path / "carl") == ["A word to Bob, too"]
    assert "zebras" not in told
    assert "Acme 20" not in told
    assert "Licences for Acme" not in told
    with pytest.raises(NobodyKnown):
        written(known, tmp_path / "anna", EVE, "fred")


def test_every_table_says_whether_it_holds_something_of_a_person() -> None:
    """A table with addresses, boxes or people in it is in HIS or NOT_HIS."""
    hanging = {
        name
        for name in store.table_names()
        if {"box_id", "contact_id", "lead_id", "opportunity_id", "message_id", "address", "sender"}
        & set(store.columns_of(name))
    }

    assert hanging - {"account"} <= {*HIS, *NOT_HIS}
    assert not set(HIS) & set(NOT_HIS)
    assert {*HIS, *NOT_HIS} <= set(store.table_names())
    assert set(SHEETS.values()) <= set(HIS)
