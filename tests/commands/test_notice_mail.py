"""A notice shows the mail that it is about, and nobody makes two leads one by a forged name (V10, EM-1)."""

from __future__ import annotations

from tests.build import ANNA, HOUSE, Mail, deliver
from tests.commands.shop import Shop

X1, X2 = "x1@merge.example", "x2@merge.example"


def test_a_forged_mail_with_a_copy_to_a_colleague_ends_no_lead(shop: Shop) -> None:
    first = shop.customer("We need licences.", sender=X1, subject="First")
    second = shop.customer("We need training.", sender=X2, subject="Second")
    forged = Mail("See below.", X1, to=HOUSE, cc=X2, subject="Third", proof=None)
    deliver(shop.office, forged)
    shop.react()

    assert "first contact" in [kind for kind, _ in shop.tasks(first.box_id)]
    assert "first contact" in [kind for kind, _ in shop.tasks(second.box_id)]
    assert first.box_id != second.box_id


def test_a_notice_shows_the_mail_that_it_is_about(shop: Shop) -> None:
    """Two mails on one box before the rules have looked at the first."""
    first = shop.customer("We need licences.", message_id="one@acme.example")
    deliver(shop.office, Mail("My second thought: training too.", subject="Second thought"))
    deliver(
        shop.office, Mail("From somebody else.", "rob@acme.example", subject="Re", answers="one@acme.example")
    )
    shop.react()

    told = {letter.facts["text"]: letter.facts["mail"]["text"] for letter in shop.notices()}
    assert "training too" in told["mail of bob@acme.example"]
    assert "somebody else" in told["mail of rob@acme.example"]
    assert first.box_id == 1


def test_her_own_forward_is_no_mail_of_a_customer(shop: Shop) -> None:
    shop.customer("We need licences.")
    before = len(shop.notices())
    forward = (
        "See what Bob wrote.\n\n---------- Forwarded message ---------\nFrom: Bob <bob@acme.example>\n"
        "Date: Mon, Nov 23, 2026 at 9:00 AM\nSubject: Totally new project\nTo: <anna@kestrel.example>\n\nA new one.\n"
    )
    deliver(shop.office, Mail(forward, ANNA, to=HOUSE, subject="Fwd: Totally new project"))
    shop.react()

    assert not [x for x in shop.notices()[before:] if "mail of anna@kestrel.example" in x.facts["text"]]
