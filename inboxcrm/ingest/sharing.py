"""How pollers share the accounts: each an equal part, also one that starts later (by the database's clock).

Each poller says three times in the life of a lease that it lives. Who holds more than its share hands the rest over,
between two looks; who has room takes what is free. So an account is unread for one look at most. What nobody takes
for some looks, as the one with room cannot open it or has ended, anybody takes.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from inboxcrm.base.database import Session, database_now
from inboxcrm.base.settings import Settings
from inboxcrm.base.work import Office
from inboxcrm.ingest.poller_name import is_dead_here
from inboxcrm.ingest.sync.store import count_leases, live_pollers

STOPGAP_LOOKS = 3


def fair_shares(pollers: Collection[str], held: Mapping[str, int], accounts: int) -> dict[str, int]:
    """Give how many accounts each poller is to have: they differ by one at most.

    Those that hold most keep one more where it does not come out even, so that as little as possible changes hands.
    """
    ranked = sorted(set(pollers), key=lambda name: (-held.get(name, 0), name))
    part, rest = divmod(accounts, len(ranked))
    return {name: part + (rank < rest) for rank, name in enumerate(ranked)}


def surplus_of(office: Office, owner: str) -> int:
    """Give how many accounts this poller holds above its share."""
    with office.reading() as session:
        return max(-_room(session, office.settings, owner, database_now(session)), 0)


def has_room(session: Session, settings: Settings, owner: str, now: datetime) -> bool:
    """Tell whether a poller holds less than its share; `now` by the database's clock."""
    return _room(session, settings, owner, now) > 0


def free_for(settings: Settings) -> timedelta:
    """Give for how long an account is left to the one whose share it is."""
    return timedelta(seconds=STOPGAP_LOOKS * settings.running.poll_s)


def _room(session: Session, settings: Settings, owner: str, now: datetime) -> int:
    addresses = [account.address for account in settings.account]
    living = {name for name in live_pollers(session, now) if not is_dead_here(name)} | {owner}
    held = {name: number for name, number in count_leases(session, addresses, now).items() if name in living}
    return fair_shares(living, held, len(addresses))[owner] - held.get(owner, 0)
