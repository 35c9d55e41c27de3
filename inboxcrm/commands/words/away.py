"""`away`: tells until when its author is away and who stands in; `back`: that he is there again."""

from __future__ import annotations

from inboxcrm.base.errors import Refused
from inboxcrm.base.settings import User
from inboxcrm.base.spelled import spell_ahead
from inboxcrm.base.work import Work
from inboxcrm.commands.scene import Scene
from inboxcrm.commands.when import read_when
from inboxcrm.crm.absence import end_absence, note_absence


def go_away(work: Work, scene: Scene) -> str:
    """Note the absence: `away until 3 dec`, `away 2 weeks, deputy ben`."""
    words, _, named = scene.line.rest.lower().replace(",", " ").partition(" deputy ")
    zone = work.settings.company.zone
    until = read_when(" ".join(words.split()), work.now, zone, languages=work.settings.commands.languages)
    deputy = _user_named(work, named.strip()) if named else None
    note_absence(
        work,
        scene.user,
        start_at=work.now,
        until_at=until,
        deputy=deputy.key if deputy else None,
        occasion=scene.occasion,
    )
    who = deputy or work.settings.user_by_key(scene.user.deputy or "")
    stands_in = who.name if who else "a manager"
    day = spell_ahead(until.astimezone(zone).date(), work.now.astimezone(zone).date())
    return f"until {day} your new leads, due tasks and notices go to {stands_in}; to undo: back"


def come_back(work: Work, scene: Scene) -> str:
    """End the absence."""
    if not end_absence(work, scene.user):
        raise Refused("you are not away")
    return "welcome back; your leads, tasks and notices come to you again"


def _user_named(work: Work, words: str) -> User:
    """Give the user whose key, name or first name begins so."""
    found = [
        user
        for user in work.settings.user
        if words and (user.key == words or user.name.lower().startswith(words) or user.address == words)
    ]
    if len(found) != 1:
        names = ", ".join(user.key for user in work.settings.user)
        raise Refused(f"who is {words!r}? one of: {names}")
    return found[0]
