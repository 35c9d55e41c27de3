"""Letters: written once for a purpose, held until the account is live, and the moves that they may make."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from inboxcrm.base.states import check_move
from inboxcrm.base.store import draw_id, expect_rows, insert_rows
from inboxcrm.base.work import Work
from inboxcrm.mail.incoming import Address
from inboxcrm.mail.letter_token import make_message_id
from inboxcrm.mail.thread_index import answer_thread_index, new_thread_index
from inboxcrm.outbox import events
from inboxcrm.outbox.records import Letter, LetterLine, LetterRecipient
from inboxcrm.outbox.store import letter_by_dedupe, letters_awaiting, note_letter, thread_index_of

MOVES = {
    ("waiting", "claimed"),
    ("claimed", "waiting"),  # crash or refusal before DATA, or a temporary answer
    ("claimed", "sent"),
    ("claimed", "failed"),
    ("claimed", "uncertain"),  # crash or silence after DATA
    ("uncertain", "sent"),
    ("uncertain", "waiting"),
    ("waiting", "cancelled"),
    ("laid", "cancelled"),  # a draft whose command was undone
    ("waiting", "failed"),  # it cannot be written: shown to a person
    ("claimed", "laid"),  # drafts
    ("laid", "sent"),
    ("waiting", "sent"),
}


@dataclass(frozen=True, slots=True)
class Thread:
    """Where a letter stands in a conversation: what it answers, and all ids before it.

    `index` is the Thread-Index of what it answers, "" if that has none, and `begun_at` when that came in.
    """

    in_reply_to: str | None = None
    references: tuple[str, ...] = ()
    index: str = ""
    begun_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What a letter is to be, before it is written."""

    kind: str
    dedupe: str
    account: str
    to: Sequence[Address]
    subject: str
    facts: dict[str, Any]
    cc: Sequence[Address] = ()
    form: str = "letter"
    user: str | None = None
    template: str = ""
    thread: Thread = field(default_factory=Thread)
    box_id: int | None = None
    document_id: int | None = None
    run_id: int | None = None  # of the sequence that sends it: asked again when it leaves
    awaits: str | None = None
    attachments: Sequence[dict[str, str]] = ()
    task_ids: Sequence[int] = ()
    lines: Sequence[tuple[str, int]] = ()  # what the numbered lines after those of the tasks are about
    due_at: datetime | None = None
    is_capped: bool = True  # it leaves by itself, and is held when its addressees have had their fill (L1)


def write_letter(work: Work, plan: Plan) -> Letter:
    """Write a letter into the outbox; with a purpose (`dedupe`) that has its letter already, give that one."""
    if known := letter_by_dedupe(work.session, plan.dedupe):
        return known
    letter = _write(work, plan)
    for row in _lines(work, plan):
        work.session.add(LetterLine(letter=letter, **row))
    return letter


def write_letters(work: Work, plans: Sequence[Plan]) -> None:
    """Write many letters as `write_letter` does, their numbered lines in one statement; for digests of a thousand."""
    expect_rows(work.session, len(plans))
    rows: list[dict[str, Any]] = []
    for plan in plans:
        if letter_by_dedupe(work.session, plan.dedupe) is None:
            letter = _write(work, plan)
            rows += [{"letter_id": letter.id, **row} for row in _lines(work, plan)]
    work.session.flush()  # a line names its letter
    insert_rows(work.session, LetterLine.__table__, rows)


def _lines(work: Work, plan: Plan) -> Iterator[dict[str, Any]]:
    """Give the numbered lines of a letter, what each is about, first those of its tasks."""
    lines = [*(("task", task_id) for task_id in plan.task_ids), *plan.lines]
    for number, (kind, subject_id) in enumerate(lines, start=1):
        line_id = draw_id(work.session, LetterLine.__table__)
        yield {"id": line_id, "number": number, "subject_kind": kind, "subject_id": subject_id}


def _write(work: Work, plan: Plan) -> Letter:
    """Write a letter without its lines."""
    serial = work.ids.token(64)
    message_id = make_message_id(work.key, serial, plan.account.rpartition("@")[2])
    letter = Letter(
        id=draw_id(work.session, Letter.__table__),
        form=plan.form,
        kind=plan.kind,
        dedupe=plan.dedupe,
        account=plan.account,
        serial=serial,
        message_id=message_id,
        user=plan.user,
        subject=plan.subject[:900],
        template=plan.template or plan.kind,
        facts=plan.facts,
        attachments=list(plan.attachments),
        awaits=plan.awaits,
        in_reply_to=plan.thread.in_reply_to,
        references=list(plan.thread.references),
        thread_index=_thread_index(work, plan.thread, message_id),
        box_id=plan.box_id,
        document_id=plan.document_id,
        run_id=plan.run_id,
        is_outside=any(not work.settings.is_inside(a.address) for a in (*plan.to, *plan.cc)),
        is_capped=plan.is_capped,
        state="waiting",
        phase="",
        fence=0,
        attempts=0,
        due_at=plan.due_at or work.now,
        created_at=work.now,
        recipients=[_recipient(work, a, "to") for a in plan.to]
        + [_recipient(work, a, "cc") for a in plan.cc],
    )
    work.session.add(letter)
    note_letter(work.session, letter)
    work.emit(
        events.LETTER_WRITTEN,
        ("letter", letter.id),
        box_id=plan.box_id,
        is_quiet=True,
        kind=plan.kind,
        to=[a.address for a in (*plan.to, *plan.cc)],
        subject=letter.subject,
    )
    work.wake(topic_of(letter))
    return letter


