"""Questions to the outbox's tables."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from inboxcrm.base.among import among
from inboxcrm.base.remembered import remembered
from inboxcrm.base.store import switch_value
from inboxcrm.mail.letter_token import read_message_id
from inboxcrm.outbox.records import Attempt, Letter, LetterLine, LetterRecipient, Suppression


def is_stopped(session: Session) -> bool:
    """Tell whether somebody said `hold`: nothing leaves at all."""
    return switch_value(session, "sending") == "stopped"


def is_live(session: Session, account: str) -> bool:
    """Tell whether an account may write to outsiders: `live` was said for it."""
    return switch_value(session, f"live:{account}") == "live"


def letter_by_id(session: Session, letter_id: int) -> Letter:
    """Give a letter."""
    return session.get_one(Letter, letter_id)


def has_letter(session: Session, letter_id: int) -> bool:
    """Tell whether there is a letter with this number."""
    return session.scalar(select(Letter.id).where(Letter.id == letter_id)) is not None


def lock_letter(session: Session, letter_id: int) -> Letter:
    """Give a letter that nobody else can change before this transaction ends."""
    return session.get_one(Letter, letter_id, with_for_update=True, populate_existing=True)


def letter_by_dedupe(session: Session, dedupe: str) -> Letter | None:
    """Give the letter that was written for this purpose."""
    written = remembered(session, "letters")
    if dedupe in written:
        letter: Letter = written[dedupe]
        return letter
    with session.no_autoflush:  # what was written in this transaction is remembered
        return session.scalar(select(Letter).where(Letter.dedupe == dedupe))


def note_letter(session: Session, letter: Letter) -> None:
    """Remember a letter that was written, and need not be in the database before it is asked for."""
    remembered(session, "letters")[letter.dedupe] = letter


def answered_letter(session: Session, key: bytes, message_ids: Iterable[str]) -> Letter | None:
    """Give the letter of ours that a mail with these references answers: the last one named whose token is right.

    A Message-ID that a user's own mail client gave to a draft of ours counts too (T2).
    """
    for message_id in reversed(list(message_ids)):
        serial = read_message_id(key, message_id)
        found = Letter.serial == serial if serial else Letter.sent_message_id == message_id
        if letter := session.scalar(select(Letter).where(found)):
            return letter
    return None


def rewritten_ids(session: Session, message_ids: Iterable[str]) -> set[str]:
    """Give those of the ids that a user's own mail client gave to a draft of ours (T2)."""
    query = select(Letter.sent_message_id).where(among(session, Letter.sent_message_id, message_ids))
    return {one for one in session.scalars(query) if one}


def letter_by_message_id(session: Session, message_id: str) -> Letter | None:
    """Give the letter that carries, or left with, this Message-ID."""
    found = or_(Letter.message_id == message_id, Letter.sent_message_id == message_id)
    return session.scalar(select(Letter).where(found))


def thread_index_of(session: Session, message_ids: Iterable[str]) -> str:
    """Give the Thread-Index of the last letter of ours among these ids; "" if there is none."""
    wanted = sorted(set(message_ids))
    named = or_(Letter.message_id.in_(wanted), Letter.sent_message_id.in_(wanted))
    query = select(Letter.thread_index).where(named, Letter.thread_index.is_not(None))
    return session.scalar(query.order_by(Letter.id.desc()).limit(1)) or ""


def draft_of_document(session: Session, document_id: int) -> Letter | None:
    """Give the draft that carries a document."""
    return session.scalar(select(Letter).where(Letter.document_id == document_id, Letter.form == "draft"))


def due_letter_ids(session: Session, now: datetime, form: str, limit: int = 100) -> list[int]:
    """Give the letters or drafts that may leave now, papers before notices before digests."""
    query = select(Letter.id, Letter.account, Letter.is_outside, Letter.kind).where(
        Letter.state == "waiting", Letter.form == form, Letter.due_at <= now, Letter.awaits.is_(None)
    )
    if form == "letter" and is_stopped(session):
        return []
    rows = session.execute(query.order_by(Letter.id).limit(limit * 10)).all()
    live = {account: is_live(session, account) for account in {row.account for row in rows}}
    may_leave = [row for row in rows if form == "draft" or not row.is_outside or live[row.account]]
    ranks = {"invoice": 0, "digest": 2}
    return [row.id for row in sorted(may_leave, key=lambda row: (ranks.get(row.kind, 1), row.id))[:limit]]


