"""All actions of rules by the word that rule files use."""

from __future__ import annotations

from inboxcrm.rules.actions import ask, assign, bant, digest, notice, open_renewal, remind, task
from inboxcrm.rules.actions.shape import Verb

ACTIONS: dict[str, Verb] = {
    "ask": ask.VERB,
    "assign": assign.VERB,
    "bant": bant.VERB,
    "digest": digest.VERB,
    "notice": notice.VERB,
    "open_renewal": open_renewal.VERB,
    "remind": remind.VERB,
    "task": task.VERB,
}
