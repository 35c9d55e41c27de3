"""Where the lead comes from that a mail makes: its campaign by address or subject, and what that says of it (IN-8)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from inboxcrm.base.settings import Settings


@dataclass(frozen=True, slots=True)
class Origin:
    """A source, and a type and a campaign as far as they are known."""

    source: str
    lead_type: str = ""
    campaign: str = ""


def origin_of_mail(settings: Settings, addresses: Iterable[str], subject: str) -> Origin:
    """Give the origin of a lead that a person's own mail makes, to these addresses with this subject."""
    campaign = settings.campaign_of(list(addresses), subject) if settings.campaign else None
    if campaign is None:
        return Origin("Email")
    return Origin(campaign.source or "Email", campaign.type, campaign.name)
