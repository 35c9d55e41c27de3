"""`escalate`: a technical question climbs: to a colleague, to a call, to a visit on site (EM-9)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inboxcrm.base.errors import Refused
from inboxcrm.commands.colleague import ask_colleague
from inboxcrm.commands.scene import Scene, box_of
from inboxcrm.crm.answers.ladder import CALL, COLLEAGUE, ON_SITE, climb
from inboxcrm.crm.answers.store import question_of_message
from inboxcrm.crm.task import add_task, next_business_day
from inboxcrm.ingest.store import last_asking_message
from inboxcrm.ingest.writer import writer_of

if TYPE_CHECKING:
    from inboxcrm.base.settings import Settings, User
    from inboxcrm.base.work import Work
    from inboxcrm.crm.records import Box
    from inboxcrm.ingest.records import Message

STEPS = {"call": CALL, "on site": ON_SITE, "onsite": ON_SITE, "visit": ON_SITE}
TASKS = {CALL: "Call {who} about: {subject}", ON_SITE: "Agree on a day on site with {who} about: {subject}"}


class NobodyNamed(Refused):
    """An escalation that names neither a colleague nor a step; shows both."""

    def __init__(self, words: str, settings: Settings) -> None:
        names = ", ".join(user.key for user in settings.user)
        got = f"{words!r} is none of us" if words else "say to whom"
        super().__init__(
            f"{got}; write such as: escalate {settings.user[0].key}: why ({names}), escalate call, escalate on site"
        )


def escalate(work: Work, scene: Scene) -> str:
    """Put the question of the box's last mail one rung higher."""
    box = box_of(work, scene)
    message = last_asking_message(work.session, box.id)
    if message is None:
        raise Refused("there is no customer's mail here whose question could be passed on")
    whom, _, why = (part.strip() for part in scene.line.rest.partition(":"))
    if step := STEPS.get(whom.casefold().rstrip(".")):
        return _arrange(work, scene, box, message, step, why)
    colleague = user_meant(work.settings, whom)
    if colleague is None or colleague.key == scene.user.key:
        raise NobodyNamed(whom, work.settings)
    question = climb(
        work, message.id, box.id, COLLEAGUE, user=scene.user.key, colleague=colleague.key, why=why
    )
    ask_colleague(work, scene.user, colleague, box, message, question, scene.occasion)
    return f"{colleague.name} is asked, with the whole mail; the answer comes to you, and as a draft into your Drafts"


def user_meant(settings: Settings, words: str) -> User | None:
    """Give the one user whose key, name or first name these words are, or begin; None if none or several."""
    wanted = " ".join(words.casefold().split())
    if not wanted:
        return None
    exact = [one for one in settings.user if wanted in (one.key, one.name.casefold(), one.address)]
    near = [
        one for one in settings.user if one.key.startswith(wanted) or one.name.casefold().startswith(wanted)
    ]
    found = exact or near
    return found[0] if len(found) == 1 else None


def _arrange(work: Work, scene: Scene, box: Box, message: Message, step: str, why: str) -> str:
    asked = question_of_message(work.session, message.id)
    question = climb(
        work, message.id, box.id, step, user=scene.user.key, why=why or (asked.why if asked else "")
    )
    who = box.contact.name if box.contact else writer_of(work, message)
    task = add_task(
        work,
        box,
        "errand",
        TASKS[step].format(who=who, subject=message.subject),
        owner=scene.user.key,
        due_at=next_business_day(work),
        why=f"{question.why or 'A technical question that writing does not settle'} (EM-9)",
        occasion=f"ladder:{question.id}:{step}",
    )
    meeting = "; an invitation that you send with us in Cc becomes the meeting" if step == ON_SITE else ""
    return f"to do: {task.text}{meeting}"
