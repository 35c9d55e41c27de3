"""May a mail be a notice about delivery? Asked of every mail, so it looks at headers alone."""

from __future__ import annotations

import re

from inboxcrm.mail.incoming import Incoming

DAEMON = re.compile(
    r"(?:mailer[._-]?daemon|post_?master|mail[._-](?:daemon|delivery)|mail\.delivery\.system|mdaemon"
    r"|microsoftexchange[0-9a-f]{8,40})(?:[+=_-][^@]*)?@",
    re.IGNORECASE,
)
BOUNCE_SUBJECT = re.compile(
    r"undeliver|delivery (?:status|fail|has failed|notification|problem|report|error|unsuccessful|attempt)"
    r"|returned (?:mail|message|to sender|e-?mail)|returning (?:mail|message|to sender)|mail delivery|failure notice"
    r"|(?:mail|message|delivery|permanent) (?:error|fail|undeliver|could not be|status|system error)|failed delivery"
    r"|delivery (?:has )?(?:failed|failure)|non[ -]?(?:remis|recapitabile|delivery)|not delivered"
    r"|undelivered|bounced?\b|rejected (?:mail|message)|could(?:n't| not) be (?:delivered|sent)"
    r"|unknown (?:user|recipient)|user unknown"
    r"|unzustellbar|nicht zugestellt|niet bezorgd|onbestelbaar|no se puede entregar|devuelt|nieudostarcz"
    r"|не доставлен|недоставлен|配信|メールエラー|エラー通知|送信できません"
    r"|不达|退信|投递失败"
    r"|aws notification message|ej levererat|kunde inte levereras|ikke leveres",
    re.IGNORECASE,
)  # fmt: skip
NOBODY = ("no-reply@", "noreply@")
NOTICE_TYPES = frozenset({"multipart/report", "message/delivery-status", "multipart/x-bounce"})


def may_be_notice(incoming: Incoming) -> bool:
    """Tell whether a mail's headers look like those of a delivery notice."""
    if incoming.is_report or incoming.content_type in NOTICE_TYPES:
        return not is_feedback(incoming)
    if incoming.sender is None or is_daemon(incoming.sender.address):
        return True
    names = incoming.names
    if "x-failed-recipients" in names:
        return True
    is_nobodys = (
        ("return-path" in names and has_null_path(incoming))
        or (
            "auto-submitted" in names
            and (incoming.header("auto-submitted") or "").lower().startswith("auto-")
        )
        or incoming.sender.address.startswith(NOBODY)
    )
    return is_nobodys and BOUNCE_SUBJECT.search(incoming.subject[:200]) is not None


def is_daemon(address: str) -> bool:
    """Tell whether this is an address that mail servers write from."""
    return DAEMON.match(address) is not None


def has_null_path(incoming: Incoming) -> bool:
    """Tell whether it has the empty return path of notices (RFC 5321 section 4.5.5)."""
    path = incoming.header("return-path")
    return path is not None and (path.replace(" ", "") in ("<>", "") or is_daemon(path.lstrip("< ")))


def is_feedback(incoming: Incoming) -> bool:
    """Tell whether it is a complaint (ARF, RFC 5965): the mail was delivered, and somebody called it spam."""
    if incoming.content_type == "multipart/report":
        return "feedback-report" in (incoming.header("content-type") or "").lower()
    return any(one.content_type == "message/feedback-report" for one in incoming.attachments)
