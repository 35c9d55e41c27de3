"""What becomes of a letter, and of the address, when a server says later that it could not be delivered (L2, EM-8).

Anybody can write a bounce. It counts only if it names a letter of ours by an id that bears our code (or the id that a
user's mail client gave to our draft), and only for the recipients of that very letter.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from inboxcrm.base.database import Session
from inboxcrm.base.store import insert_or_ignore
from inboxcrm.base.work import Work
from inboxcrm.mail.bounce.notice import Recipient
from inboxcrm.outbox import events
from inboxcrm.outbox.letter import emit_letter_event, move_letter, note_sent
from inboxcrm.outbox.records import Letter, LetterRecipient, Suppression
from inboxcrm.outbox.store import answered_letter, last_letter_to, lock_letter, suppressions

LIKELY_FOR = timedelta(days=14)
LONGEST_TEXT = 500


@dataclass(frozen=True, slots=True)
class Returned:
    """A letter that came back, and those of its recipients who are bounced by this, as (row id, words for a person)."""

    letter_id: int
    box_id: int | None
    told: tuple[tuple[int, str], ...]


def note_bounces(work: Work, ids: Sequence[str], failed: Sequence[Recipient]) -> Returned | None:
    """Write down who did not get the letter that these ids name (`Bounce.original_ids`); None if they name none.

    Also a full mailbox or an expired try is a customer who got nothing; only a dead address is suppressed. What is
    said of others, or said again, changes nothing.
    """
    found = answered_letter(work.session, work.key, ids)
    if found is None:
        return None
    letter = lock_letter(work.session, found.id)
    told = [(row.id, _words(letter, row)) for one in failed if (row := _note_bounce(work, letter, one))]
    return Returned(letter.id, letter.box_id, tuple(told))


def likely_letter_id(work: Work, addresses: Iterable[str]) -> int | None:
    """Give the last letter of two weeks that one of these got: what an unproven bounce may speak of."""
    return last_letter_to(work.session, addresses, work.now - LIKELY_FOR)


def _note_bounce(work: Work, letter: Letter, failed: Recipient) -> LetterRecipient | None:
    """Change the recipient's row; give it if he is bounced by this, now."""
    recipient = next((one for one in letter.recipients if one.address.lower() in failed.names), None)
    if recipient is None:
        return None
    if letter.state == "uncertain":
        note_sent(work, letter)  # it came back, so it had left
    if not _was_handed_over(letter, recipient):
        return None
    recipient.text = f"{failed.status} {failed.reason}: {failed.diagnostic}"[:LONGEST_TEXT]
    recipient.state = "bounced"
    if failed.is_dead and not work.settings.is_inside(recipient.address):
        _suppress(work, letter, recipient.address, failed.reason)
    _emit(work, letter, recipient, failed)
    return recipient


def _words(letter: Letter, recipient: LetterRecipient) -> str:
    return f"{recipient.address} did not get our {letter.kind} {letter.subject!r}: {recipient.text}"


def _was_handed_over(letter: Letter, recipient: LetterRecipient) -> bool:
    """Tell whether a server has taken the letter for him, as far as is written down yet."""
    is_under_way = letter.state == "laid" or (letter.state == "claimed" and letter.phase == "data")
    return recipient.state == "sent" or (recipient.state == "waiting" and is_under_way)


def _suppress(work: Work, letter: Letter, address: str, reason: str) -> None:
    row = {"address": address.lower(), "reason": reason, "letter_id": letter.id, "at": work.now}
    insert_or_ignore(work.session, Suppression.__table__, [row])


def _emit(work: Work, letter: Letter, recipient: LetterRecipient, failed: Recipient) -> None:
    work.emit(
        events.LETTER_BOUNCED,
        ("letter", letter.id),
        box_id=letter.box_id,
        kind=letter.kind,
        subject=letter.subject,
        document_id=letter.document_id,
        to=[recipient.address],
        reason=failed.reason,
        error=recipient.text,
    )


def leave_out_suppressed(work: Work, letter: Letter) -> bool:
    """Give up the waiting recipients whom no mail reaches, and say so on their rows; tell whether any is left.

    A letter that nobody is left for fails for all to see, unless it has reached somebody before.
    """
    waiting = [one for one in letter.recipients if one.state == "waiting"]
    known = {row.address: row for row in suppressions(work.session, [one.address for one in waiting])}
    for recipient in waiting:
        if row := known.get(recipient.address.lower()):
            recipient.state = "failed"
            recipient.text = f"not sent: mail to this address came back on {row.at:%Y-%m-%d} ({row.reason})"
    if any(one.state == "waiting" for one in waiting):
        return True
    detail = "; ".join(f"{one.address}: {one.text}" for one in letter.recipients if one.state != "sent")
    if any(one.state in ("sent", "bounced") for one in letter.recipients):
        move_letter(work, letter, "sent", detail)
        letter.sent_at = work.now
        emit_letter_event(work, letter, events.LETTER_SENT)
    else:
        move_letter(work, letter, "failed", detail)
        emit_letter_event(work, letter, events.LETTER_FAILED)
    return False


def allow_again(session: Session, address: str) -> bool:
    """Let letters go to an address again, as a person says that it works; tell whether it was suppressed."""
    found = session.get(Suppression, address.lower())
    if found is not None:
        session.delete(found)
    return found is not None
