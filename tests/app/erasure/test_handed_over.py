"""Who is erased is erased from the histories of handovers, from roles and from the company's own fields too (OP-15)."""

from __future__ import annotations

from decimal import Decimal

import pytest

from inboxcrm.app.erasure.erase import erase_all_of, erase_person
from inboxcrm.base.records import Blob
from inboxcrm.base.remembered import remembered
from inboxcrm.base.settings_people import CustomField
from inboxcrm.base.work import Office
from inboxcrm.crm.answers.ladder import answer_question, climb
from inboxcrm.crm.answers.snippet import keep_snippet
from inboxcrm.crm.answers.store import all_snippets
from inboxcrm.crm.field import set_field
from inboxcrm.crm.fields.records import FieldValue
from inboxcrm.crm.fields.store import field_value, set_field_value
from inboxcrm.crm.handover import hand_over
from inboxcrm.crm.lead import convert_lead
from inboxcrm.crm.role import give_role
from inboxcrm.crm.roles.records import ContactRole
from inboxcrm.crm.stages import LOST
from inboxcrm.crm.store import box_by_id, lead_of_box
from inboxcrm.reports.handover import make_due_bundles, tell_of_handover
from tests.build import ANNA, BOB, Mail, deliver, letters, on_both_databases

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


@on_both_databases
def test_the_words_of_his_question_are_no_way_to_a_snippet_any_more(office: Office) -> None:
    """EM-9: a colleague's answer became a snippet, which his words found, too; the text itself is ours and stays."""
    message = deliver(office, Mail("Does the zebrafish counter work offline?", BOB))
    with office.work("test", actor="user:anna") as work:
        question = climb(work, message.id, message.box_id or 0, "colleague", user="anna", colleague="carl")
        answer_question(work, question, "It works for thirty days.")
        keep_snippet(work, "Offline use", question.answer, language="en", asked=message.new_words, by="anna")
    assert "zebraf" in kept_words(office)

    erase_person(office, BOB)

    assert kept_words(office) == ["offlin", "use", "works", "for", "thirty", "days"]


def kept_words(office: Office) -> list[str]:
    with office.reading() as session:
        [snippet] = all_snippets(session)
        return snippet.words.split()


@on_both_databases
@pytest.mark.parametrize("record", ["lead", "opportunity"])
def test_words_in_own_fields_of_his_lead_and_deal_go_and_figures_stay(office: Office, record: str) -> None:
    """OP-14."""
    box_id = deliver(office, Mail("We need licences.", BOB)).box_id or 0
    with office.work("test", actor="user:anna") as work:
        deal = convert_lead(work, lead_of_box(work.session, box_id), by="anna", name="Licences")
        deal.state = LOST
        number = deal.id if record == "opportunity" else lead_of_box(work.session, box_id).id
        for name, type_, value in (("wish", "text", "a zebrafish counter"), ("size", "number", Decimal(20))):
            set_field_value(work.session, record, number, name, type_, value)

    erase_person(office, BOB)

    with office.reading() as session:
        assert field_value(session, record, number, "wish", "text") is None
        assert field_value(session, record, number, "size", "number") == Decimal(20)


def test_however_many_mails_of_his_none_is_held_in_memory(office: Office) -> None:
    """The bytes of each mail are written and forgotten, however many there are."""
    for number in range(6):
        deliver(office, Mail("Hello Bob", ANNA, BOB, message_id=f"m{number}@kestrel.example"))
        deliver(office, Mail("Hello", BOB, message_id=f"b{number}@acme.example"))
    with office.work("erase", actor="owner") as work:
        erase_all_of(work, BOB)

        assert len(remembered(work.session, "blobs")) == 0
