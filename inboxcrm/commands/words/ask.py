"""`ask`: lays a question for what is missing into the rep's Drafts (IN-9)."""

from __future__ import annotations

import re

from inboxcrm.base.errors import Refused
from inboxcrm.base.work import Work
from inboxcrm.commands.scene import Scene, box_of
from inboxcrm.ingest.asking import ASKABLE, draft_question, missing_of

NAMES = {
    **{name.replace("_", " "): name for name in ASKABLE},
    "telephone": "phone", "vat": "vat_number", "users": "size", "number": "size",
}  # fmt: skip
_BETWEEN = re.compile(r"[ \t]{0,5}(?:,|;|\+|\band\b)[ \t]{0,5}")


class NotAskable(Refused):
    """Something for which there is no question."""

    def __init__(self, words: str) -> None:
        known = ", ".join(name.replace("_", " ") for name in ASKABLE)
        super().__init__(f"there is no question for {words!r}; I can ask for {known}")


def ask_customer(work: Work, scene: Scene) -> str:
    """Lay the question: `ask` for all that is missing, `ask: phone, address` for these."""
    box = box_of(work, scene)
    wanted = [part.strip().lower() for part in _BETWEEN.split(scene.line.rest.rstrip(".")) if part.strip()]
    if unknown := next((part for part in wanted if part not in NAMES), None):
        raise NotAskable(unknown)
    asked = [NAMES[part] for part in wanted] or missing_of(work, box)
    if not asked:
        raise Refused("nothing is missing that I could ask for; name it, such as: ask: size, product")
    draft_question(work, box, scene.user, asked, scene.occasion)
    told = ", ".join(name.replace("_", " ") for name in ASKABLE if name in asked)
    return f"a mail that asks for {told} is being laid into your Drafts folder; send it when it is right"
