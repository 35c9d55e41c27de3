"""Was this written by a machine? Bounces, auto-replies and bulk mail, by RFC 3834, RFC 3464 and habit (L1).

The first row of CHECKS that speaks wins, so a bounce is never taken for an auto-reply.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from inboxcrm.mail.bounce.read import read_notice
from inboxcrm.mail.bounce.signs import BOUNCE_SUBJECT, has_null_path, is_daemon, is_feedback
from inboxcrm.mail.incoming import Incoming

Kind = Literal["bounce", "auto-reply", "bulk"]


@dataclass(frozen=True, slots=True)
class Automatic:
    """What kind of automatic mail it is, and the evidence in words for `why`."""

    kind: Kind
    reason: str


_AWAY_SUBJECT = re.compile(
    r"automatic reply\b|auto(?:matic)?[ -]?(?:reply|response|responder)\b|out of (?:the )?office\b"
    r"|abwesenheit(?:snotiz|snachricht|sassistent|sinfo)?\b|automatische (?:antwort|nachricht)\b"
    r"|automatisch antwoord\b|afwezig(?:heid)?(?:sassistent|sbericht)?\b|niet aanwezig\b"
    r"|réponse automatique\b|absen[ct]e? du bureau\b|respuesta automática\b|fuera de (?:la )?oficina\b"
    r"|risposta automatica\b|fuori (?:sede|ufficio)\b|resposta automática\b|fora do escritório\b"
    r"|automatisk svar\b|autosvar\b|fraværende\b|ikke til stede\b|autosvar\b|frånvarande\b|frånvaro\b"
    r"|odpowiedź automatyczna\b|autoodpowiedź\b|poza biurem\b",
    re.IGNORECASE,
)
_NO_REPLY = re.compile(
    r"(?:no|not|do[._-]?not|never|nie|ne)[._-]?(?:reply|respond|antworten|responder)(?:\b|[._+-])", re.I
)
_MACHINES = re.compile(
    r"(?:notifications?|newsletter|news|mailer|bounces?|automated|donotreply|noreply)(?:$|[+._-])", re.I
)
_LIST_FIELDS = ("list-id", "list-unsubscribe", "list-post", "list-help", "list-subscribe", "list-archive")
_BULK_FIELDS = ("feedback-id", "x-campaign", "x-campaignid", "x-mailgun-tag", "x-mc-user", "x-csa-complaints")
_AWAY_FIELDS = ("x-autoreply", "x-autorespond", "x-autoresponse", "x-autoreply-from", "x-mail-autoreply")


def automatic_kind(incoming: Incoming) -> Automatic | None:
    """The kind of automatic mail with its reason, or None for mail that a person wrote."""
    return next((found for check in CHECKS if (found := check(incoming)) is not None), None)


def _complaint(incoming: Incoming) -> Automatic | None:
    return Automatic("bulk", "it is a complaint about a mail (ARF)") if is_feedback(incoming) else None


def _delivery_notice(incoming: Incoming) -> Automatic | None:
    """A mail server's word on a mail: a bounce only if somebody has failed for good."""
    notice = read_notice(incoming)
    if notice is None:
        return None
    failed = [one.address for one in notice.recipients if one.outcome == "failed"]
    if failed:
        return Automatic("bounce", f"no delivery to {', '.join(failed)[:200]} (read as {notice.source})")
    return Automatic("bulk", f"a mail server says that a mail is {notice.recipients[0].outcome}")


def _report(incoming: Incoming) -> Automatic | None:
    return Automatic("bounce", "it is a delivery status report") if incoming.is_report else None


def _failed_recipients(incoming: Incoming) -> Automatic | None:
    if "x-failed-recipients" in incoming.names:
        return Automatic("bounce", "it has X-Failed-Recipients")
    return None


def _daemon(incoming: Incoming) -> Automatic | None:
    """Bounces that nobody can read: a mailer daemon, or a null return path with the subject of a bounce."""
    address = incoming.sender.address if incoming.sender else ""
    is_null = has_null_path(incoming)
    if address.startswith("mailer-daemon@") or (is_null and is_daemon(address)):
        return Automatic("bounce", f"a mailer daemon wrote it ({address})")
    is_nobody = is_null or not address or incoming.content_type == "multipart/report"
    if (is_nobody or is_daemon(address)) and BOUNCE_SUBJECT.search(incoming.subject[:200]):
        return Automatic("bounce", "the subject of a bounce, and nobody to answer to")
    return None


