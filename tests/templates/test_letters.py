"""The letters that the product sends: text and HTML say the same, and a stranger's words are words in both (V13)."""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser

import pytest

from inboxcrm.commands.table import BY_NAME
from inboxcrm.mail.html_text import html_text
from inboxcrm.outbox.render import FOLDER, LetterUnwritable, first_name, render_body, template_languages
from inboxcrm.reports.digests.shape import Digest, Line, Section, number_lines
from tests.templates.facts import BARE, LETTERS, MAIL, hostile

ALL = pytest.mark.parametrize("letter", sorted(LETTERS))
UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)
# What a reader cannot do without.
ESSENTIALS = {
    "ask": (
        *(
            "Dear Bob Brouwer",
            "the name of your company",
            "how many people",
            "Standard, one user, A day of training",
        ),
        *(
            "telephone number",
            "address for the invoice",
            "VAT number",
            "Anna Visser",
            "Kestrel Software B.V.",
        ),
    ),
    "notice": (
        *("New lead: Bob Brouwer", "Licences for Brouwer Bouw", "quote 20 x standard", "snooze 3 days"),
        *("What would it cost?", "plan.pdf (120 kB)", "bob@brouwer.example", "sales@kestrel.example"),
        *(
            "To do: Answer Bob Brouwer (by Monday 23 November)",
            "the first mail of a stranger",
            "in your Drafts",
        ),
        *("snippet: Offline use", "It works 30 days offline."),
        *("A new lead belongs to somebody", "new-lead, version 1 (2026-11-22), row LD-5", "22 November 2026"),
    ),
    "notices": (
        *("2 things at once", "1. New lead: Bob Brouwer", "2 quote 20 x standard", "1 snooze 3 days"),
        *(
            "What would it cost?",
            "plan.pdf (120 kB)",
            "bob@brouwer.example",
            "new-lead, version 1 (2026-11-22)",
        ),
    ),
    "summary": (
        *(
            "Licences for Brouwer Bouw",
            "We are 20 people. What would it cost?",
            "plan.pdf",
            "€ 900 (Bob Brouwer)",
        ),
        *(
            "quote Q-2026-0001: sent",
            "Answer Bob Brouwer (anna",
            "Bob Brouwer: 2",
            "2 earlier mails are left out",
        ),
    ),
    "reply": ("Anna Visser", "Bob Brouwer, Sunday 22 November 2026, 05:06:", "we are 20 people."),
    "receipt": (
        *("Done:", "put off until Thursday 3 December", "1 snooze 3 days", "Not done:"),
        *("there is no line 9", "9 done", "Did you mean: snooze 3 days"),
    ),
    "sign_in": ("sales@kestrel.example", "invalid_grant", "inboxcrm login", "three logins an hour"),
    "parked": (
        "forms@website.example",
        "New entry",
        "Bob Brouwer",
        "does not vouch",
        "[[form]] in config.toml",
    ),
    "unproven": ("quote 20 x standard", "Re: New lead", "nothing in it was carried out"),
    "digest": (
        *(
            "Monday 30 November",
            "3 things to do, 1 overdue",
            "letter 7 (Invoice I-2026-0001) may",
            "Carl de Wit",
        ),
        *("Answer Bob Brouwer", "Call Carla", "“Licences for Brouwer Bouw”", "1 done", "1 snooze 3 days"),
        "sales@kestrel.example last read Monday 30 November 2026, 06:59",
        *("Closed", "EUR 1,200.50", "Together", "4 more are not listed", "2 people more"),
        *("Due 30 November", "this very mail", "new-lead 1 (2026-11-22)", "managers-digest, version 1"),
    ),
    "stale": (
        "sales@kestrel.example",
        "last read Monday 30 November 2026, 06:59",
        "cannot be reached",
        "doctor",
    ),
    "mailbox": (
        "2 conversations wait for our answer",
        "bob@brouwer.example",
        "Licences?",
        "lead 1 3 5-7",
        "IN-16",
    ),
    "kick_off": (
        *(
            "Brouwer 20 standard",
            "Brouwer Bouw B.V.",
            "Damrak 1",
            "O-2026-0001",
            "PO 4711",
            "EUR 980.00",
            "20 x",
        ),
        *("Bob Brouwer (signatory, billing)", "bob@brouwer.example", "+31206241111", "Anna Visser"),
    ),
    "handover": (
        *(
            "Brouwer 20 standard",
            "Carl de Wit",
            "Carl leaves",
            "summary.pdf",
            "history.mbox",
            "12 newest mails",
        ),
        *("3 more mails", "in your Drafts folder", "In 30 days"),
    ),
    "introduction": (
        "Dear Bob Brouwer",
        "Anna Visser",
        "in the place of Carl de Wit",
        "Kestrel Software B.V.",
    ),
    "quote": ("Q-2026-0001", "EUR 1,930.00", "22 December 2026", "A day of training", "we accept"),
    "invoice": (
        "I-2026-0001",
        "O-2026-0001",
        "PO 4711",
        "EUR 1,185.80",
        "22 December 2026",
        "NL91 ABNA 0417",
    ),
}


class Tags(HTMLParser):
    """Collects what a mail program would act on."""

    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []
        self.open: list[str] = []
        self.attributes: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.append(tag)
        if tag not in ("meta", "br"):
            self.open.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def tags_of(html: str) -> Tags:
    tags = Tags()
    tags.feed(html)
    tags.close()
    assert tags.open == []
    return tags


def rendered(letter: str, facts: dict) -> tuple[str, str]:
    text, html = render_body(letter, facts)
    assert html is not None
    return text, html


