"""What a run left behind, without what differs from run to run: ids, times, tokens, the run's own addresses."""

from __future__ import annotations

import re
from collections import Counter

from inboxcrm.demo.people import attachments_of
from tests.flows.stage import Stage

QUERIES = {
    "leads": "select state, source, owner, answered_at is not null from lead",
    "opportunities": "select name, kind, stage, state, owner, amount_minor, wake_on, close_on from opportunity",
    "boxes": "select kind, name, is_open, is_asleep from box",
    "people": "select c.name, a.address, o.name, o.kind, o.country from contact c "
    "join contact_address a on a.contact_id = c.id left join organization o on o.id = c.organization_id",
    "tasks": "select kind, text, owner, state, rule from task",
    "documents": "select kind, number, revision, state, net_minor, total_minor, reference, issued_on, due_on, "
    "delivered_at is not null, paid_at is not null, content_sha256 is not null, pdf_sha256 is not null from document",
    "series": "select name, last, last_on from number_series",
    "evidence": "select signatory, words, authentication, decided_by from evidence",
    "payments": "select amount_minor, currency, said_by from payment",
    "commands": "select state from command_mail",
    "firings": "select rule, subject_kind from firing",
    "letters": "select form, kind, dedupe, account, subject, state, phase, error from letter",
    "recipients": "select l.kind, r.address, r.field, r.state from letter_recipient r "
    "join letter l on l.id = r.letter_id",
    "messages": "select m.sender, m.subject, m.kind, m.is_archived, m.is_own_sent, m.is_aligned, b.name "
    "from message m left join box b on b.id = m.box_id",
    "threads": "select m.subject, (select min(o.subject) from message o where o.thread_id = m.thread_id) "
    "from message m",
    "locations": "select a.address, f.name, m.sender, m.subject, l.is_gone from location l "
    "join folder f on f.id = l.folder_id join account a on a.id = f.account_id "
    "left join message m on m.id = l.message_id",
    "quarantine": "select stage, error from quarantine",
    # Uncertainty is the one thing that a kill may add; that a person resolved it is not a difference.
    "events": "select kind, subject_kind, state from event where kind <> 'letter.uncertain'",
}


def snapshot(stage: Stage) -> dict[str, list[str]]:
    """The records in words, sorted, each with the number of times it is there."""
    found = {name: _sorted(stage, stage.ask(query)) for name, query in QUERIES.items()}
    inboxes = [
        (person.address, mail["From"], mail["Subject"], sorted(attachments_of(mail)))
        for person in stage.cast.everybody()
        for mail in person.inbox()
    ]
    return found | {"inboxes": _sorted(stage, inboxes)}


def differences(found: dict[str, list[str]], expected: dict[str, list[str]]) -> list[str]:
    """Name each line of the records that is too many or that is missing."""
    too_many = [f"+ {name}: {line}" for name in found for line in found[name] if line not in expected[name]]
    missing = [f"- {name}: {line}" for name in found for line in expected[name] if line not in found[name]]
    return too_many + missing


def _sorted(stage: Stage, rows: list[tuple[object, ...]]) -> list[str]:
    words = Counter(" | ".join(_plain(stage, value) for value in row) for row in rows)
    return sorted(f"{count} x {line}" for line, count in words.items())


def _plain(stage: Stage, value: object) -> str:
    """A value without the run's tag and without numbers of rows; SQLite's 0 and 1 are false and true."""
    if isinstance(value, bool):
        value = int(value)
    text = " ".join(str(value).replace(stage.cast.tag, "").replace(stage.cast.tag.title(), "").split())
    is_key = re.fullmatch(r"[\w -]+(:[\w@.-]+)+", text)
    return re.sub(r"\d+", "#", text) if is_key else text


def doubles(stage: Stage) -> list[str]:
    """Name each Message-ID and each paper that stands twice in one INBOX, and each draft that is left."""
    found = []
    for person in stage.cast.everybody():
        mails = person.inbox()
        names = Counter(str(mail["Message-ID"]) for mail in mails)
        names.update(name for mail in mails for name in attachments_of(mail))
        found += [f"{person.address} has {name} {count} times" for name, count in names.items() if count > 1]
    return found + [f"a draft is left: {draft['Subject']}" for draft in stage.cast.anna.drafts()]