def _auto_submitted(incoming: Incoming) -> Automatic | None:
    """RFC 3834 section 5: a keyword, perhaps parameters and comments; `no` is what people send."""
    for value in incoming.all_headers("auto-submitted"):
        keyword = re.split(r"[\s;(]", value.strip(), maxsplit=1)[0].lower()
        if keyword == "auto-replied":
            return Automatic("auto-reply", "Auto-Submitted: auto-replied")
        if keyword and keyword != "no" and not _is_list(incoming):
            is_away = _AWAY_SUBJECT.match(incoming.subject[:100]) is not None
            return Automatic("auto-reply" if is_away else "bulk", f"Auto-Submitted: {keyword[:40]}")
    return None


def _away_field(incoming: Incoming) -> Automatic | None:
    for name in _AWAY_FIELDS:
        value = incoming.header(name)
        if value is not None and value.strip().lower() not in ("no", "false", "0"):
            return Automatic("auto-reply", f"it has {name}")
    if (incoming.header("precedence") or "").strip().lower() in ("auto_reply", "auto-reply"):
        return Automatic("auto-reply", "Precedence: auto_reply")
    return None


def _away_subject(incoming: Incoming) -> Automatic | None:
    """The usual words at the start of the subject, or further in with other evidence."""
    subject = incoming.subject[:200]
    if _AWAY_SUBJECT.match(subject.lstrip("[( ")):
        return Automatic("auto-reply", f"its subject starts like one ({subject[:40]!r})")
    is_marked = subject.lower().startswith("auto:") or (
        bool(_precedence(incoming)) and not _is_list(incoming)
    )
    is_by_machine = is_marked or has_null_path(incoming) or _suppresses(incoming)
    if is_by_machine and _AWAY_SUBJECT.search(subject):
        return Automatic(
            "auto-reply", f"its subject speaks of absence, its form of a machine ({subject[:40]!r})"
        )
    return None


def _list(incoming: Incoming) -> Automatic | None:
    name = next((name for name in _LIST_FIELDS if incoming.header(name)), None)
    return Automatic("bulk", f"it has {name}") if name else None


def _bulk(incoming: Incoming) -> Automatic | None:
    if precedence := _precedence(incoming):
        return Automatic("bulk", f"Precedence: {precedence}")
    name = next((name for name in _BULK_FIELDS if incoming.header(name)), None)
    return Automatic("bulk", f"it has {name}") if name else None


def _machine(incoming: Incoming) -> Automatic | None:
    """Null return path, a wish for no answers, or an address that nobody reads."""
    if has_null_path(incoming):
        return Automatic("auto-reply", "null return path")
    if _suppresses(incoming):
        return Automatic("bulk", "X-Auto-Response-Suppress")
    local = incoming.sender.address.rpartition("@")[0] if incoming.sender else ""
    if _NO_REPLY.search(local) or _MACHINES.match(local):
        return Automatic("bulk", f"nobody reads {local}@")
    return None


CHECKS: tuple[Callable[[Incoming], Automatic | None], ...] = (
    _complaint,
    _delivery_notice,
    _report,
    _failed_recipients,
    _daemon,
    _auto_submitted,
    _away_field,
    _away_subject,
    _list,
    _bulk,
    _machine,
)


def _is_list(incoming: Incoming) -> bool:
    return any(incoming.header(name) for name in _LIST_FIELDS)


def _suppresses(incoming: Incoming) -> bool:
    """Exchange's wish; `None` and read receipts alone say nothing of the writer."""
    wishes = {wish.strip().lower() for wish in (incoming.header("x-auto-response-suppress") or "").split(",")}
    return bool(wishes & {"all", "autoreply", "oof"})


def _precedence(incoming: Incoming) -> str:
    value = (incoming.header("precedence") or "").strip().lower()
    return value if value in ("bulk", "list", "junk") else ""