def flat(text: str) -> str:
    return " ".join(text.split())


@ALL
def test_text_and_html_carry_the_same_essentials(letter: str) -> None:
    """Whoever reads only one of the two misses nothing: numbers, commands, amounts, days."""
    text, html = rendered(letter, LETTERS[letter])

    for essential in ESSENTIALS[letter]:
        assert essential in flat(text)
        assert essential in flat(
            html_text(html).replace(" | ", " ")
        )  # cells stand apart in the text of a table


@ALL
def test_a_strangers_words_are_never_markup_and_load_nothing(letter: str) -> None:
    """V13: HTML, controls, bidi tricks, braces and endless words in every fact."""
    text, html = rendered(letter, hostile(LETTERS[letter]))

    ours, theirs = tags_of(rendered(letter, LETTERS[letter])[1]), tags_of(html)
    assert set(theirs.names) <= set(ours.names) | {"br", "span"}  # of which quoted text is made
    assert not [
        name for name, _ in theirs.attributes if name.startswith("on") or name in ("src", "background")
    ]
    assert [value for name, value in theirs.attributes if name == "href"] == [
        value for name, value in ours.attributes if name == "href"
    ]
    assert "{{ 7*7 }}" in text
    assert "{{ 7*7 }}" in unescape(html)
    assert not UNSEEN.search(text)
    assert not UNSEEN.search(html)


@ALL
def test_a_letter_loads_nothing_from_anywhere(letter: str) -> None:
    """No picture, no font, no counting pixel: only mailto: links."""
    html = rendered(letter, LETTERS[letter])[1]

    assert not re.search(r"(?i)https?:|//[a-z]|@import|url\(|cid:|data:", html)
    assert all(value.startswith("mailto:") for name, value in tags_of(html).attributes if name == "href")


@ALL
def test_a_letter_is_whole_where_little_is_known(letter: str) -> None:
    text, html = rendered(letter, LETTERS[letter] | BARE[letter])

    tags_of(html)
    for told in (text, html_text(html)):
        assert not re.search(r"\bNone\b|\{\{|\{%|Undefined|mailto:", told)
        assert "Dear ," not in told


@ALL
def test_a_fact_that_is_missing_is_an_error_never_a_blank(letter: str) -> None:
    """P19: each fact that a letter names must be there."""
    named = set(LETTERS[letter]) - {"box_id", *({"name"} if letter.startswith("notice") else ())}

    for name in named:
        with pytest.raises(LetterUnwritable, match=name):
            render_body(letter, {key: value for key, value in LETTERS[letter].items() if key != name})


@pytest.mark.parametrize("letter", ["notice", "parked", "unproven"])
def test_no_line_of_foreign_text_can_pass_for_ours(letter: str) -> None:
    """A customer cannot write a command, a signature or a sentence of ours into a letter of ours."""
    words = "Hi\n-- \nTo act, answer this mail with this line:\n    quote 1 x gold\r\n\u2028paid"
    facts = LETTERS[letter] | {"words": words, "subject": words, "box": words}
    text = rendered(letter, facts | ({"mail": MAIL | {"text": words}} if "mail" in facts else {}))[0]

    theirs = [line for line in text.splitlines() if "gold" in line or "paid" in line]
    assert theirs
    assert all(line.startswith(("> ", "Deal: Hi -- To act")) for line in theirs)


def test_a_sender_without_proof_is_marked_in_both() -> None:
    facts = LETTERS["notice"] | {"mail": MAIL | {"is_proven": False}}

    assert all("could not prove" in body for body in rendered("notice", facts))
    assert not any("could not prove" in body for body in rendered("notice", LETTERS["notice"]))


@pytest.mark.parametrize("language", sorted(template_languages("ask")))
def test_the_question_for_what_is_missing_is_whole_in_each_language(language: str) -> None:
    """IN-9: in text and HTML each thing is asked for once, and nothing else is."""
    facts = LETTERS["ask"]
    for name in facts["asked"]:
        only = dict.fromkeys(facts["asked"], False) | {name: True}
        bodies = [body or "" for body in render_body("ask", facts | {"asked": only}, language)]
        assert [body.count("\n- ") + body.count("<li>") for body in bodies] == [1, 1]
        assert all(facts["name"] in body and facts["sender"] in body for body in bodies)
    assert len(set(re.findall("<li>.*", render_body("ask", facts, language)[1] or ""))) == len(facts["asked"])


def test_a_question_on_the_first_line_is_answered_by_yes_or_no() -> None:
    """MG-2: the example works for line 1 as it stands."""
    asked = Line("task", 7, "Is it so?", is_question=True)
    facts = number_lines(Digest("Today", "one question", [Section("Yours", [asked])])).facts

    for body in rendered("digest", LETTERS["digest"] | facts):
        assert "1 yes" in body
        assert "1 no" in body
        assert "1 done" not in body


def test_every_command_word_has_its_meaning_in_the_notice() -> None:
    meanings = (FOLDER / "notice" / "en" / "meanings.txt").read_text(encoding="utf-8")

    assert set(re.findall(r'^  "([\w-]+)":', meanings, re.MULTILINE)) == set(BY_NAME)


def test_people_are_greeted_by_their_first_name_unless_that_is_none() -> None:
    assert [first_name(name) for name in ("Anna Visser", "Dr. Anna Visser", "Visser, Anna", "")] == [
        "Anna", "Dr. Anna Visser", "Visser, Anna", "",
    ]  # fmt: skip
