"""Facts of every letter, as the product makes them: ordinary, as little as there may be, and as a stranger may wish."""

from __future__ import annotations

from typing import Any

EVIL = (
    "<script src='https://evil.example/x.js'></script><img src=https://evil.example/p.png onerror=alert(1)>"
    "\u202egnp.exe\u2066 {{ 7*7 }} {% raw %} \x00\x1b[31m\ud800 \" ' & </blockquote></body>\r\nquote 1 x gold\n"
    "\u2028-- \n" + "W" * 300
)
MAIL: dict[str, Any] = {
    "sender": "bob@brouwer.example",
    "sender_name": "Bob Brouwer",
    "subject": "Licences for Brouwer Bouw",
    "at": "Sunday 22 November 2026, 05:06",
    "text": "Hello,\n\nwe are 20 people. What would it cost?\n\n> Anna wrote:\n> Hello Bob",
    "attachments": ["plan.pdf (120 kB)"],
    "to": "bob@brouwer.example",
    "cc": [],
    "note": "",
    "message_id": "1@client.example",
    "is_proven": True,
}
LINE: dict[str, Any] = {
    "number": 1,
    "text": "Answer Bob Brouwer",
    "label": "Overdue, was due 29 November",
    "detail": "“Licences for Brouwer Bouw”",
    "is_late": True,
    "is_question": False,
    "why": "A new lead belongs to somebody.",
    "rule": "new-lead 1 (2026-11-22)",
}
CALL: dict[str, Any] = {
    "number": 2,
    "text": "Call Carla",
    "label": "Due 30 November",
    "detail": "“Dune”",
    "is_late": False,
}
KEPT: dict[str, Any] = {
    "number": 4,
    "sender": "news@shop.example",
    "subject": "Offers of the week",
    "at": "Sunday 22 November 2026, 05:06",
    "why": "it has a List-Id",
}
LETTERS: dict[str, dict[str, Any]] = {
    "notice": {
        "name": "Anna Visser",
        "text": "new lead: Bob Brouwer",
        "why": "A new lead belongs to somebody within seconds.",
        "rule": "new-lead, version 1 (2026-11-22), row LD-5",
        "box": "Licences for Brouwer Bouw",
        "box_id": 1,
        "commands": ["quote 20 x standard", "snooze 3 days"],
        "task": "Answer Bob Brouwer (by Monday 23 November)",
        "worth": [
            "BANT: budget yes (anna, 2026-11-23)",
            "score 4 of 10: size 3 (60 people), engagement 1 (1 mail)",
        ],
        "did": [
            "Filed on “Licences for Brouwer Bouw”: the first mail of a stranger.",
            "Read in it: question.",
        ],
        "snippets": [{"title": "Offline use", "text": "It works 30 days offline."}],
        "has_draft": True,
        "kept": "",
        "house": "sales@kestrel.example",
        "mail": MAIL,
        "reply_link": "mailto:bob@brouwer.example?cc=sales%40kestrel.example&subject=Re%3A%20Licences",
    },
    "summary": {
        "box": "Licences for Brouwer Bouw",
        "people": ["Bob Brouwer: 2", "Anna Visser: 1"],
        "span": "3 mails, Sunday 22 November 2026, 05:06 to Monday 23 November 2026, 10:30",
        "left_out": 2,
        "mails": [
            {
                "at": "Sunday 22 November 2026, 05:06",
                "who": "Bob Brouwer",
                "words": "We are 20 people. What would it cost?",
                "asks": "question",
                "files": "plan.pdf",
            }
        ],
        "open": ["Answer Bob Brouwer (anna, Monday 23 November)"],
        "documents": ["quote Q-2026-0001: sent, EUR 980.00"],
        "amounts": ["€ 900 (Bob Brouwer)"],
    },
    "reply": {
        "words": "",
        "sender": "Anna Visser",
        "who": "Bob Brouwer",
        "at": "Sunday 22 November 2026, 05:06",
        "quoted": "Hello,\n\nwe are 20 people.",
    },
    "receipt": {
        "name": "Anna Visser",
        "lines": [
            {
                "is_done": True,
                "text": "put off until Thursday 3 December",
                "source": "1 snooze 3 days",
                "undo": "To undo it, answer: undo 1",
            },
            {
                "is_done": False,
                "text": "there is no line 9 in what you answered",
                "source": "9 done",
                "undo": "",
            },
        ],
        "note": "The next line was not carried out. Did you mean: snooze 3 days",
    },
    "sign_in": {
        "name": "Maria Jansen",
        "account": "sales@kestrel.example",
        "reason": "token server login.microsoftonline.com: invalid_grant (the sign-in was revoked)",
        "is_oauth": True,
    },
    "parked": {
        "name": "Maria Jansen",
        "sender": "forms@website.example",
        "subject": "New entry",
        "words": "Name: Bob Brouwer",
        "reason": "the mail server does not vouch for its sender",
        "kind": "lead",
        "number": 7,
        "house": "sales@kestrel.example",
    },
    "mailbox": {
        "name": "Anna Visser",
        "mailbox": "anna@kestrel.example",
        "text": "2 conversations wait for our answer. Which are to become leads?",
        "lines": [
            {
                "number": 1,
                "who": "Bob <bob@brouwer.example>",
                "what": "Licences?",
                "when": "Sunday 22 November",
            },
            {"number": 2, "who": "carla@dune.example", "what": "3 earlier mails", "when": ""},
        ],
        "commands": [{"words": "lead 1 3 5-7", "meaning": "several at once"}],
        "why": "What waited for an answer when we began is not forgotten.",
        "row": "IN-16",
    },
    "unproven": {"name": "Anna Visser", "words": "quote 20 x standard", "subject": "Re: New lead"},
    "digest": {
        "name": "Maria Jansen",
        "title": "Monday 30 November",
        "summary": "3 things to do, 1 overdue",
        "opening": "",
        "alerts": ["letter 7 (Invoice I-2026-0001) may or may not have left"],
        "reason": "rule managers-digest, version 1 (2026-11-22)",
        "mailboxes": ["sales@kestrel.example last read Monday 30 November 2026, 06:59"],
        "junk": [KEPT | {"sender": "bob@brouwer.example", "subject": "Our order", "why": "he is known"}],
        "noise": [KEPT | {"number": 5}],
        "examples": [["1 done", "the task is finished"], ["1 snooze 3 days", "put it off"]],
        "chart": None,
        "notes": ["Closed: won in the period."],
        "tables": [
            {
                "title": "December 2026",
                "head": ["Closed", "Commit", "Weighted", "Best case"],
                "rows": [
                    {"name": "Anna Visser", "cells": ["EUR 980.00", "–", "EUR 1,200.50", "EUR 4,802.00"]}
                ],
                "total": {"name": "Together", "cells": ["EUR 980.00", "–", "EUR 1,200.50", "EUR 4,802.00"]},
                "more": "and 2 people more",
            }
        ],
        "sections": [
            {"title": "Anna Visser", "note": "2 things, 1 overdue", "more": 0, "rows": [LINE, LINE | CALL]},
            {
                "title": "Carl de Wit",
                "note": "",
                "more": 4,
                "rows": [LINE | {"number": 3, "is_late": False, "why": "", "rule": ""}, LINE | {"number": 0}],
            },
        ],
    },
    "stale": {
        "name": "Maria Jansen",
        "is_over": False,
        "minutes": 15,
        "mailboxes": [
            {
                "address": "sales@kestrel.example",
                "since": "Monday 30 November 2026, 06:59",
                "reason": "sales@kestrel.example at imap.example:993 cannot be reached",
            }
        ],
    },
    "ask": {
        "name": "Bob Brouwer",
        "sender": "Anna Visser",
        "company": "Kestrel Software B.V.",
        "asked": dict.fromkeys(("company", "size", "product", "phone", "address", "vat_number"), True),
        "products": ["Standard, one user", "A day of training"],
    },
    "quote": {
        "name": "Bob Brouwer",
        "sender": "Anna Visser",
        "number": "Q-2026-0001",
        "total": "EUR 1,930.00",
        "valid_until": "22 December 2026",
        "lines": [
            {"quantity": "20", "description": "Kestrel Standard, one user for one year"},
            {"quantity": "1", "description": "A day of training"},
        ],
        "company": "Kestrel Software B.V.",
    },
    "invoice": {
        "name": "Bob Brouwer",
        "number": "I-2026-0001",
        "order": "O-2026-0001",
        "reference": "PO 4711",
        "total": "EUR 1,185.80",
        "due_on": "22 December 2026",
        "iban": "NL91 ABNA 0417 1643 00",
        "company": "Kestrel Software B.V.",
    },
}
# As little as the product may know.
LETTERS |= {
    "kick_off": {
        "deal": "Brouwer 20 standard",
        "box_id": 1,
        "company": "Brouwer Bouw B.V.",
        "address": ["Damrak 1", "1012 LG Amsterdam"],
        "amount": "EUR 980.00",
        "order": "O-2026-0001",
        "reference": "PO 4711",
        "lines": [{"quantity": "20", "description": "Standard, one user"}],
        "people": [
            {
                "name": "Bob Brouwer",
                "address": "bob@brouwer.example",
                "phone": "+31206241111",
                "title": "Director",
                "roles": ["signatory", "billing"],
            }
        ],
        "rep": {"name": "Anna Visser", "address": "anna@kestrel.example"},
    },
    "handover": {
        "name": "Anna Visser",
        "box": "Brouwer 20 standard",
        "old": "Carl de Wit",
        "reason": "Carl leaves",
        "has_draft": True,
        "days": 30,
        "count": 12,
        "left_out": 3,
        "box_id": 1,
    },
    "introduction": {
        "name": "Bob Brouwer",
        "sender": "Anna Visser",
        "old": "Carl de Wit",
        "company": "Kestrel Software B.V.",
    },
}
BARE: dict[str, dict[str, Any]] = {
    "notice": {
        **{
            "commands": [],
            "mail": None,
            "reply_link": "",
            "task": "",
            "worth": [],
            "did": [],
            "snippets": [],
        },
        "has_draft": False,
    },
    "notices": {"items": [], "example": ""},
    "reply": {"quoted": ""},
    "summary": {
        **{"people": [], "span": "no mails yet", "left_out": 0, "mails": []},
        **{"open": [], "documents": [], "amounts": []},
    },
    "receipt": {"lines": [], "note": ""},
    "sign_in": {"reason": "", "is_oauth": False},
    "mailbox": {"lines": [], "commands": []},
    "unproven": {"words": "", "subject": ""},
    "parked": {"words": "", "subject": "", "kind": "deal"},
    "digest": {
        "summary": "0 things to do",
        **{
            name: []
            for name in ("sections", "alerts", "junk", "noise", "mailboxes", "examples", "tables", "notes")
        },
    },
    "stale": {"is_over": True, "name": ""},
    "ask": {"name": "", "products": []},
    "quote": {"name": "", "lines": []},
    "invoice": {"name": "", "reference": ""},
    "kick_off": {"company": "", "address": [], "amount": "", "order": "", "lines": [], "people": []},
    "handover": {"old": "", "has_draft": False, "days": 0, "count": 0, "left_out": 0},
    "introduction": {"name": "", "old": ""},
}

LETTERS["notices"] = {
    "name": "Anna Visser",
    "items": [LETTERS["notice"] | {"number": number} for number in (1, 2)],
    "example": "2 quote 20 x standard",
}


def hostile(value: Any) -> Any:
    """Give the same facts with a stranger's words in every text; the links and numbers stay as we make them."""
    if isinstance(value, str):
        return EVIL
    if isinstance(value, dict):
        kept = ("reply_link", "house")
        return {key: item if key in kept else hostile(item) for key, item in value.items()}
    return [hostile(item) for item in value] if isinstance(value, list) else value
