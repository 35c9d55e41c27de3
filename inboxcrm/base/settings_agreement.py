"""What tables of config.toml say of each other, and where they do not agree: each fault with its place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from inboxcrm.base.settings_groups import group_faults
from inboxcrm.base.settings_leads import SOURCES
from inboxcrm.base.settings_pipeline import pipeline_faults
from inboxcrm.base.settings_tickets import ticket_faults
from inboxcrm.base.team_agreement import team_faults

if TYPE_CHECKING:
    from inboxcrm.base.settings import Settings
    from inboxcrm.base.settings_form import Form
    from inboxcrm.base.settings_leads import Campaign

Place = tuple[str | int, ...]
Fault = tuple[Place, str]


class Disagreement(ValueError):
    """Tables that do not agree; `faults` are the places, counted from 0, with what is wrong there."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(text for _, text in faults))


def check_agreement(settings: Settings) -> None:
    """Raise Disagreement with everything in which tables do not agree."""
    if faults := [
        *_doubles(settings),
        *_unknown_users(settings),
        *_own_forms(settings),
        *_unknown_names(settings),
        *_unshared(settings),
        *_unknown_products(settings),
        *team_faults(settings),
        *pipeline_faults(settings),
        *ticket_faults(settings),
        *group_faults(settings),
    ]:
        raise Disagreement(faults)


def _doubles(settings: Settings) -> Iterator[Fault]:
    named: dict[tuple[str, str], list[str]] = {
        ("account", "address"): [one.address for one in settings.account],
        ("oauth", "provider"): [one.provider for one in settings.oauth],
        ("webhook", "name"): [one.name for one in settings.webhook],
        ("user", "key"): [one.key for one in settings.user],
        ("user", "address"): [one.address for one in settings.user],
        ("product", "code"): [one.code for one in settings.product],
        ("campaign", "name"): [one.name for one in settings.campaign],
        ("team", "key"): [one.key for one in settings.team],
        ("field", "name"): [one.name for one in settings.field],
    }
    for (table, key), values in named.items():
        for number, value in enumerate(values):
            if value in values[:number]:
                yield (table, number, key), f"{table} {key} {value!r} stands twice"


def _unknown_users(settings: Settings) -> Iterator[Fault]:
    keys = [user.key for user in settings.user]
    listed = f"the users are {', '.join(keys)}"
    for number, account in enumerate(settings.account):
        if account.user and account.user not in keys:
            text = f"account {account.address} belongs to user {account.user!r}, who is not listed; {listed}"
            yield ("account", number, "user"), text
    for number, user in enumerate(settings.user):
        if user.deputy == user.key:
            yield ("user", number, "deputy"), f"{user.key} cannot stand in for {user.key}; {listed}"
        elif user.deputy and user.deputy not in keys:
            yield ("user", number, "deputy"), f"{user.deputy!r} is not the key of a user; {listed}"


def _own_forms(settings: Settings) -> Iterator[Fault]:
    for number, form in enumerate(settings.form):
        if settings.user_by_address(form.sender) or (
            form.sender in settings.company.domains and not form.subject
        ):
            text = f"form {form.sender}: this would take the mail of our own people for forms"
            yield ("form", number, "sender"), text


def _unknown_names(settings: Settings) -> Iterator[Fault]:
    """Find sources and types of forms and campaigns that nobody has named (IN-8)."""
    leads = settings.leads
    tables: tuple[tuple[str, Sequence[Form | Campaign]], ...] = (
        ("form", settings.form),
        ("campaign", settings.campaign),
    )
    for table, rows in tables:
        for number, one in enumerate(rows):
            if one.source and not leads.source_named(one.source):
                text = f"{one.source!r} is no source; they are {', '.join((*SOURCES, *leads.sources))}"
                yield (table, number, "source"), f"{text}, and what sources of [leads] adds"
            if one.type and not leads.type_named(one.type):
                named = ", ".join(leads.types) or "none yet"
                yield (table, number, "type"), f"{one.type!r} is not among the types of [leads]: {named}"


def _unknown_products(settings: Settings) -> Iterator[Fault]:
    """Find products that go with one that is not on the price list (OP-18)."""
    codes = [product.code for product in settings.product]
    for number, product in enumerate(settings.product):
        for code in product.goes_with:
            if code not in codes:
                text = f"{code!r} is not on the price list; the codes are {', '.join(codes)}"
                yield ("product", number, "goes_with"), text
            elif code == product.code:
                yield ("product", number, "goes_with"), f"{code!r} cannot go with itself"


def _unshared(settings: Settings) -> Iterator[Fault]:
    if not any(account.kind == "shared" for account in settings.account):
        yield ("account", 0), 'one account must be kind = "shared": the address that customers write to'
