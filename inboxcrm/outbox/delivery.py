"""Sends letters so that each leaves effectively once (V6).

    waiting -> claimed: fence, frozen bytes                  transaction letter.claim
            -> MAIL, RCPT; then phase = data                 transaction letter.data
            -> DATA; then what the server said               transaction letter.outcome

A crash before letter.data is committed: the letter waits again when its lease ends. A crash after it: the letter
is uncertain and a person is shown it. The fence stops a claimer that was thought dead and is not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from inboxcrm.base.database import Session, database_now
from inboxcrm.base.store import keep_blobs
from inboxcrm.base.work import Office, Work
from inboxcrm.mail.access import open_account_submission
from inboxcrm.mail.errors import SubmissionError, SubmissionLost, SubmissionRefused, UnusableAddress
from inboxcrm.mail.smtp import Reply, Submission
from inboxcrm.outbox import events
from inboxcrm.outbox.bounced import leave_out_suppressed
from inboxcrm.outbox.caps import hold_over_cap
from inboxcrm.outbox.letter import emit_letter_event, move_letter
from inboxcrm.outbox.mime import letter_bytes
from inboxcrm.outbox.records import Attempt, Letter
from inboxcrm.outbox.render import LetterUnwritable
from inboxcrm.outbox.sequence import Judge, is_to_leave
from inboxcrm.outbox.sequences.store import lock_run
from inboxcrm.outbox.store import (
    due_letter_ids,
    expired_claims,
    first_try_at,
    is_live,
    is_stopped,
    letter_by_id,
    lock_letter,
)

BACKOFF_MINUTES = (5, 15, 60, 180, 360)
GIVE_UP = timedelta(hours=48)
ACTOR = "outbox"


@dataclass(frozen=True, slots=True)
class Claim:
    """A letter that this process alone may send now."""

    letter_id: int
    fence: int
    account: str
    recipients: tuple[str, ...]
    raw: bytes
    run_id: int | None = None


def send_due_letters(office: Office, judge: Judge | None = None) -> int:
    """Send all letters that may leave now, over one connection per account; give the number handed over.

    `judge` tells of the letters of sequences whether they may still leave.
    """
    recover_claims(office)
    with office.reading() as session:
        due = due_letter_ids(session, office.clock.now(), "letter")
    connections: dict[str, Submission] = {}
    try:
        return sum(_send_one(office, letter_id, connections, judge) for letter_id in due)
    finally:
        for connection in connections.values():
            connection.close()


def recover_claims(office: Office) -> None:
    """Free the letters of claimers that are gone: to wait again, or uncertain if the data may have left."""
    with office.work("letter.recover", actor=ACTOR) as work:
        for letter in expired_claims(work.session, database_now(work.session)):
            if letter.form == "letter" and letter.phase == "data":
                _note_uncertain(work, letter, "the sender ended after the mail was handed over")
            else:
                move_letter(work, letter, "waiting", letter.error)


def _send_one(
    office: Office, letter_id: int, connections: dict[str, Submission], judge: Judge | None
) -> bool:
    claim = claim_letter(office, letter_id, judge)
    if claim is None:
        return False
    try:
        connection = _connection(office, claim.account, connections)
        replies = connection.offer(claim.account, claim.recipients)
        if not _note_offer(office, claim, replies, judge):
            connection.reset()
            return False
        office.reach("smtp.before_data")
        reply = connection.transmit(claim.raw)
        office.reach("smtp.after_data")
        _note_answer(office, claim, replies, reply)
        return reply.is_accepted
    except SubmissionError as error:
        connections.pop(claim.account, None)
        _note_failure(office, claim, error)
        return False


def _connection(office: Office, address: str, connections: dict[str, Submission]) -> Submission:
    if address not in connections or not connections[address].is_open:
        account = next(a for a in office.settings.account if a.address == address)
        connections[address] = open_account_submission(office, account)
    return connections[address]


def claim_letter(office: Office, letter_id: int, judge: Judge | None = None) -> Claim | None:
    """Take a waiting letter for this process and freeze its bytes; None if another has it or it may not leave."""
    fault = ""
    with office.reading() as session:
        letter = letter_by_id(session, letter_id)
        if letter.state != "waiting":
            return None
        run_id = letter.run_id
        try:
            raw = letter_bytes(session, office.settings, letter, office.clock.now())
        except (LetterUnwritable, UnusableAddress) as error:
            fault = str(error)
    if fault:
        _note_unwritable(office, letter_id, fault)
        return None
    with office.work("letter.claim", actor=ACTOR) as work:
        run = lock_run(work.session, run_id) if run_id else None  # before its letters
        letter = lock_letter(work.session, letter_id)
        if not _may_be_taken(work, letter) or not is_to_leave(work, letter, run, judge):
            return None
        if not _take(work, letter, raw):
            return None
        waiting = tuple(r.address for r in letter.recipients if r.state == "waiting")
        return Claim(letter.id, letter.fence, letter.account, waiting, raw, run_id)


def _note_unwritable(office: Office, letter_id: int, fault: str) -> None:
    """Set a letter aside that no bytes can be made of; the others go on."""
    with office.work("letter.unwritable", actor=ACTOR) as work:
        letter = lock_letter(work.session, letter_id)
        if letter.state == "waiting":
            move_letter(work, letter, "failed", fault)
            emit_letter_event(work, letter, events.LETTER_FAILED)


def _may_be_taken(work: Work, letter: Letter) -> bool:
    # A worker's list may be old: another one has tried meanwhile. A paper that is awaited must be in (V8).
    if letter.state != "waiting" or letter.due_at > work.now or letter.awaits is not None:
        return False
    # The hold is looked at in the claiming transaction, so that `hold` stops at once.
    return letter.form != "letter" or not (
        is_stopped(work.session) or (letter.is_outside and not is_live(work.session, letter.account))
    )


def _take(work: Work, letter: Letter, raw: bytes) -> bool:
    if letter.form == "letter" and (not leave_out_suppressed(work, letter) or hold_over_cap(work, letter)):
        return False
    move_letter(work, letter, "claimed", letter.error)
    [letter.mime_sha256] = keep_blobs(work.session, [raw])
    letter.fence, letter.attempts, letter.phase = letter.fence + 1, letter.attempts + 1, ""
    letter.claimed_until = database_now(work.session) + timedelta(seconds=work.settings.running.lease_s)
    return True


def _held(session: Session, claim: Claim) -> Letter | None:
    """Give the letter if this claim still holds it, locked for this transaction."""
    letter = lock_letter(session, claim.letter_id)
    return letter if letter.state == "claimed" and letter.fence == claim.fence else None


def _note_offer(
    office: Office, claim: Claim, replies: Mapping[str, Reply], judge: Judge | None = None
) -> bool:
    """Write down what the server said to each recipient; give whether the data may be sent."""
    with office.work("letter.data", actor=ACTOR) as work:
        run = lock_run(work.session, claim.run_id) if claim.run_id else None
        letter = _held(work.session, claim)
        if letter is None or not is_to_leave(work, letter, run, judge):
            return False
        for recipient in letter.recipients:
            if reply := replies.get(recipient.address):
                recipient.code, recipient.text = reply.code, reply.text
        if any(reply.is_accepted for reply in replies.values()):
            letter.phase = "data"
            return True
        _settle(work, letter, replies, None)
        return False


def _note_answer(office: Office, claim: Claim, replies: Mapping[str, Reply], reply: Reply) -> None:
    with office.work("letter.outcome", actor=ACTOR) as work:
        if letter := _held(work.session, claim):
            _settle(work, letter, replies, reply)


def _settle(work: Work, letter: Letter, replies: Mapping[str, Reply], answer: Reply | None) -> None:
    """Close this try: each recipient's fate, then the letter's."""
    for recipient in letter.recipients:
        reply = replies.get(recipient.address)
        if reply is None or recipient.state == "bounced":  # it came back before its answer was written down
            continue
        final = answer if reply.is_accepted and answer else reply
        recipient.code, recipient.text = final.code, final.text
        if final.is_accepted or not final.is_temporary:
            recipient.state = "sent" if final.is_accepted else "failed"
    states = {recipient.state for recipient in letter.recipients}
    detail = "; ".join(f"{r.address}: {r.code} {r.text}" for r in letter.recipients)
    if "waiting" in states:
        _try_later(work, letter, detail)
    elif states & {"sent", "bounced"}:
        move_letter(work, letter, "sent", detail if "failed" in states else None)
        letter.sent_at = work.now
        emit_letter_event(work, letter, events.LETTER_SENT)
    else:
        move_letter(work, letter, "failed", detail)
        emit_letter_event(work, letter, events.LETTER_FAILED)
    _log(work, letter, letter.state, detail)


def _try_later(work: Work, letter: Letter, reason: str) -> None:
    if work.now - (first_try_at(work.session, letter.id) or work.now) > GIVE_UP:
        move_letter(work, letter, "failed", f"given up after 48 hours: {reason}")
        emit_letter_event(work, letter, events.LETTER_FAILED)
        return
    move_letter(work, letter, "waiting", reason)
    minutes = BACKOFF_MINUTES[min(letter.attempts, len(BACKOFF_MINUTES)) - 1]
    letter.due_at = work.now + timedelta(minutes=minutes)


def _note_failure(office: Office, claim: Claim, error: SubmissionError) -> None:
    """Write down a broken try: before the data it may go again, after it nobody knows."""
    with office.work("letter.outcome", actor=ACTOR) as work:
        letter = _held(work.session, claim)
        if letter is None:
            return
        if isinstance(error, SubmissionLost) and error.after_data:
            _note_uncertain(work, letter, str(error))
        elif isinstance(error, SubmissionRefused) and error.is_permanent:
            move_letter(work, letter, "failed", str(error))
            emit_letter_event(work, letter, events.LETTER_FAILED)
        else:
            _try_later(work, letter, str(error))
        _log(work, letter, letter.state, str(error))


def _note_uncertain(work: Work, letter: Letter, reason: str) -> None:
    move_letter(work, letter, "uncertain", reason)
    emit_letter_event(work, letter, events.LETTER_UNCERTAIN)


def _log(work: Work, letter: Letter, outcome: str, detail: str) -> None:
    work.session.add(
        Attempt(letter_id=letter.id, fence=letter.fence, at=work.now, outcome=outcome, detail=detail[:2000])
    )
