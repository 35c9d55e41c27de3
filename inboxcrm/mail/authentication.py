"""What our own receiving server says about the sender: Authentication-Results (RFC 8601), read tolerantly (T8).

Anybody can write such a line into his mail. Only lines count that the configured server itself put on top,
that is above the first Received line that it wrote. A server that writes them below its own Received line, or
names itself otherwise there, gives no evidence that way; where it is known to add one to every mail, its
provider row says `topmost`, and only the very first of all these lines counts, if it bears the server's name.
SPF never counts: it speaks of the envelope, not of From.

Can an attacker get a line of his topmost? Every server puts its own lines on top of what it was given, so only where
the provider's outermost server (the *border*) added none: mail that a provider fetched from a foreign mailbox, mail
that was imported or submitted from within. So `topmost` also wants the border's Received line at its place: no Received
line of a foreign server above it, and the results above it or, if they bear a name, right below it, before the next
Received line. What remains is a border server that adds none to a mail from outside; Google's and Microsoft's add one
to each. A line without a name counts above the border's line only: there the attacker has no place at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from inboxcrm.mail.domains import organizational_domain, plain_domain

Placement = Literal["above-received", "topmost"]
MAX_LINE = 20_000
_WORD = re.compile(r'"((?:[^"\\]|\\.)*)"|[^\s;="]+|[=;]')
_ADDRESS = re.compile(r"\[?(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,8})\]?$")
_BY = re.compile(r"(?:^|\s)by\s+([^\s;]+)")


@dataclass(frozen=True, slots=True)
class Authentication:
    """The server's verdicts ("" if it gave none), the domains whose DKIM signature passed, and the answer."""

    dmarc: str
    dkim: str
    dkim_domains: tuple[str, ...]
    is_aligned: bool


NO_EVIDENCE = Authentication("", "", (), False)


@dataclass(frozen=True, slots=True)
class Verdict:
    """One method's result with its properties, as `header.d`."""

    method: str
    result: str
    properties: dict[str, str]


def read_authentication(
    headers: Sequence[tuple[str, str]],
    from_domain: str,
    server: str | None,
    placement: Placement = "above-received",
    border: str = "",
    inner_hosts: Sequence[str] = (),
) -> Authentication:
    """The evidence for From in the headers (lower-cased names, top to bottom).

    `server` is the authserv-id configured for the account; None means no evidence. With placement "topmost"
    it may be "" for a provider whose lines name no server; `border` and `inner_hosts` are then its row's.
    "*.example.com" stands for any host below example.com.
    """
    if server is None or (not server and placement != "topmost"):
        return NO_EVIDENCE
    if placement == "above-received":
        lines = _own_lines(headers, server)
    else:
        lines = _topmost_line(headers, border or server, inner_hosts, is_named=bool(server))
    verdicts = [verdict for line in lines for verdict in _verdicts(line, server)]
    dmarc = _worst([v for v in verdicts if v.method == "dmarc"], {"pass"})
    signatures = [v for v in verdicts if v.method == "dkim"]
    passed = [v for v in signatures if v.result == "pass"]
    domains = tuple(dict.fromkeys(domain for v in passed if (domain := _signer(v))))
    dkim = "pass" if passed else (signatures[0].result if signatures else "")
    wanted = plain_domain(from_domain)
    is_dmarc = dmarc == "pass" and all(
        plain_domain(v.properties.get("header.from", wanted)) == wanted
        for v in verdicts
        if v.method == "dmarc"
    )
    is_aligned = bool(wanted) and (is_dmarc or any(_is_same_organization(d, wanted) for d in domains))
    return Authentication(dmarc, dkim, domains, is_aligned)


def _own_lines(headers: Sequence[tuple[str, str]], server: str) -> list[str]:
    """The lines above the server's first Received line; none at all if it wrote no such line."""
    lines: list[str] = []
    for name, value in headers:
        if name == "authentication-results":
            lines.append(value[:MAX_LINE])
        elif name == "received" and _is_host(_writer(value), server):
            return lines
    return []


