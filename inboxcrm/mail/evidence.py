"""What an account's receiving server proves of a sender: its configured name, and its provider's habits (T8)."""

from __future__ import annotations

from inboxcrm.base.settings import Account
from inboxcrm.mail.authentication import NO_EVIDENCE, Authentication, read_authentication
from inboxcrm.mail.incoming import Incoming
from inboxcrm.mail.providers import provider_of


def evidence_for(account: Account, incoming: Incoming) -> Authentication:
    """Read the evidence for From in a mail of this account.

    A configured server counts by the general rule, above its own Received line; the provider's own by its row.
    """
    if not is_provable(account):
        return NO_EVIDENCE
    headers, from_domain = incoming.headers, incoming.sender.domain if incoming.sender else ""
    provider = provider_of(account.provider_key)
    configured = account.authentication_server
    if configured and configured != provider.authentication_server:
        return read_authentication(headers, from_domain, configured)
    return read_authentication(
        headers,
        from_domain,
        provider.authentication_server,
        provider.authentication_placement,
        provider.border,
        provider.inner_hosts,
    )


def is_provable(account: Account) -> bool:
    """Tell whether anything that comes in can be proven by the server's word."""
    return (
        bool(account.authentication_server)
        or provider_of(account.provider_key).authentication_server is not None
    )
