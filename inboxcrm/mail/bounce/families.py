"""How mail servers that know no RFC 3464 write a bounce: a literal table, one row for each way of saying it.

A row is a sentence of the server, in lower case with single spaces, and where the recipients stand: in lines of their
own behind it (`listed`), in the sentence itself (`named`), or as bare local parts of the server's own domain (`bare`).
The first row that yields a recipient wins. Every pattern is linear.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from inboxcrm.mail.bounce.address import clean_address

Shape = Literal["listed", "named", "bare"]


@dataclass(frozen=True, slots=True)
class Family:
    """A way of writing bounces; `phrases` are what it says right before the recipients."""

    name: str
    shape: Shape
    phrases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """One recipient as a text names him, with the words that stand behind him."""

    address: str
    words: str
    also: tuple[str, ...] = ()


FAMILIES: tuple[Family, ...] = (
    Family("exim", "listed", ("following address(es) failed:", "following address failed:",
        "following addresses failed:")),
    Family("exim, delayed", "listed", ("message has not yet been delivered is:",
        "message has not yet been delivered are:")),
    Family("gmail", "listed", ("delivery to the following recipient failed permanently:",
        "delivery to the following recipients failed permanently:",
        "delivery to the following recipient has been delayed:",
        "delivery to the following recipients failed.", "delivery to the following recipients failed",
        "delivery to the following recipient failed")),
    Family("qmail", "listed", ("to deliver your message to the following addresses.",
        "deliver your message to the following address.",
        "unable to deliver your message to the following addresses",
        "to deliver your message to the following address")),
    Family("yahoo", "listed", ("unable to deliver your message to the following address.",
        "unable to deliver your message to the following addresses.",
        "unable to deliver message to the following address(es).")),
    Family("sendmail", "listed", ("the following addresses had permanent fatal errors",
        "the following addresses had transient non-fatal errors",
        "the following addresses had delivery problems", "the following addresses had delivery errors",
        "failed addresses follow:", "the following addresses had permanent delivery errors",
        "the following address had", "the following addresses had fatal errors",
        "the following recipients had")),
    Family("postfix", "listed", ("the mail system", "the postfix program", "the postfix on ",
        "your message could not be delivered to")),
    Family("exchange", "listed", ("did not reach the following recipient(s):",
        "did not reach the following recipient:", "could not be delivered to the following recipient(s):",
        "delivery has failed to these recipients or distribution lists:",
        "delivery has failed to these recipients or groups:",
        "could not be delivered to the following recipients:",
        "diagnostic information for administrators:", "could not be delivered to the following recipients",
        "the following recipient(s) cannot be reached:", "the following recipients cannot be reached:")),
    Family("domino", "listed", ("was not delivered to:", "failure reasons")),
    Family("opensmtpd", "listed", ("list of recipients:",)),
    Family("courier", "listed", ("to the following recipients cannot be delivered:",
        "following recipients cannot be delivered", "undeliverable mail",
        "your message cannot be delivered to the following recipients:",
        "could not deliver your message to the following recipients:")),
    Family("m-filter", "listed", ("以下のメールアドレスへの送信に失敗しました",)),
    Family("ezweb", "listed", ("the user(s) account is", "the user(s) ",
        "each of the following recipients was rejected by a remote mail server.",
        "the following recipients did not receive this message:",
        "the following recipients were affected:", "recipients returned permanent errors:",
        "here is your list of failed recipients", "here is your returned mail",
        "the following recipients could not be delivered to:",
        "the following recipient could not be reached:", "delivery failed to the following recipients",
        "failed recipients:", "failed recipient:", "the following destination addresses were unknown",
        "the following address is unknown")),
    Family("mimecast", "listed", ("to send to the following address could not be delivered:",
        "to the following recipients was aborted")),
    Family("zoho", "named", ("status: error, address:",)),
    Family("dragonfly", "named", ("error delivering your mail to",)),
    Family("imail", "named", ("unknown user:", "user mailbox exceeds allowed size:", "undeliverable to",
        "unknown host:", "invalid final delivery userid:", "user unknown:", "attempts:", "no such user:",
        "recipient address:", "delivery failed for", "cannot deliver to", "recipient unknown:",
        "message not delivered to:", "failed recipient is:")),
    Family("mailfoundry", "named", ("unable to deliver message to:", "could not be delivered to:",
        "unable to deliver to:", "failed to deliver to", "could not deliver your message to",
        "delivery failed to:")),
    Family("aol", "bare", ("your mail to the following recipients could not be delivered",)),
    Family("novell", "listed", ("undeliverable to the following:",
        "could not be delivered to one or more of its recipients",
        "could not be delivered to one or more recipients", "following recipients could not be reached",
        "following recipient(s) could not be reached", "unable to deliver", "could not be delivered",
        "not be delivered to", "delivery failed", "undeliverable",
        "we had trouble delivering your message", "this message was undeliverable", "was not delivered",
        "cannot be delivered", "could not be sent", "n'a pas pu", "konnte nicht", "kon niet", "no se pudo",
        "no se ha podido", "non ha potuto", "impossibile")),
)  # fmt: skip

ADDRESS = r'(?:"[^"\n]{1,64}"|[^\s<>()\[\]:;,"@]{1,100})@\[?[\w.#-]{1,253}\]?'
_LISTED = re.compile(
    rf"^([ \t>*-]{{0,24}})(?:smtp:|rfc822;[ \t]?|to:[ \t]{{0,8}}|[\"'<(\[]){{0,3}}({ADDRESS})([^\n]{{0,500}})",
    re.I,
)
_NAMED = re.compile(rf"[\s<\"':]{{0,40}}({ADDRESS})([^\n]{{0,500}})")
_FROM = re.compile(
    rf"(?:generated from|generated by|expanded from|forwarded from)[\s:<]{{1,4}}({ADDRESS}|[\w.-]{{1,64}})",
    re.I,
)
_RCPT = re.compile(
    rf"RCPT TO:[ \t]{{0,3}}<({ADDRESS})>[^\n]{{0,200}}\n(?:[^\n]{{0,300}}\n){{0,2}}?"
    r"[^\n]{0,40}\b([45]\d\d[ -][^\n]{0,300})",
    re.I,
)
_REPLY = re.compile(rf"^[ \t]{{0,8}}[45]\d\d[ -][^\n<]{{0,80}}<({ADDRESS})>([^\n]{{0,300}})", re.M)
_RCPT_ALONE = re.compile(rf"RCPT TO:[ \t]{{0,3}}<?({ADDRESS})", re.I)
_RULER = re.compile(r"[ \t]{0,40}[-*_=#|]{5}")
_BARE_NAME = re.compile(r"[ \t]{1,24}([A-Za-z0-9._+-]{1,64})[ \t]{0,8}$")
# A server breaks its lines where it likes.
_PHRASES = tuple(
    (family, re.compile(re.escape(phrase).replace(r"\ ", r"\s{1,40}")))
    for family in FAMILIES
    for phrase in family.phrases
)
MAX_LINES = 400
MAX_LEAD = 24


def read_families(words: str, domain: str) -> tuple[str, list[Said]]:
    """Who failed by the first format that fits, with its name; `domain` is the server's own."""
    lower = words.lower()
    for family, phrase in _PHRASES:
        said = phrase.search(lower)
        if said and (found := _READERS[family.shape](words, said.end(), domain)):
            return family.name, found
    if found := _transcript(words):
        return "smtp transcript", found
    return "", []