def expired_claims(session: Session, database_time: datetime) -> list[Letter]:
    """Give the letters whose claimer is gone, locked for this transaction."""
    query = select(Letter).where(Letter.state == "claimed", Letter.claimed_until < database_time)
    return list(session.scalars(query.with_for_update(skip_locked=True)))


def has_expired_claim(session: Session, database_time: datetime, form: str) -> bool:
    """Tell whether a claimer of letters is gone."""
    query = select(Letter.id).where(
        Letter.state == "claimed", Letter.form == form, Letter.claimed_until < database_time
    )
    return session.scalar(query.limit(1)) is not None


def nth_last_taken_at(
    session: Session, peer: str, nth: int, since: datetime, *, besides: int
) -> datetime | None:
    """Give when the n-th last letter after `since` was taken to be sent to an address, one letter not counted."""
    query = select(LetterRecipient.taken_at).where(
        LetterRecipient.peer == peer, LetterRecipient.taken_at > since, LetterRecipient.letter_id != besides
    )
    return session.scalar(query.order_by(LetterRecipient.taken_at.desc()).offset(nth - 1).limit(1))


def letters_in_phase_to(session: Session, phase: str, peer: str) -> list[Letter]:
    """Give the waiting letters in a phase to an address, locked for this transaction."""
    query = (
        select(Letter)
        .join(LetterRecipient)
        .where(LetterRecipient.peer == peer, Letter.state == "waiting", Letter.phase == phase)
    )
    return list(session.scalars(query.order_by(Letter.id).with_for_update(of=Letter)))


def first_try_at(session: Session, letter_id: int) -> datetime | None:
    """Give when a letter was first tried; time on hold is no time of trying."""
    return session.scalar(select(func.min(Attempt.at)).where(Attempt.letter_id == letter_id))


def letters_awaiting(session: Session, paper: str) -> list[Letter]:
    """Give the letters that wait for a paper."""
    return list(session.scalars(select(Letter).where(Letter.awaits == paper)))


def letters_in_state(session: Session, *states: str) -> list[Letter]:
    """Give the letters in these states, oldest first."""
    return list(session.scalars(select(Letter).where(Letter.state.in_(states)).order_by(Letter.id)))


def line_of_letter(session: Session, letter_id: int, number: int) -> tuple[str, int] | None:
    """Give what a numbered line of a letter is about: task, message, junk or offer, and its number."""
    query = select(LetterLine.subject_kind, LetterLine.subject_id)
    found = session.execute(query.where(LetterLine.letter_id == letter_id, LetterLine.number == number))
    return next(((kind, subject_id) for kind, subject_id in found), None)


def task_of_line(session: Session, letter_id: int, number: int) -> int | None:
    """Give the task that a numbered line of a letter speaks of, if it speaks of one."""
    kind, subject_id = line_of_letter(session, letter_id, number) or ("", 0)
    return subject_id if kind == "task" else None


def lines_of_letter(session: Session, letter_id: int) -> list[tuple[str, int]]:
    """Give what the numbered lines of a letter are about, in order."""
    query = select(LetterLine.subject_kind, LetterLine.subject_id).where(LetterLine.letter_id == letter_id)
    return [(kind, subject_id) for kind, subject_id in session.execute(query.order_by(LetterLine.number))]


def sole_line(session: Session, letter_id: int) -> int | None:
    """Give the task of a letter that has exactly one numbered line, if that speaks of one."""
    lines = lines_of_letter(session, letter_id)
    return lines[0][1] if len(lines) == 1 and lines[0][0] == "task" else None


def last_letters(session: Session, kind: str, purpose: str) -> dict[str, datetime]:
    """Give when each user was last written a letter of a kind whose purpose begins so."""
    is_meant = (
        Letter.kind == kind,
        Letter.user.is_not(None),
        Letter.dedupe.startswith(purpose, autoescape=True),
    )
    query = select(Letter.user, func.max(Letter.created_at)).where(*is_meant).group_by(Letter.user)
    return {str(user): at for user, at in session.execute(query)}


