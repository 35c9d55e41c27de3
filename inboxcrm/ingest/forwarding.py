"""Which mails are forwards into the CRM: one of us sends a shared account what somebody outside has written (IN-6).

A customer's own forward never comes here: whoever is not one of us stays the sender of what he sends (T7, P7).
"""

from __future__ import annotations

from inboxcrm.base.settings import Settings
from inboxcrm.mail.envelope import delivered_to
from inboxcrm.mail.forward import Forwarded, read_forward
from inboxcrm.mail.incoming import Incoming

LEAD_PART = "lead"  # sales+lead@… asks for a lead even where the subject shows no forward


def forward_in(incoming: Incoming, settings: Settings) -> Forwarded | None:
    """Give what one of our users has forwarded to a shared account; None if anybody outside got the mail too.

    What one of us wrote first is no forward into the CRM either.
    """
    if incoming.sender is None or settings.user_by_address(incoming.sender.address) is None:
        return None
    named = [one.address for one in (*incoming.to, *incoming.cc)]
    if any(not settings.is_inside(address) for address in named):
        return None
    ours = [one for one in (*named, *delivered_to(incoming)) if settings.is_account_address(one)]
    if not ours:
        return None
    is_asked = any(LEAD_PART in one.partition("@")[0].split("+") for one in ours)
    found = read_forward(incoming, is_asked=is_asked, zone=settings.company.zone)
    return None if found is None or settings.is_inside(found.sender.address) else found
