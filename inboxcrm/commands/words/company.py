"""`kind:`, `company:`, `parent:`, `domain:`, `vat:`: what a customer's organization is (OP-14)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inboxcrm.base.errors import Refused
from inboxcrm.base.free_mail import FREE_MAIL
from inboxcrm.base.work import Work
from inboxcrm.commands.scene import Scene, box_of
from inboxcrm.crm.company import add_domain, describe_organization, set_parent
from inboxcrm.crm.deal_name import say_end_user
from inboxcrm.mail.contact_numbers import read_vat_number
from inboxcrm.mail.domains import organizational_domain, plain_domain

if TYPE_CHECKING:
    from inboxcrm.crm.records import Box, Organization

LONGEST_NAME = 200


def say_kind(work: Work, scene: Scene) -> str:
    """Say what an organization is to us: `kind: partner`."""
    box, organization = _organization(work, scene)
    kinds, words = work.settings.people.kinds, " ".join(scene.line.rest.lower().rstrip(".").split())
    if words not in kinds:
        said = f"{words!r} is no kind" if words else "name the kind"
        raise Refused(f"{said}; they are {', '.join(kinds)}")
    old = describe_organization(work, organization, "kind", words, box.id)
    return f"{organization.name} is a {words}{_undo('kind', old, words)}"


def say_name(work: Work, scene: Scene) -> str:
    """Say how an organization is called: `company: Acme Retail`; its legal name is that of its invoice address."""
    box, organization = _organization(work, scene)
    words = _name(scene, "company: Acme Retail")
    old = describe_organization(work, organization, "name", words, box.id)
    return f"{old if old != words else 'it'} is called {words}{_undo('company', old, words)}"


def say_parent(work: Work, scene: Scene) -> str:
    """Say to whom an organization belongs: `parent: Acme Holding`."""
    box, organization = _organization(work, scene)
    old, parent = set_parent(work, organization, _name(scene, "parent: Acme Holding"), box.id)
    return f"{organization.name} belongs to {parent.name}{_undo('parent', old, parent.name)}"


def say_for_whom(work: Work, scene: Scene) -> str:
    """Say for whom a partner buys: `end-user: Beta B.V.`; the deal is named after both (OP-3)."""
    box, organization = _organization(work, scene)
    old, end_user = say_end_user(work, box, _name(scene, "end-user: Beta B.V."))
    renamed = f", and {old} is called {box.name}" if old != box.name else ""
    return f"{organization.name} buys for {end_user.name}{renamed}"


def say_domain(work: Work, scene: Scene) -> str:
    """Say a further domain from which an organization's people write: `domain: acme.nl`."""
    box, organization = _organization(work, scene)
    said = plain_domain(scene.line.rest.rstrip(".").removeprefix("@"))
    domain = organizational_domain(said)
    if not domain or "@" in said or " " in said:
        raise Refused(f"{said!r} is no domain of a company; write such as: domain: acme.nl")
    if domain in FREE_MAIL:
        raise Refused(
            f"anybody can have an address at {domain}; write the address itself: address: bob@{domain}"
        )
    if domain in work.settings.company.domains:
        raise Refused(f"{domain} is our own domain")
    add_domain(work, organization, domain, box.id)
    return f"whoever writes from {domain} is of {organization.name} from now on"


def say_vat_number(work: Work, scene: Scene) -> str:
    """Say an organization's VAT number: `vat: NL001234567B01`; one whose checksum is wrong is refused."""
    box, organization = _organization(work, scene)
    country = organization.country or work.settings.company.country
    number = read_vat_number(scene.line.rest, country)
    if not number:
        raise Refused(
            f"{scene.line.rest!r} is no VAT number: its checksum is wrong, or its country is missing in front;"
            " nothing was changed"
        )
    old = describe_organization(work, organization, "vat_number", number[:20], box.id)
    return f"the VAT number of {organization.name} is {number}{_undo('vat', old, number)}"


def _organization(work: Work, scene: Scene) -> tuple[Box, Organization]:
    box = box_of(work, scene)
    if box.organization is None:
        raise Refused(
            f"{box.name} has no company yet; `invoice to` and its address names it, or a mail from its own domain"
        )
    return box, box.organization


def _name(scene: Scene, example: str) -> str:
    words = " ".join(scene.line.rest.split())
    if not 0 < len(words) <= LONGEST_NAME:
        raise Refused(f"write such as: {example}")
    return words


def _undo(word: str, old: str, new: str) -> str:
    return f"; to undo: {word}: {old}" if old and old != new else ""
