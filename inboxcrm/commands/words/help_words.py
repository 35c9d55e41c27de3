"""`help`: lists the words that the asker may say."""

from __future__ import annotations

from inboxcrm.base.work import Work
from inboxcrm.commands.scene import Scene


def list_words(work: Work, scene: Scene) -> str:
    """List the words with an example of each."""
    from inboxcrm.commands.table import WORDS  # the table lists this word too

    mine = [f"{word.example}: {word.meaning}" for word in WORDS if scene.user.role in word.roles]
    return "\n".join(("you can answer, each on a line of its own:", *mine))
