"""Which capture policy is in force on a mailbox: what is configured, and what its owner has said (V11, P23).

Shared mailboxes follow the configuration. On a personal one `all` in the configuration is only a request: it takes
force with its owner's own word, for mail that comes from then on.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from inboxcrm.base.database import Session
from inboxcrm.base.settings import Account, Settings
from inboxcrm.base.work import Work
from inboxcrm.ingest import events
from inboxcrm.ingest.store import account_by_address, lock_account


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy, since when `all` holds, and what holds for mail that came before."""

    name: str
    since: datetime | None
    narrow: str

    def at(self, received_at: datetime) -> str:
        """Give the policy for a mail by the moment at which it came."""
        is_earlier = self.name == "all" and self.since is not None and received_at < self.since
        return self.narrow if is_earlier else self.name


def policy_in_force(session: Session, account: Account) -> Policy:
    """Give the policy of a mailbox as of now."""
    if account.kind == "shared":
        return Policy(account.policy, None, account.policy)
    narrow = "known" if account.policy == "all" else account.policy
    row = account_by_address(session, account.address)
    if row is None or row.policy is None or (row.policy == "label" and not account.label):
        return Policy(narrow, None, narrow)
    return Policy(row.policy, row.policy_at, narrow)


def reads_heads_first(session: Session, settings: Settings, account: Account) -> bool:
    """Tell whether mail of a mailbox is judged by its headers before anything else of it is fetched."""
    is_listed = bool(account.never_log or settings.capture.never_log)
    return account.kind == "personal" or is_listed or account.policy != "all"


def set_policy(work: Work, account: Account, policy: str) -> None:
    """Put a policy in force on a personal mailbox because its owner says so; mail that came before is not touched."""
    row = lock_account(work.session, account.address)
    if row.policy == policy:
        return
    old = policy_in_force(work.session, account).name
    row.policy, row.policy_at = policy, work.now
    work.emit(events.CAPTURE_CHANGED, ("account", row.id), old=old, new=policy)
