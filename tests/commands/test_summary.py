"""`summary` gives the deal's mails in brief, in their own words, to the asker alone (OP-17)."""

from __future__ import annotations

from inboxcrm.reports.in_brief import brief_words
from tests.build import ANNA, BOB, Mail, deliver, letters, sent_from_anna
from tests.commands.shop import Shop


def test_summary_tells_who_what_when_open_points_and_amounts(shop: Shop) -> None:
    shop.customer(
        "Hello Anna,\n\nwe need 20 licences. Our budget is EUR 1,200. More about us below.\n\nOne. Two. Three.",
        message_id="a@acme.example",
    )
    sent_from_anna(
        shop.office, Mail("That is possible. I call you.", to=BOB, answers="a@acme.example", subject="Re: x")
    )
    shop.react()
    deliver(
        shop.office, Mail("Between us: he pays anything.", "maria@kestrel.example", to="fred@kestrel.example")
    )

    receipt = shop.anna("summary", answers=shop.notice().message_id)

    assert receipt["lines"][0]["is_done"]
    [brief] = letters(shop.office, "summary")
    assert [one.address for one in brief.recipients] == [ANNA]
    facts = brief.facts
    assert [mail["words"] for mail in facts["mails"]] == [
        "we need 20 licences. Our budget is EUR 1,200.",
        "That is possible. I call you.",
    ]
    assert facts["people"] == [f"{BOB}: 1", f"{ANNA}: 1"]
    assert facts["amounts"] == [f"EUR 1,200 ({BOB})"]
    assert facts["open"] == []
    assert "pays anything" not in str(facts)


def test_a_long_deal_is_told_by_its_newest_mails(shop: Shop) -> None:
    shop.customer("Mail 0.", message_id="m0@acme.example")
    for number in range(1, 30):
        deliver(
            shop.office,
            Mail(f"Mail {number}.", message_id=f"m{number}@acme.example", answers="m0@acme.example"),
        )
    shop.react()
    shop.anna("summary", answers=shop.notice().message_id)

    facts = letters(shop.office, "summary")[0].facts
    assert (len(facts["mails"]), facts["left_out"]) == (25, 5)
    assert facts["mails"][-1]["words"] == "Mail 29."


def test_the_words_are_the_first_sentences_without_the_greeting() -> None:
    assert brief_words("Dear Anna,\nfirst one. Second one! Third one?") == "first one. Second one!"
    assert brief_words("") == ""
    assert len(brief_words("word " * 500)) == 240