def _thread_index(work: Work, thread: Thread, message_id: str) -> str:
    """Give Outlook's mark of the conversation: below what is answered, or below our own letter before it (T3).

    Where neither has one, it is as if the mail that is answered had, so that all our answers to it stand together.
    """
    if index := answer_thread_index(thread.index, work.now, message_id):
        return index
    if not thread.references:
        return new_thread_index(work.now, message_id)
    parent = thread_index_of(work.session, thread.references)
    parent = parent or new_thread_index(thread.begun_at or work.now, thread.references[0])
    return answer_thread_index(parent, work.now, message_id)


def _recipient(work: Work, address: Address, name: str) -> LetterRecipient:
    number = draw_id(work.session, LetterRecipient.__table__)
    return LetterRecipient(
        id=number, address=address.address, name=address.name[:200], field=name, state="waiting"
    )


def topic_of(letter: Letter) -> str:
    """Give the topic to wake so that this letter leaves."""
    return "drafts" if letter.form == "draft" else "letters"


def supply_paper(work: Work, paper: str, name: str, sha256: str) -> None:
    """Give the letters that wait for a paper its PDF; from now on they may leave (V8)."""
    supply_files(work, paper, [(name, "application/pdf", sha256)], {})


def supply_files(work: Work, paper: str, files: Sequence[tuple[str, str, str]], told: dict[str, Any]) -> None:
    """Give the letters that wait for something its files (name, type, SHA-256), and what they are to say of them."""
    for letter in letters_awaiting(work.session, paper):
        named = [dict(zip(("name", "content_type", "sha256"), file, strict=True)) for file in files]
        letter.attachments = [*letter.attachments, *named]
        letter.facts = letter.facts | told
        letter.awaits = None
        work.wake(topic_of(letter))


def move_letter(work: Work, letter: Letter, state: str, error: str | None = None) -> None:
    """Move a letter along its machine; an illegal move is refused with the legal ones named."""
    check_move(f"letter {letter.id}", MOVES, letter.state, state)
    letter.state, letter.error = state, error
    if state != "claimed":
        letter.phase, letter.claimed_until = "", None


def note_sent(work: Work, letter: Letter, *, message_id: str | None = None) -> None:
    """Take a letter or draft as sent: its copy was seen, or a person says so.

    It left for the recipients that the server had taken; those that it had put off are tried again (S3).
    """
    for recipient in letter.recipients:
        if recipient.state == "waiting" and (recipient.code is None or recipient.code < 400):
            recipient.state = "sent"
        elif recipient.state == "waiting" and recipient.code is not None and recipient.code >= 500:
            recipient.state = "failed"
    if any(recipient.state == "waiting" for recipient in letter.recipients):
        move_letter(work, letter, "waiting", letter.error)
        letter.due_at = work.now
        work.wake(topic_of(letter))
        return
    move_letter(work, letter, "sent")
    letter.sent_at = work.now
    if message_id and message_id != letter.message_id:
        letter.sent_message_id = message_id
    emit_letter_event(work, letter, events.LETTER_SENT)


def note_draft_sent(work: Work, letter: Letter, *, message_id: str | None) -> None:
    """Take a draft as sent by its rep; nothing if it was so already.

    Whoever laid it may have ended before he could say so: then it is noted first that it lay there.
    """
    if letter.state == "claimed" or (letter.state == "waiting" and letter.fence > 0):
        emit_letter_event(work, letter, events.DRAFT_LAID)
    if letter.state in ("laid", "waiting", "claimed"):
        note_sent(work, letter, message_id=message_id)


def emit_letter_event(work: Work, letter: Letter, kind: str) -> None:
    """Write the fact that something became of a letter."""
    work.emit(
        kind,
        ("letter", letter.id),
        box_id=letter.box_id,
        kind=letter.kind,
        subject=letter.subject,
        document_id=letter.document_id,
        to=[r.address for r in letter.recipients],
        error=letter.error,
    )
