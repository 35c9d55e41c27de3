"""`role signatory: Bob Brouwer`, `billing: anna@acme.example`: what people at a customer are on a deal (OP-14)."""

from __future__ import annotations

from inboxcrm.base.errors import Refused
from inboxcrm.base.work import Work
from inboxcrm.commands.person import person_meant
from inboxcrm.commands.scene import Scene, box_of
from inboxcrm.crm.enough_people import check_people
from inboxcrm.crm.role import give_role, take_role

ALWAYS = " always"
NOT = "not "


class RoleUnknown(Refused):
    """A role that the configuration does not know; names those that it knows."""

    def __init__(self, words: str, roles: tuple[str, ...]) -> None:
        said = f"{words!r} is no role" if words else "no role is said"
        super().__init__(f"{said}; they are {', '.join(roles)}; write such as: role {roles[0]}: Bob Brouwer")


def say_role(work: Work, scene: Scene) -> str:
    """Note a role: `role signatory: Bob`, `role billing: Bob always` for all deals, `role billing: not Bob`."""
    role, colon, whom = scene.line.rest.partition(":")
    named = " ".join(role.lower().split())
    if not colon or named not in work.settings.people.roles:
        raise RoleUnknown(role.strip() if colon else "", work.settings.people.roles)
    return _say(work, scene, named, whom)


def say_named_role(work: Work, scene: Scene) -> str:
    """Note the role that the word itself names: `billing: anna@acme.example`."""
    if scene.line.word not in work.settings.people.roles:
        raise RoleUnknown(scene.line.word, work.settings.people.roles)
    return _say(work, scene, scene.line.word, scene.line.rest)


def _say(work: Work, scene: Scene, role: str, words: str) -> str:
    whom = words.strip().rstrip(".")
    is_everywhere = whom.lower().endswith(ALWAYS)
    whom = (whom[: -len(ALWAYS)] if is_everywhere else whom).strip(" ,")
    is_over = whom.lower().startswith(NOT)
    whom = whom[len(NOT) :] if is_over else whom
    if not whom:
        raise Refused(f"nobody is named; write such as: role {role}: Bob Brouwer")
    box = box_of(work, scene)
    contact = person_meant(work, box, whom)
    where = (
        f"every deal of {contact.organization.name}" if is_everywhere and contact.organization else box.name
    )
    again = f"{contact.name}{ALWAYS if is_everywhere else ''}"
    if is_over:
        take_role(work, box, contact, role, is_everywhere=is_everywhere)
        return f"{contact.name} is no longer {role} of {where}; to undo: role {role}: {again}"
    if not give_role(work, box, contact, role, is_everywhere=is_everywhere):
        return f"{contact.name} is {role} of {where} already"
    check_people(work, box)
    return f"{contact.name} is {role} of {where}; to undo: role {role}: {NOT}{again}"