def _topmost_line(
    headers: Sequence[tuple[str, str]], border: str, inner_hosts: Sequence[str], *, is_named: bool
) -> list[str]:
    """The first of all results, if it stands where the border server writes it; see the top of this file."""
    line, is_past_border = "", False
    for name, value in headers:
        if name == "authentication-results":
            line = line or value[:MAX_LINE]
        elif name == "received":
            if is_past_border:
                break
            writer = _writer(value)
            if _is_host(writer, border):
                is_past_border = True
                if not is_named:
                    break
            elif not (_ADDRESS.match(writer) or any(_is_host(writer, f"*.{host}") for host in inner_hosts)):
                break
        if line and is_past_border:
            break
    return [line] if line and is_past_border else []


def _writer(received: str) -> str:
    """The host that wrote a Received line, in lower case; "" if it does not say."""
    by = _BY.search(" ".join(_without_comments(received[:MAX_LINE]).lower().split()))
    return by[1].rstrip(".") if by else ""


def _is_host(host: str, wanted: str) -> bool:
    """Whether it is this host, or any below it if the wanted one begins with `*.`."""
    host, wanted = host.lower().rstrip("."), wanted.lower().rstrip(".")
    return host.endswith(wanted[1:]) if wanted.startswith("*.") else host == wanted


def _verdicts(line: str, server: str) -> Iterator[Verdict]:
    """The results of a line that bears the server's name; of another's line nothing."""
    clauses = [list(clause) for clause in _clauses(_without_comments(line))]
    if not clauses:
        return
    if "=" in clauses[0]:
        named, results = "", clauses
    else:
        named, results = (clauses[0][0] if clauses[0] else ""), clauses[1:]
    if not _is_host(named, server):
        return
    for words in results:
        pairs = [(words[i - 1], words[i + 1]) for i in range(1, len(words) - 1) if words[i] == "="]
        if pairs:
            (method, result), *rest = pairs
            properties = {key.lower(): value for key, value in reversed(rest)}
            yield Verdict(method.lower().partition("/")[0], result.lower(), properties)


def _clauses(text: str) -> Iterator[list[str]]:
    """The words of each part between semicolons; `=` is a word, quotes are taken off."""
    words: list[str] = []
    for found in _WORD.finditer(text):
        if found[0] == ";":
            yield words
            words = []
        else:
            words.append(found[1] if found[1] is not None else found[0])
    yield words


def _without_comments(text: str) -> str:
    """The text without (nested (comments)); quoted strings stay, an open comment swallows the rest."""
    out: list[str] = []
    depth = 0
    is_quoted = is_escaped = False
    for char in text:
        if is_escaped:
            is_escaped = False
        elif char == "\\":
            is_escaped = True
        elif char == '"' and not depth:
            is_quoted = not is_quoted
        elif char == "(" and not is_quoted:
            depth += 1
        elif char == ")" and depth and not is_quoted:
            depth -= 1
            out.append(" ")
            continue
        if not depth:
            out.append(char)
    return "".join(out)


def _worst(verdicts: Iterable[Verdict], good: set[str]) -> str:
    """The first result that is not good, else the first: two verdicts that differ are no pass."""
    results = [verdict.result for verdict in verdicts]
    return next((result for result in results if result not in good), results[0] if results else "")


def _signer(verdict: Verdict) -> str:
    """The signing domain: header.d, else the domain of header.i."""
    named = verdict.properties.get("header.d") or verdict.properties.get("header.i", "").rpartition("@")[2]
    return plain_domain(named)


def _is_same_organization(signer: str, author: str) -> bool:
    """Relaxed alignment (RFC 7489 section 3.1.1)."""
    organization = organizational_domain(author)
    return signer == author or (bool(organization) and organizational_domain(signer) == organization)
