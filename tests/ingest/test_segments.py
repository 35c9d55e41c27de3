"""The text of a mail is kept whole, with the places of what is new in it."""

from __future__ import annotations

import json

from sqlalchemy import Engine

from inboxcrm.base.work import Office
from tests.ingest.building import SALES, ask, open_box, raw_mail


def test_a_filed_mail_has_its_whole_text_and_the_places_of_its_pieces(engine: Engine, office: Office) -> None:
    said = "We take 20 seats.\n\nOn 2 Mar 2026, at 10:02, Anna wrote:\n> lost price\n-- \nBob\n"

    open_box(office).take(raw_mail("bob@brouwer.test", SALES, "Seats", said))

    [(text, words, told)] = ask(engine, "select text, new_words, segments from message")
    segments = json.loads(told)
    assert words == "We take 20 seats."
    assert [kind for _, _, kind in segments] == ["new", "quote-header", "quote", "signature"]
    assert "".join(text[start:end] for start, end, _ in segments) == text
    assert "lost price" in text
