"""`overloaded`: tells whoever leads the speaker, with what is open, so that lines of it can be given away (EM-6)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inboxcrm.base.errors import Refused
from inboxcrm.base.spelled import spell_weekday
from inboxcrm.base.teams import leader_of
from inboxcrm.commands.scene import Scene
from inboxcrm.crm.absence import stand_in
from inboxcrm.crm.briefing.store import count_open_work
from inboxcrm.mail.incoming import Address
from inboxcrm.outbox.letter import Plan, write_letter
from inboxcrm.reports.digests.ground import Ground
from inboxcrm.reports.digests.load import load_of
from inboxcrm.reports.digests.shape import number_lines
from inboxcrm.reports.trouble import spell_count

if TYPE_CHECKING:
    from inboxcrm.base.settings import User
    from inboxcrm.base.work import Work


def tell_leader(work: Work, scene: Scene) -> str:
    """Mail the speaker's leader, or who stands in for him, what the speaker has to do; once a line."""
    leader = leader_of(work.settings, scene.user)
    if leader is None:
        raise Refused("nobody leads you here; give something away with: assign anna")
    reader = stand_in(work.session, work.settings, leader, work.now)
    if reader.key == scene.user.key:
        raise Refused(f"{leader.name} is away and you stand in; give something away with: assign anna")
    _write(work, scene, reader)
    return f"{reader.name} is told, with what you have to do"


def _write(work: Work, scene: Scene, reader: User) -> None:
    speaker = scene.user
    digest = load_of(Ground(work), speaker, reader)
    numbered = number_lines(digest)
    tasks, boxes = count_open_work(work.session, speaker.key)
    day = spell_weekday(work.now.astimezone(work.settings.company.zone))
    write_letter(
        work,
        Plan(
            kind="overloaded",
            template="digest",
            dedupe=f"overloaded:{scene.occasion}",
            account=work.settings.house_account.address,
            to=[Address(reader.name, reader.address)],
            user=reader.key,
            subject=f"{speaker.name} is overloaded: {digest.summary}",
            facts={
                **numbered.facts,
                "name": reader.name,
                "title": f"{speaker.name} is overloaded",
                "summary": f"{spell_count(tasks, 'open task')}, {boxes} open leads and deals; {digest.summary}",
                "opening": scene.line.rest[:1000],
                "junk": [],
                "noise": [],
                "mailboxes": [],
                "reason": f"{speaker.name} said so on {day} (EM-6)",
            },
            lines=numbered.lines,
        ),
    )
