"""`help`: lists the words that the asker may say."""

from __future__ import annotations

from inboxcrm.base.work import Work
from inboxcrm.commands.scene import Scene


def list_words(work: Work, scene: Scene) -> str:
    """List the words with an example of each."""
    from inboxcrm.commands.table import WORDS  # the table lists this word too

    return "you can answer: " + "; ".join(
        f"{w.example} ({w.meaning})" for w in WORDS if scene.user.role in w.roles
    )
