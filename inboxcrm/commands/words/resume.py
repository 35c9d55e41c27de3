"""`resume: Acme licences`: a word about a deal of the old CRM wakes it (IN-15)."""

from __future__ import annotations

from inboxcrm.base.errors import Refused
from inboxcrm.base.work import Work
from inboxcrm.commands.reach import OutOfReach, reach_box
from inboxcrm.commands.scene import Scene
from inboxcrm.crm.importing.store import dormant_deals
from inboxcrm.crm.importing.waking import wake_deal


class NameUnclear(Refused):
    """The words name several deals, or none is given; shows the right form. It tells no names: not all may see them."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"{reason}; write the name of the deal as the old system has it, such as: resume: Acme licences"
        )


def resume(work: Work, scene: Scene) -> str:
    """Wake the deal of this name: `resume: Acme licences`."""
    words = scene.line.rest.strip().lstrip(":").strip()
    if not words:
        raise NameUnclear("say which deal is meant")
    found = dormant_deals(work.session, words, limit=20)
    exact = [deal for deal in found if deal.name.casefold() == words.casefold()]
    meant = exact or found
    if not meant:
        raise OutOfReach
    if len(meant) > 1:
        raise NameUnclear(f"more than one deal is called {words!r}")
    [deal] = meant
    box = wake_deal(work, deal, f"{scene.user.name} said so")
    work.session.flush()
    reach_box(work, scene.user, box, scene.line.word)
    if scene.message.box_id is None:
        scene.message.box_id = box.id
    return f"{box.name} is awake; its owner is {box.owner}"