def _listed(words: str, start: int, domain: str) -> list[Said]:
    """Addresses that begin a line, none deeper than the first; what follows each are his words."""
    found: list[tuple[str, list[str]]] = []
    depth = 0
    for number, line in enumerate(words[start:].split("\n", MAX_LINES)[:MAX_LINES]):
        hit = _LISTED.match(line) if "@" in line else None
        if hit and (not found or len(hit[1].expandtabs()) <= depth):
            depth = len(hit[1].expandtabs()) if not found else depth
            found.append((hit[2], [hit[3]]))
        elif found and _RULER.match(line):
            break
        elif found:
            found[-1][1].append(line)
        elif number > MAX_LEAD:
            break
    return [_said(address, lines) for address, lines in found]


def _named(words: str, start: int, domain: str) -> list[Said]:
    hit = _NAMED.match(words, start)
    return [_said(hit[1], [hit[2], words[hit.end() : hit.end() + 600]])] if hit else []


def _bare(words: str, start: int, domain: str) -> list[Said]:
    """Local parts without their domain, which is the one that the notice came from."""
    lines = words[start:].split("\n", MAX_LINES)[:MAX_LINES]
    names = [hit[1] for line in lines if (hit := _BARE_NAME.match(line))]
    return [Said(f"{name}@{domain}".lower(), words[start : start + 300]) for name in names if domain]


_READERS = {"listed": _listed, "named": _named, "bare": _bare}


def _transcript(words: str) -> list[Said]:
    """The conversation with the next server: who was refused there."""
    found = {clean_address(hit[1]): hit[0] for pattern in (_REPLY, _RCPT) for hit in pattern.finditer(words)}
    if not found:
        named = {clean_address(hit[1]) for hit in _RCPT_ALONE.finditer(words)}
        found = dict.fromkeys(named, words[:1000]) if len(named) == 1 else {}
    return [Said(address, text) for address, text in found.items()]


def _said(address: str, lines: list[str]) -> Said:
    words = "\n".join(lines)[:2000]
    return Said(
        clean_address(address), words, tuple(clean_address(one) for one in _FROM.findall(words[:400]))
    )
