"""By which mailbox people are told of trouble with mailboxes: by one that has none, where there is one (I15, P13)."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from inboxcrm.base.settings import Settings, User


def way_out(settings: Settings, user: User, broken: Collection[str]) -> str:
    """Choose a shared account that works, else the user's own mailbox if that does, else the house's all the same."""
    own = settings.account_of_user(user.key)
    ways = [one.address for one in settings.account if one.kind == "shared"]
    ways += [own.address] if own else []
    return next((address for address in ways if address not in broken), settings.house_account.address)
