"""Amazon SES tells of bounces in JSON, by a mail of its notification service (SNS): a report in other clothes."""

from __future__ import annotations

import json
from typing import Any

from inboxcrm.mail.bounce.address import clean_address
from inboxcrm.mail.header_text import message_id
from inboxcrm.mail.incoming import DeliveryStatus
from inboxcrm.mail.scrub import scrub_line

SENDER = "no-reply@sns.amazonaws.com"
MAX_JSON = 200_000
MAX_DIAGNOSTIC = 1000
_ACTIONS = {"Permanent": "failed", "Transient": "failed", "Undetermined": "failed"}


def read_ses(text: str) -> tuple[list[DeliveryStatus], str | None]:
    """The recipients who bounced and the Message-ID of the mail; complaints and deliveries name nobody."""
    told = _object_in(text)
    if told.get("notificationType", told.get("eventType")) != "Bounce":
        return [], None
    bounce, mail = _part(told, "bounce"), _part(told, "mail")
    action = _ACTIONS.get(str(bounce.get("bounceType")), "failed")
    found = [_status(one, action) for one in _list(bounce, "bouncedRecipients")]
    named = _part(mail, "commonHeaders").get("messageId")
    return [one for one in found if one.address], message_id(str(named)) if named else None


def _status(recipient: Any, action: str) -> DeliveryStatus:
    told = recipient if isinstance(recipient, dict) else {}
    return DeliveryStatus(
        clean_address(str(told.get("emailAddress", ""))),
        str(told.get("action", action)).lower()[:40],
        scrub_line(str(told.get("status", "")))[:40],
        scrub_line(str(told.get("diagnosticCode", "")))[:MAX_DIAGNOSTIC],
    )


def _object_in(text: str) -> dict[str, Any]:
    """The JSON between the first brace and the last, whose long line the mail has folded."""
    start, end = text.find("{"), text.rfind("}", 0, MAX_JSON)
    if start < 0 or ('"notificationType"' not in text and '"eventType"' not in text):
        return {}
    for fold in ("\n ", "\n"):
        try:
            found = json.loads(text[start : end + 1].replace(fold, ""), strict=False)
        except (ValueError, RecursionError):
            continue
        return found if isinstance(found, dict) else {}
    return {}


def _part(told: dict[str, Any], name: str) -> dict[str, Any]:
    found = told.get(name)
    return found if isinstance(found, dict) else {}


def _list(told: dict[str, Any], name: str) -> list[Any]:
    found = told.get(name)
    return found[:1000] if isinstance(found, list) else []
