"""`summary`: the deal's mails in brief, in a mail to the one who asks (OP-17)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inboxcrm.commands.scene import Scene, box_of
from inboxcrm.ingest.answering import answer_to
from inboxcrm.mail.incoming import Address
from inboxcrm.outbox.letter import Plan, write_letter
from inboxcrm.reports.in_brief import deal_in_brief

if TYPE_CHECKING:
    from inboxcrm.base.work import Work


def summarise(work: Work, scene: Scene) -> str:
    """Mail the deal in brief to the asker alone."""
    box, user = box_of(work, scene), scene.user
    write_letter(
        work,
        Plan(
            kind="summary",
            dedupe=f"summary:{scene.occasion}",
            account=work.settings.house_account.address,
            to=[Address(user.name, user.address)],
            user=user.key,
            subject=f"In brief: {box.name}"[:150],
            facts=deal_in_brief(work.session, work.settings, box.id, work.now),
            thread=answer_to(work.session, scene.message),
            box_id=box.id,
        ),
    )
    return f"{box.name} in brief comes in a mail of its own"
