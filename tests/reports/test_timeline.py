"""The story of a box, and why each mail is where it is (MG-8, V4)."""

from __future__ import annotations

from inboxcrm.crm.lead import convert_lead
from inboxcrm.crm.store import box_by_id, lead_of_box, opportunity_of_box
from inboxcrm.reports.timeline import box_timeline
from inboxcrm.sales.kinds.order import accept_quote
from tests.build import ANNA, BOB, HOUSE, Mail, a_quote, an_acceptance, deliver


def test_a_box_tells_its_story_in_the_order_of_time_and_zone(office, clock) -> None:
    first = deliver(office, Mail("We need licences."))
    clock.move(hours=1)
    with office.work("test", actor="user:anna") as work:
        convert_lead(work, lead_of_box(work.session, first.box_id), by="anna", name="Acme 20 standard")
        quote = a_quote(work, opportunity_of_box(work.session, first.box_id))
    clock.move(days=1)
    deliver(office, Mail("Any news?", answers=first.message_id))
    with office.work("test", actor="commands") as work:
        accept_quote(work, quote.id, an_acceptance(work))

    with office.reading() as session:
        told = box_timeline(session, office.settings, first.box_id)

    assert (told["name"], told["kind"]) == ("Acme 20 standard", "opportunity")
    moments = [line["at"] for line in told["lines"]]
    assert moments == sorted(moments)
    assert moments[0] == "2026-11-23 10:30"
    texts = [line["text"] for line in told["lines"]]
    assert "mail (customer) 'Licences for Acme': the first mail of a stranger: a new lead" in texts
    mail = next(text for text in texts if "its references put it into thread" in text)
    assert mail.startswith("mail (customer)")
    asked = [text for text in texts if text.startswith(("lead.moved", "quote.issued", "opportunity.won"))]
    assert asked == [
        "lead.moved: New → Assigned",
        "lead.moved: Assigned → In Process",
        "lead.moved: In Process → Converted",
        "quote.issued: number Q-2026-0001, total 980.00",
        "opportunity.won: Closure → Closed Won, name Acme 20 standard",
    ]
    assert {line["actor"] for line in told["lines"]} >= {
        "intake",
        "user:anna",
        "commands",
        "bob@acme.example",
    }


def test_a_story_has_no_brackets_of_a_program(office) -> None:
    """Lists and names with values are told as people write them."""
    first = deliver(office, Mail("We need licences.\n\nKind regards,\nBob Brouwer\nBuyer\nAcme B.V."))
    with office.work("test", actor="x") as work:
        work.emit(
            "x.y",
            ("box", 1),
            box_id=first.box_id,
            to=["a@x.example", "b@x.example"],
            found={"a": 1, "is_b": True},
        )

    with office.reading() as session:
        texts = [line["text"] for line in box_timeline(session, office.settings, first.box_id)["lines"]]

    assert "x.y: found a 1, is_b yes, to a@x.example, b@x.example" in texts
    assert not [text for text in texts if "{" in text or "[" in text]


def test_a_box_tells_where_it_stands(office) -> None:
    first = deliver(office, Mail("We need licences."))
    with office.work("test", actor="user:anna") as work:
        convert_lead(work, lead_of_box(work.session, first.box_id), by="anna", name="Acme")
        a_quote(work, opportunity_of_box(work.session, first.box_id))

    with office.reading() as session:
        facts = box_timeline(session, office.settings, first.box_id)["facts"]

    assert facts == [
        "the customer wrote last, 2026-11-23 10:30",
        "lead: Converted, owner anna",
        "opportunity: Qualification, owner anna",
        "quote Q-2026-0001: issued",
        "to do (anna, due 2026-11-24): Hold the discovery call",
        "company: Acme; customer; acme.example",
        "person: bob; bob@acme.example",
    ]


def test_a_box_that_was_answered_or_only_thanked_waits_for_nobody(office, clock) -> None:
    """IN-13: a courtesy after our answer is no question."""
    first = deliver(office, Mail("We need licences.", message_id="1@acme.example"))
    for sender, to, words in ((ANNA, BOB, "They cost 980."), (BOB, HOUSE, "Thanks!")):
        clock.move(hours=1)
        deliver(office, Mail(words, sender, to, cc=HOUSE, answers="1@acme.example"))

    with office.reading() as session:
        facts = box_timeline(session, office.settings, first.box_id)["facts"]

    assert not any("wrote last" in fact for fact in facts)


def test_a_merged_box_tells_the_story_of_its_survivor(office) -> None:
    from inboxcrm.crm.merging.leads import unite_leads

    first = deliver(office, Mail("One."))
    second = deliver(office, Mail("Two.", "carol@acme.example"))
    with office.work("test", actor="intake") as work:
        unite_leads(work, *(box_by_id(work.session, m.box_id) for m in (first, second)))

    with office.reading() as session:
        told = box_timeline(session, office.settings, second.box_id)

    assert told["id"] == first.box_id
    assert any(line["text"].startswith("box.merged") for line in told["lines"])


def test_a_mail_says_how_it_was_matched_how_sure_and_what_else_it_could_have_been(office) -> None:
    """V4, IN-3: with two open boxes of one contact it is parked with both as candidates."""
    first = deliver(office, Mail("One."))
    with office.work("test", actor="test") as work:
        from tests.build import a_lead

        other = a_lead(work, name="Another matter")
        work.session.flush()
        other_box = other.box_id

    parked = deliver(office, Mail("Three.", subject="Something"))

    assert (parked.box_id, parked.match_confidence) == (None, "unsure")
    assert parked.match_how == "this contact has several open boxes"
    assert [(one["box"], one["name"]) for one in parked.match_others] == [
        (other_box, "Another matter"),  # as active as the other, and newer
        (first.box_id, "Licences for Acme"),
    ]


def test_a_long_note_is_one_line_of_the_story(office) -> None:
    """MG-8: five thousand lines of a note do not push the rest of the story away."""
    first = deliver(office, Mail("We need licences."))
    with office.work("test", actor="user:anna") as work:
        work.emit("note.added", ("box", 1), box_id=first.box_id, text="They decide.\n" * 5_000)

    with office.reading() as session:
        told = box_timeline(session, office.settings, first.box_id)

    [line] = [one["text"] for one in told["lines"] if one["text"].startswith("note.added")]
    assert line.startswith("note.added: text They decide. They decide. ")
    assert line.endswith("…")
    assert "\n" not in line
    assert len(line) < 450


def test_a_stage_that_is_the_state_is_said_once(office) -> None:
    """MG-8."""
    first = deliver(office, Mail("We need licences."))
    with office.work("test", actor="user:anna") as work:
        convert_lead(work, lead_of_box(work.session, first.box_id), by="anna", name="Acme 20 standard")

    with office.reading() as session:
        facts = box_timeline(session, office.settings, first.box_id)["facts"]

    assert "opportunity: Qualification, owner anna" in facts
