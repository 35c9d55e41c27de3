"""Carries out a user's command mail: proven, once, each line whole or not at all, answered by one receipt."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from inboxcrm.base.errors import Refused
from inboxcrm.base.journal import journaled
from inboxcrm.base.settings import User
from inboxcrm.base.work import Event, Office, Work
from inboxcrm.commands.authority import verdict
from inboxcrm.commands.changes import keep_changes
from inboxcrm.commands.choices import close_choice
from inboxcrm.commands.colleague import hear_colleague
from inboxcrm.commands.counter import counter_of
from inboxcrm.commands.grammar import CommandLine, read_commands
from inboxcrm.commands.hints import hint_of
from inboxcrm.commands.moved_on import Meant, to_wait, waiting_line, what_moved
from inboxcrm.commands.notice import tell_supposed_author, write_receipt
from inboxcrm.commands.reach import may_note
from inboxcrm.commands.scene import Scene
from inboxcrm.commands.store import expired_command_mails, lock_command_mail
from inboxcrm.commands.table import BY_NAME
from inboxcrm.commands.tongues.tongue import tongue_of
from inboxcrm.crm.box import add_note
from inboxcrm.crm.store import box_by_id
from inboxcrm.ingest.referred import file_where_it_refers
from inboxcrm.ingest.store import message_by_id

if TYPE_CHECKING:
    from inboxcrm.commands.records import ChangeSet, CommandMail
    from inboxcrm.commands.word import Word
    from inboxcrm.crm.records import Box
    from inboxcrm.ingest.records import Message

# What kind of mail asks for which act of the table of who may act; both wait for their proof here.
ACTS = {"command": "command", "forwarded": "forwarding in"}
UNDO = "to undo: "  # a word that tells its own way back


def receive_command(work: Work, event: Event) -> None:
    """Look at a command mail, or again at one whose proof has come."""
    look_at(work, event.subject_id)


def decide_expired(office: Office) -> int:
    """Refuse the command mails whose proof did not come in time; give their number."""
    with office.reading() as session:
        due = expired_command_mails(session, office.clock.now())
    for message_id in due:
        with office.work("command.expire", actor="commands") as work:
            look_at(work, message_id)
    return len(due)


def look_at(work: Work, message_id: int) -> None:
    """Carry a command mail out if it is proven; let it wait for its proof; refuse it when its time is over."""
    message = message_by_id(work.session, message_id)
    user = work.settings.user_by_address(message.sender)
    if message.kind not in ACTS or user is None:
        return
    wait = timedelta(minutes=work.settings.sales.evidence_wait_minutes)
    row = lock_command_mail(work.session, message_id, work.now + wait)
    if row.state != "waiting":
        return
    evidence = {
        name for name, is_there in (("own", message.is_own_sent), ("aligned", message.is_aligned)) if is_there
    }
    if verdict(ACTS[message.kind], evidence) == "act":
        row.evidence = ", ".join(sorted(evidence))
        _carry_out(work, row, message, user)
    elif work.now >= row.wait_until:
        row.state, row.decided_at, row.outcome = "refused", work.now, "its author could not be proven"
        tell_supposed_author(work, message, user)


def _carry_out(work: Work, row: CommandMail, message: Message, user: User) -> None:
    work.actor = f"user:{user.key}"
    if message.kind == "command":
        file_where_it_refers(work, message)
    tongue = tongue_of(work.settings.commands, BY_NAME)
    reading = read_commands(message.new_words, BY_NAME, tongue)
    lines = [_forwarded(work, message, user)] if message.kind == "forwarded" else []
    above = len(lines) + 1
    lines += [
        _run(work, Scene(user, message, line, at), at + above) for at, line in enumerate(reading.commands)
    ]
    note = ""
    heard = hear_colleague(work, message, user, reading.free_text) if reading.free_text else ""
    if heard:
        note = heard
    elif reading.free_text and message.box_id:
        box = box_by_id(work.session, message.box_id)
        note = _keep_note(work, user, box, reading.free_text, "Your other words" if lines else "Your words")
    if not heard:
        note = f"{note} {hint_of(reading, BY_NAME, tongue, has_lines=bool(lines))}".strip()
    row.state, row.decided_at = "done", work.now
    row.outcome = "; ".join(str(line["text"]) for line in lines)
    write_receipt(work, message, user, lines, note)


def _keep_note(work: Work, user: User, box: Box, text: str, words: str) -> str:
    if not may_note(work, user, box):
        return f"{words} are not kept: they are about no deal that is yours."
    add_note(work, box, text)
    return f"{words} are kept as a note on the deal; nobody outside sees them."


def _forwarded(work: Work, message: Message, user: User) -> dict[str, Any]:
    """Say what became of a forwarded mail; intake has filed it when its proof was there (IN-6)."""
    box = box_by_id(work.session, message.box_id) if message.box_id else None
    is_told = box is None or may_note(work, user, box)
    text = message.match_how if is_told else "it belongs to a colleague's deal, and lies there now"
    return {"source": message.subject, "text": text, "is_done": box is not None}


def _run(work: Work, scene: Scene, number: int) -> dict[str, Any]:
    try:
        meant = waiting_line(work, scene) if scene.line.word == "yes" else None
    except Refused as reason:
        return _line(scene.line, str(reason), is_done=False)
    if meant is not None:  # the yes to a line of an earlier mail, whose matter had changed
        return _carry(work, meant.scene, scene, number, meant)
    return _carry(work, scene, scene, number)


def _carry(
    work: Work, scene: Scene, said_in: Scene, number: int, meant: Meant | None = None
) -> dict[str, Any]:
    """Carry out one line; `said_in` is the line of the mail that is being answered."""
    word = BY_NAME[scene.line.word]
    if scene.user.role not in word.roles:
        return _line(scene.line, f"{scene.user.role} may not say {word.name}", is_done=False)
    if word.is_alone and scene.line.rest:
        return _line(scene.line, f"{word.name} stands alone on its line; nothing was done", is_done=False)
    work.why = f"mail {scene.message.id}: {scene.line.source}"
    try:
        with work.session.begin_nested():  # a savepoint: one line, whole or not at all
            if moved := what_moved(work, scene, meant):
                return _line(scene.line, moved.text, is_done=False) | {
                    "undo": f"If you still mean it, answer: {number} yes",
                    "waits": to_wait(scene, moved),
                }
            with journaled(work.session) as journal:
                said = word.verb(work, scene)
                close_choice(work, scene)
            change = keep_changes(work, replace(said_in, line=scene.line), journal, number)
    except Refused as reason:
        return _line(scene.line, str(reason), is_done=False)
    said, *more = said.splitlines()
    return _line(scene.line, said, is_done=True) | {"undo": _way_back(word, change, said), "more": more}


def _way_back(word: Word, change: ChangeSet | None, said: str) -> str:
    """Say how a line is undone, where that is true; the word's own way goes first."""
    if change is None or UNDO in said:
        return ""
    counter = counter_of(word.name)
    if change.lasting:
        return f"`undo` does not take this back; say {counter}" if counter else ""
    return f"To undo it, answer: undo {change.line}{f', or say {counter}' if counter else ''}"


def _line(line: CommandLine, text: str, *, is_done: bool) -> dict[str, Any]:
    return {"source": line.source, "text": text, "is_done": is_done}
