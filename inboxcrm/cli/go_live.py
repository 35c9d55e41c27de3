"""What `doctor` asks before a team goes live: can everybody work, does somebody get each lead, is all there (MG-7)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from inboxcrm.base.own_time import workdays_of
from inboxcrm.base.settings_leads import SOURCES
from inboxcrm.base.teams import has_roles, teams_of
from inboxcrm.commands.word import FINANCE, MANAGERS
from inboxcrm.crm.lead import SELLING_ROLES
from inboxcrm.mail.evidence import is_provable
from inboxcrm.outbox.render import faulty_templates, letters_without

if TYPE_CHECKING:
    from inboxcrm.base.settings import Settings, User
    from inboxcrm.rules.rule import Rule

Found = tuple[str, str, bool]  # what was looked at, what to say of it, and whether it is right


def look_before_going_live(settings: Settings, rules: Sequence[Rule]) -> Iterator[Found]:
    """Give a line for each thing that must be configured; a line that is not right says what to do."""
    yield from _roles(settings)
    yield from _mailboxes(settings)
    yield from _teams(settings)
    yield from _stages(settings)
    yield _sources(settings)
    yield from _assignment(settings, rules)
    yield from _calendars(settings)
    yield _templates(settings)


def _roles(settings: Settings) -> Iterator[Found]:
    """Name what nobody can do, because no user has the role for it."""
    roles = {user.role for user in settings.user}
    is_right = True
    for needed, lack in (
        (SELLING_ROLES, "new leads are nobody's"),
        (FINANCE, "nobody may say `paid`"),
        (("finance",), "nobody is told of the invoices that go out"),
        (MANAGERS, "nobody gets the managers' digest"),
    ):
        if roles.isdisjoint(needed):
            is_right = False
            yield "users", f"no user is {' or '.join(sorted(needed))}: {lack}", False
    if is_right:
        sellers = [user.key for user in settings.user if user.role in SELLING_ROLES]
        yield "users", f"{', '.join(sellers)} get leads; the digest and finance have their people", True


def _mailboxes(settings: Settings) -> Iterator[Found]:
    """Say of each user by which mailbox his commands are proven: his own, or the house's by its server's word."""
    is_house_provable = any(is_provable(one) for one in settings.account if one.kind == "shared")
    lost = [
        user.key for user in settings.user if not (settings.account_of_user(user.key) or is_house_provable)
    ]
    if lost:
        text = f"nothing that {', '.join(lost)} write can be proven: watch their mailboxes ([[account]] with user)"
        yield "commands", f"{text}, or set authentication_server of the shared one", False
        return
    own = [user.key for user in settings.user if settings.account_of_user(user.key)]
    others = [user.key for user in settings.user if user.key not in own]
    by_own = f"by the Sent folder of {', '.join(own)}" if own else ""
    by_house = f"by the mail server's word of {', '.join(others)}" if others else ""
    yield "commands", f"proven {' and '.join(word for word in (by_own, by_house) if word)}", True


def _teams(settings: Settings) -> Iterator[Found]:
    if not has_roles(settings):
        yield "teams", "none: everybody who sells sees all leads and deals", True
        return
    alone = [user.key for user in settings.user if _is_alone(settings, user)]
    directors = [user.key for user in settings.user if user.role == "sales_director"]
    if alone and not directors:
        text = f"{', '.join(alone)} sell and are in no team, and nobody is sales_director: no manager sees what they do"
        yield "teams", f"{text}; name them in members of a [[team]]", False
        return
    seen = f"; what {', '.join(alone)} have is seen by {', '.join(directors)} alone" if alone else ""
    names = ", ".join(f"{team.name} (led by {team.lead})" for team in settings.team) or "roles are strict"
    yield "teams", f"{names}{seen}", True


def _is_alone(settings: Settings, user: User) -> bool:
    return bool(settings.team) and user.role in SELLING_ROLES and not teams_of(settings, user)


def _stages(settings: Settings) -> Iterator[Found]:
    for one in settings.pipeline:
        yield "stages", f"{one.name}: {', '.join(one.names)}; won from {one.winning.name}", True


def _sources(settings: Settings) -> Found:
    leads = settings.leads
    types = f", types {', '.join(leads.types)}" if leads.types else ", no types"
    campaigns = f", {len(settings.campaign)} campaigns" if settings.campaign else ""
    return "sources", f"{len((*SOURCES, *leads.sources))} of them{types}{campaigns}", True


def _assignment(settings: Settings, rules: Sequence[Rule]) -> Iterator[Found]:
    """Ask whether somebody gets each new lead: a rule assigns it, and somebody can take it wherever it comes from."""
    reps = [user for user in settings.user if user.role in SELLING_ROLES]
    if not any(rule.on == "lead.created" and _assigns(rule) for rule in rules):
        yield "assignment", 'no rule on lead.created has action = "assign": new leads are nobody\'s', False
    elif reps and all(rep.capacity == 0 for rep in reps):
        yield "assignment", "every rep has capacity = 0: new leads go to whoever leads them; raise one", False
    elif reps:
        free = [rep.key for rep in reps if rep.territory.is_everywhere]
        taken = [rep.key for rep in reps if rep.key not in free]
        where = f"what is in the territory of {', '.join(taken)} goes to them, " if taken else ""
        rest = f"to {', '.join(free)} in turn" if free else "to all in turn, as everybody has a territory"
        yield "assignment", f"{where}{'the rest' if taken else 'new leads go'} {rest}", True


def _assigns(rule: Rule) -> bool:
    return any(action.name == "assign" for action in rule.actions)


def _calendars(settings: Settings) -> Iterator[Found]:
    """Name whose holidays are whose, and calendars that are nobody's."""
    countries: dict[str, list[str]] = {}
    for user in settings.user:
        workdays_of(settings, user)
        countries.setdefault(user.country or settings.company.country, []).append(user.key)
    for row in settings.calendar:
        if row.country and row.country not in countries:
            text = (
                f"the days of [[calendar]] country = {row.country!r} are nobody's: no user has this country"
            )
            yield "calendars", text, False
    told = "; ".join(f"{country}: {', '.join(keys)}" for country, keys in countries.items())
    yield "calendars", f"holidays of {told}", True


def _templates(settings: Settings) -> Found:
    """Say whether every letter can be written, and which has no text in a language that is sold in."""
    if faults := faulty_templates():
        return "templates", f"{faults[0]}; install the program again", False
    lacking = {
        language: letters_without(language) for language in settings.sales.languages if language != "en"
    }
    told = "; ".join(
        f"in English, not {language}: {', '.join(names)}" for language, names in lacking.items() if names
    )
    return "templates", f"every letter has its texts{f'; {told}' if told else ''}", True
