"""When a user is told: the first at once, more of the same minutes as one mail, and never what he got himself (EM-1).

A notice of a mail that may still come into its reader's own INBOX waits a moment for it. One that presses, such as an
acceptance or a big lead, waits for nothing else. What waits stands in a table, so that a restart loses none.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from inboxcrm.base.columns import EPOCH
from inboxcrm.base.settings import User
from inboxcrm.base.work import Office, Work
from inboxcrm.crm.store import box_by_id, load_boxes, open_tasks_of_box
from inboxcrm.ingest.notices.files import MB, carry_files
from inboxcrm.ingest.notices.offered import count_in
from inboxcrm.ingest.notices.store import add_waiting, lock_turn, lock_waiting_of, users_with_due_notices
from inboxcrm.ingest.quoting import LONGEST_SUBJECT
from inboxcrm.ingest.readers import keys_of_readers, may_still_come
from inboxcrm.ingest.store import last_asking_message, message_by_id
from inboxcrm.ingest.telling import Notice, owner_of, tell_user, told_facts
from inboxcrm.mail.incoming import Address
from inboxcrm.outbox.letter import Plan, write_letter
from inboxcrm.outbox.store import letter_by_dedupe
from inboxcrm.sales.access import Sight

if TYPE_CHECKING:
    from inboxcrm.crm.records import Box
    from inboxcrm.ingest.notices.records import WaitingNotice
    from inboxcrm.ingest.records import Message

MOST_TOGETHER = 20
_TEXTS = ("headline", "text", "why", "row", "commands")


def tell_in_turn(
    work: Work, user: User, box: Box, message: Message | None, notice: Notice, *, is_pressing: bool = False
) -> bool:
    """Tell a user now or in a few minutes; False if he needs no notice, as he got the mail himself."""
    if message is not None and _has_it(work, user, message):
        return False
    is_pressing = is_pressing or count_in(message) >= work.settings.notices.big_from
    turn = lock_turn(work.session, user.key, EPOCH)
    look_at = _look_at(work, user, message)
    due_at = look_at if is_pressing else max(look_at, _next_turn(work, turn.told_at))
    if due_at > work.now:
        waiting = _waiting(user, box, message, notice)
        waiting |= {"is_pressing": is_pressing, "look_at": look_at, "due_at": due_at, "made_at": work.now}
        add_waiting(work.session, waiting)
        return True
    tell_user(work, user, box, message, notice)
    if not is_pressing:
        turn.told_at = work.now
    return True


def write_due_notices(office: Office) -> int:
    """Write the notices whose time has come, one mail for each user; give the number of users."""
    with office.reading() as session:
        due = users_with_due_notices(session, office.clock.now())
    for key in due:
        with office.work("notices", actor="system") as work:
            _write_for(work, key)
    return len(due)


def _write_for(work: Work, key: str) -> None:
    user = work.settings.user_by_key(key)
    turn, rows = lock_turn(work.session, key, EPOCH), []
    waiting = lock_waiting_of(work.session, key, work.now)
    boxes = load_boxes(work.session, {row.box_id for row in waiting})  # held: each is asked for once
    # Something may have been given away since: he reads only what he may see now (MG-6).
    seen = {box.id for box in Sight(work.session, work.settings, user, work.now).seen(boxes)}
    for row in waiting:
        mail = message_by_id(work.session, row.message_id) if row.message_id else None
        if user is None or (mail is not None and _has_it(work, user, mail)):
            row.state = "dropped"
        elif row.box_id not in seen:
            _pass_on(work, row)
        elif row.is_pressing:
            _tell_alone(work, user, row)
        else:
            rows.append(row)
    next_at = _next_turn(work, turn.told_at)
    if next_at > work.now:
        for row in rows:
            row.due_at = next_at
    elif rows and user is not None:
        if len(rows) == 1:
            _tell_alone(work, user, rows[0])
        else:
            _tell_together(work, user, rows[:MOST_TOGETHER])
        turn.told_at = work.now


def _pass_on(work: Work, row: WaitingNotice) -> None:
    """Tell whoever has the box now, in his turn, instead of who may see it no more."""
    row.state = "dropped"
    owner, notice = owner_of(work, box_by_id(work.session, row.box_id)), _notice_of(row)
    if owner.key == row.user or letter_by_dedupe(work.session, f"{notice.occasion}:{owner.key}"):
        return
    kept = {name: getattr(row, name) for name in ("box_id", "message_id", *_TEXTS, "is_pressing")}
    moments = {"look_at": work.now, "due_at": work.now, "made_at": work.now, "state": "waiting"}
    add_waiting(
        work.session,
        {"occasion": f"{notice.occasion}:{owner.key}"[:300], "user": owner.key, **kept, **moments},
    )


def _has_it(work: Work, user: User, message: Message) -> bool:
    return user.key in keys_of_readers(work.session, work.settings, message)


def _look_at(work: Work, user: User, message: Message | None) -> datetime:
    """Give when it can be decided whether a user got a mail himself."""
    if message is None or not may_still_come(work.settings, user, message):
        return work.now
    wait = timedelta(seconds=work.settings.notices.inbox_wait_seconds)
    return max(work.now, message.taken_in_at + wait)


def _next_turn(work: Work, told_at: datetime) -> datetime:
    return told_at + timedelta(minutes=work.settings.notices.gather_minutes)


def _waiting(user: User, box: Box, message: Message | None, notice: Notice) -> dict[str, Any]:
    return {
        "occasion": f"{notice.occasion}:{user.key}"[:300],
        "user": user.key,
        "box_id": box.id,
        "message_id": message.id if message else None,
        "headline": notice.headline,
        "text": notice.text,
        "why": notice.why,
        "row": notice.row,
        "commands": None if notice.commands is None else list(notice.commands),
        "state": "waiting",
    }


def _notice_of(row: WaitingNotice) -> Notice:
    occasion = row.occasion.removesuffix(f":{row.user}")
    return Notice(occasion, row.headline, row.text, row.why, row.row, row.commands)


def _tell_alone(work: Work, user: User, row: WaitingNotice) -> None:
    mail = message_by_id(work.session, row.message_id) if row.message_id else None
    tell_user(work, user, box_by_id(work.session, row.box_id), mail, _notice_of(row))
    row.state = "told"


def _tell_together(work: Work, user: User, rows: list[WaitingNotice]) -> None:
    """Write one mail of several notices, each with its number; `2 done` is about the second."""
    items, lines, files = [], [], []
    room = work.settings.notices.attach_mb * MB
    for number, row in enumerate(rows, start=1):
        box = box_by_id(work.session, row.box_id)
        mail = message_by_id(work.session, row.message_id) if row.message_id else None
        facts = told_facts(work, user, box, mail, _notice_of(row), room)
        told = mail or last_asking_message(work.session, box.id)
        carried = carry_files(told, room) if told and facts["mail"] else None
        going = carried.attachments if carried else []
        room -= sum(int(one["size"]) for one in (told.attachments if told else []) if _goes(one, going))
        files += [one for one in going if one not in files]
        items.append(facts | {"number": number})
        tasks = open_tasks_of_box(work.session, box.id)
        lines.append(("task", tasks[0].id) if tasks else ("box", box.id))
        row.state = "told"
    subject = f"{len(rows)} things: {'; '.join(row.headline for row in rows)}"
    write_letter(
        work,
        Plan(
            kind="notice",
            template="notices",
            dedupe=f"notices:{rows[0].id}:{user.key}",
            account=work.settings.house_account.address,
            to=[Address(user.name, user.address)],
            user=user.key,
            subject=subject if len(subject) <= LONGEST_SUBJECT else f"{subject[: LONGEST_SUBJECT - 1]}…",
            facts={"name": user.name, "items": items, "example": _example(items)},
            attachments=files,
            lines=lines,
        ),
    )


def _goes(file: dict[str, object], going: list[dict[str, str]]) -> bool:
    return any(one["sha256"] == file["sha256"] for one in going)


def _example(items: list[dict[str, object]]) -> str:
    """Give a line that works as it stands: the first command of the last thing that has one."""
    for item in reversed(items):
        commands = item["commands"]
        if isinstance(commands, list) and commands:
            return f"{item['number']} {commands[0]}"
    return "1 snooze 3 days"
