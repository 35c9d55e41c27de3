"""Why a recipient failed: the enhanced status code (RFC 3463) and a category, from codes and words."""

from __future__ import annotations

import re

from inboxcrm.mail.bounce.notice import Reason

_ENHANCED = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_REPLY = re.compile(r"(?<![\d.])([45])\d\d(?=[ \-#;:,)]|$)")

# Words of servers, in lower case without addresses; the first row with a word in the text counts, so what is more
# exact stands further up, and what many servers say of anything at the end.
WORDS: tuple[tuple[Reason, tuple[str, ...]], ...] = (
    ("user unknown", ("recipient address rejected: access denied",)),
    ("mailbox full", ("message size exceeds remaining",)),
    ("policy", ("receiving mail at a rate", "receiving mail too quickly", "relay quota", "daily limit",
        "hourly limit", "invalid ip for sending", "bad dns ptr", "client host rejected", "sender rejected",
        "sender was rejected", "sender address", "too many recipients", "frequency limited", "valid from:",
        "mismatches client", "unverifyable", "sending domain")),
    ("host unknown", ("host or domain name not found", "name service error", "host unknown",
        "unknown host", "host not found", "domain not found", "domain name not found",
        "domain does not exist", "no such domain", "nxdomain", "domain is not reachable",
        "dns lookup failure", "couldn't find any host", "unrouteable mail domain",
        "bad destination system", "unknown domain", "null mx", "illegal host", "does not accept mail",
        "name or service not known", "host lookup did not complete", "domain has no mx", "no mx record")),
    ("too big", ("too large", "too big", "message size", "exceeds the maximum", "size exceeds",
        "maximum size", "larger than", "exceeds size limit", "line limit exceeded", "size limit")),
    ("mailbox full", ("mailbox full", "mailbox is full", "mailbox has exceeded", "over quota", "overquota",
        "over the quota", "quota exceed", "exceeded storage", "out of storage", "exceeds allowed size",
        "storage limit", "is full", "insufficient storage", "not enough space", "too much mail",
        "no space left", "quota", "exceeded the local limit", "disk space", "一杯")),
    ("suspended", ("suspend", "disabled", "inactive", "deactivated", "not active", "no longer active",
        "frozen", "account expired", "account closed", "mailbox closed", "account is closed", " locked")),
    ("policy", ("spam", "blocked", "blacklist", "block list", "blocklist", "dnsbl", "reputation", "dmarc",
        " spf", "dkim", "policy", "unsolicited", "virus", "access denied", "not authorized", "relaying",
        "relay access", "open relay", "greylist", "graylist", "rate limit", "too many connections",
        "too many messages", "reverse dns", "ptr record", "banned", "refused to talk", "junk",
        "authentication", "not permitted", "forbidden", "suspicious", "abuse",
        "rejected by the recipient domain", "message rejected", "mail rejected", "message refused",
        "administrative prohibition", "not allowed", "attachment", "malicious", "bulk mail",
        "content reject", "sender denied", "sender verify", "sender policy")),
    ("user unknown", ("user unknown", "unknown user", "no such user", "user not", "no mailbox",
        "mailbox unavailable", "mailbox not found", "unknown recipient", "recipient unknown", "not exist",
        "doesn't exist", "recipient rejected", "address rejected", "may not exist", "invalid recipient",
        "no such address", "address unknown", "unknown address", "not listed in", "unknown local",
        "no account", "not recognized", "invalid mailbox", "no such recipient", "bad destination mailbox",
        "unrouteable address", "doesn't have a", "no such mailbox", "unknown mailbox", "no such person",
        "invalid address", "user doesn't", "not found", "could not be found", "wasn't found",
        "couldn't be found", "not a valid", "invalid user", "recipient no longer",
        "does not like recipient", "not a known user", "no local mailbox", "illegal alias",
        "unknown account", "possibly incorrect", "not our customer")),
    ("expired", ("expired", "timed out", "timeout", "too long", "gave up", "giving up", "in the queue",
        "connection refused", "not yet been delivered", "delayed", "deferred", "retry", "retries",
        "could not connect", "try later", "unable to connect", "try again", "long time",
        "connection dropped", "lost connection", "attempts", "network is unreachable", "no route to host",
        "not reachable", "requests to connect", "was aborted after", "network error", "will be retried",
        "expire")),
    ("policy", ("rejected", "refused", "denied")),
)  # fmt: skip

# Enhanced codes by their last two numbers; `5.1.1` of many servers means anything, so words go first.
BY_STATUS: dict[str, Reason] = {
    "1.0": "user unknown", "1.1": "user unknown", "1.2": "host unknown", "1.3": "user unknown",
    "1.4": "user unknown", "1.6": "user unknown", "1.7": "policy", "1.8": "policy", "1.10": "host unknown",
    "2.0": "other", "2.1": "suspended", "2.2": "mailbox full", "2.3": "too big", "3.1": "mailbox full",
    "3.4": "too big", "4.1": "expired", "4.2": "expired", "4.3": "expired", "4.4": "host unknown",
    "4.6": "expired", "4.7": "expired", "7.0": "policy", "7.1": "policy", "7.2": "policy",
}  # fmt: skip
SURE = frozenset({"1.7", "1.8", "2.2", "2.3", "3.4"})
_FOREIGN = re.compile(r"https?://\S{1,500}|[^\s<>@]{1,100}@[^\s<>,;]{1,253}|\[[^\]\n]{0,200}\]")
MAX_WORDS = 1500


def status_of(given: str, words: str) -> str:
    """The most telling code: the field's, unless it says no more than its class and the words know better.

    Without any, the class of an SMTP reply; a failure of which nothing is known is permanent.
    """
    own = _ENHANCED.search(given)
    said = _ENHANCED.search(words)
    if own and (not own[1].endswith(".0.0") or said is None or said[1][0] == "2"):
        return own[1]
    if said and said[1][0] != "2":
        return said[1]
    reply = _REPLY.search(words)
    return f"{reply[1]}.0.0" if reply else ""


def reason_of(status: str, words: str) -> Reason:
    """The category: a sure code, else the server's words, else what the code may mean."""
    detail = status.partition(".")[2]
    if detail in SURE:
        return BY_STATUS[detail]
    text = " ".join(_FOREIGN.sub(" ", words[:MAX_WORDS]).lower().split())
    for reason, signs in WORDS:
        if any(sign in text for sign in signs):
            return reason
    if detail.startswith("7."):
        return "policy"
    return BY_STATUS.get(detail, "other")
