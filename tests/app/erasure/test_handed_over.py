"""Who is erased is erased from the histories of handovers, from roles and from the company's own fields too (OP-15)."""

from __future__ import annotations

from decimal import Decimal

import pytest

from inboxcrm.app.erasure.erase import erase_person
from inboxcrm.base.records import Blob
from inboxcrm.base.settings_people import CustomField
from inboxcrm.base.work import Office
from inboxcrm.crm.field import set_field
from inboxcrm.crm.fields.records import FieldValue
from inboxcrm.crm.handover import hand_over
from inboxcrm.crm.role import give_role
from inboxcrm.crm.roles.records import ContactRole
from inboxcrm.crm.store import box_by_id
from inboxcrm.reports.handover import make_due_bundles, tell_of_handover
from tests.build import BOB, Mail, deliver, letters, on_both_databases

GRADE = CustomField(name="grade", record="contact", type="number")


@on_both_databases
@pytest.mark.parametrize("whose", [BOB, "carol@acme.example"])
def test_no_blob_role_or_field_of_his_is_left(office: Office, whose: str) -> None:
    """The one whose box it is, and one who only took part."""
    first = deliver(office, Mail("The okapi house needs licences.", message_id="1@acme.example"))
    second = Mail(
        "The zebra house too.", "carol@acme.example", answers="1@acme.example", subject="Re: Licences"
    )
    assert deliver(office, second).box_id == first.box_id
    with office.work("handover", actor="user:maria") as work:
        box = box_by_id(work.session, first.box_id)
        box.owner = "carl"
        set_field(work, box, GRADE, Decimal(3))
        give_role(work, box, box.contact, "signatory", is_everywhere=True)
        anna = work.settings.user_by_key("anna")
        tell_of_handover(work, hand_over(work, box, anna, "Carl leaves", "test:1"))
    assert make_due_bundles(office) == 1
    word = b"okapi" if whose == BOB else b"zebra"
    assert blobs_with(office, word)

    erase_person(office, whose)

    assert blobs_with(office, word) == []
    assert all(one.attachments == [] for one in letters(office, "handover"))
    with office.reading() as session:
        left = (session.query(FieldValue).count(), session.query(ContactRole).count())
    assert left == ((0, 0) if whose == BOB else (1, 1))


def blobs_with(office: Office, word: bytes) -> list[str]:
    with office.reading() as session:
        return [blob.sha256 for blob in session.query(Blob) if word in blob.content.lower()]