def count_letters(session: Session, state: str, form: str = "letter") -> int:
    """Count the letters in a state."""
    query = select(func.count()).select_from(Letter).where(Letter.state == state, Letter.form == form)
    return session.scalar(query) or 0


def count_letters_by_state(session: Session) -> dict[str, int]:
    """Count all letters and drafts by their state."""
    query = select(Letter.state, func.count()).group_by(Letter.state).order_by(Letter.state)
    return {str(state): int(count) for state, count in session.execute(query)}


def last_letter_to(session: Session, addresses: Iterable[str], since: datetime) -> int | None:
    """Give the last letter since then that one of these addresses got."""
    query = (
        select(Letter.id)
        .join(LetterRecipient)
        .where(LetterRecipient.address.in_(sorted(addresses)[:500]), Letter.sent_at >= since)
        .order_by(Letter.sent_at.desc(), Letter.id.desc())
    )
    return session.scalar(query.limit(1))


def has_letter_to(session: Session, kind: str, address: str, since: datetime) -> bool:
    """Tell whether a letter of a kind was written to an address since then; drafts, which people send, do not count."""
    query = (
        select(Letter.id)
        .join(LetterRecipient)
        .where(LetterRecipient.address == address, Letter.kind == kind, Letter.form == "letter")
        .where(Letter.created_at > since, Letter.state != "cancelled")
    )
    return session.scalar(query.limit(1)) is not None


def bounced_recipients(session: Session, since: datetime) -> list[tuple[Letter, LetterRecipient]]:
    """Give the recipients from whom letters that were written since then came back, the oldest letter first."""
    query = (
        select(Letter, LetterRecipient)
        .join(LetterRecipient)
        .where(LetterRecipient.state == "bounced", Letter.created_at >= since)
    )
    return [(row[0], row[1]) for row in session.execute(query.order_by(Letter.id, LetterRecipient.id))]


def suppressions(session: Session, addresses: Iterable[str]) -> list[Suppression]:
    """Give those of the addresses that no letter goes to."""
    wanted = [address.lower() for address in addresses]
    return list(session.scalars(select(Suppression).where(Suppression.address.in_(wanted))))


def held_letters(session: Session) -> list[tuple[str, int]]:
    """Count the letters that are held, each kind with why: nothing leaves, the account is not live, a cap is full."""
    waiting = (
        select(func.count()).select_from(Letter).where(Letter.state == "waiting", Letter.form == "letter")
    )
    found = []
    if is_stopped(session):
        found.append(("held, as somebody said `inboxcrm hold`", session.scalar(waiting) or 0))
    by_account = waiting.with_only_columns(Letter.account, func.count()).where(Letter.is_outside)
    for account, count in session.execute(by_account.group_by(Letter.account).order_by(Letter.account)):
        if not is_live(session, account):
            found.append((f"to outsiders held, as {account} is not live yet: `inboxcrm live`", int(count)))
    braked = session.scalar(waiting.where(Letter.awaits.like("burst:%"))) or 0
    found.append(("of rules held, as they are many at once: answer that mail `release` or `drop`", braked))
    capped = session.scalar(waiting.where(Letter.phase == "held")) or 0
    found.append(("held, as their addressees had their fill for now: `inboxcrm outbox list`", capped))
    return [one for one in found if one[1]]


def letters_with_lines(session: Session, serials: Iterable[str]) -> list[int]:
    """Give those letters of these serials that have numbered lines, the oldest first."""
    wanted = among(session, Letter.serial, sorted(set(serials)))
    has_lines = select(LetterLine.id).where(LetterLine.letter_id == Letter.id).exists()
    return list(session.scalars(select(Letter.id).where(wanted, has_lines).order_by(Letter.id)))


def let_letters_go(session: Session, box_id: int) -> None:
    """Let what was told to our own people be about a box no more; what went outside stays its own."""
    query = select(Letter).where(Letter.box_id == box_id, ~Letter.is_outside)
    for letter in session.scalars(query):
        letter.box_id = None
    session.flush()
