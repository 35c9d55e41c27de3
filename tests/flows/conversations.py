"""Real and generated conversations as mail of customers, for tests of order (V3, T6).

`corpus_parts` makes of public list mail what customers would have sent: headers of lists and tags in subjects are
dropped, the list's address is our sales address, and who wrote most is our Anna, who answers.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from pathlib import Path

from tests.ingest.building import ANNA, SALES, raw_mail

PART_MAILS = 150
LISTS = "real/lore-*", "real/apache-maven-dev-*", "thread/notmuch-default", "thread/imaptest"
_OF_LISTS = re.compile(
    rb"(?im)^(?:list-[a-z-]+|precedence|sender|errors-to|x-beenthere|x-mailman[a-z-]*|mailing-list|auto-submitted)"
    rb":.*\r?\n(?:[ \t].*\r?\n)*"
)
_TAG = re.compile(rb"(?im)^(subject:\s*(?:(?:re|fwd?|aw):\s*)*)\[[\w.-]+\]\s*")
_FROM = re.compile(rb"(?im)^from:(.*(?:\n[ \t].*)*)")
_TO = re.compile(rb"(?im)^(?:to|cc):(.*(?:\n[ \t].*)*)")
_IDS = re.compile(rb"(?im)^(?:message-id|in-reply-to|references):(.*(?:\n[ \t].*)*)")
_ID = re.compile(rb"<[^<>\s]+>")
_ADDRESS = re.compile(rb"[\w.+-]+@[\w.-]+\w")


def corpus_parts(corpus: Path) -> list[list[bytes]]:
    """Give whole threads of real lists in their order, in parts of some hundred mails, each of one list."""
    parts = []
    for folder in sorted(folder for pattern in LISTS for folder in corpus.glob(pattern)):
        mails = _as_customers([file.read_bytes() for file in sorted(folder.rglob("*.eml"))])
        part: list[bytes] = []
        for thread in _threads(mails):
            part += thread
            if len(part) >= PART_MAILS:
                parts.append(part)
                part = []
        if part:
            parts.append(part)
    return parts


def _as_customers(raws: list[bytes]) -> list[bytes]:
    """The same mails as if customers had sent them to us, and Anna had answered."""
    heads = [_split(raw)[0] for raw in raws]
    senders = Counter(
        a.lower() for head in heads for f in _FROM.findall(head) for a in _ADDRESS.findall(f)[-1:]
    )
    people = Counter(
        a.lower() for head in heads for to in _TO.findall(head) for a in set(_ADDRESS.findall(to))
    )
    house = next((address for address, _ in people.most_common() if address not in senders), b"")
    anna = next((address for address, _ in senders.most_common() if address != house), b"")
    changed = []
    for raw in raws:
        head, body = _split(raw)
        head = _TAG.sub(rb"\1", _OF_LISTS.sub(b"", head))
        for address, ours in ((house, SALES), (anna, ANNA)):
            if address:
                head = re.sub(rb"(?i)(?<![\w.+-])" + re.escape(address) + rb"(?![\w-])", ours.encode(), head)
        changed.append(head + body)
    return changed


def _split(raw: bytes) -> tuple[bytes, bytes]:
    found = re.search(rb"\r?\n(?=\r?\n)", raw)
    end = found.end() if found else len(raw)
    return raw[:end], raw[end:]


def _ids_of(raw: bytes) -> list[bytes]:
    return [one for field in _IDS.findall(_split(raw)[0]) for one in _ID.findall(field)]


def _threads(raws: list[bytes]) -> list[list[bytes]]:
    """Mails that name a common id, the longest conversations first."""
    above: dict[bytes, bytes] = {}

    def root(one: bytes) -> bytes:
        while above.setdefault(one, one) != one:
            one = above[one]
        return one

    names = [_ids_of(raw) or [b"%d" % number] for number, raw in enumerate(raws)]
    for own in names:
        for other in own[1:]:
            above[root(other)] = root(own[0])
    groups: dict[bytes, list[bytes]] = {}
    for raw, own in zip(raws, names, strict=True):
        groups.setdefault(root(own[0]), []).append(raw)
    return sorted(groups.values(), key=len, reverse=True)


def generated(seed: int, count: int = 80) -> list[bytes]:
    """Mails of ten people of six firms and of none; answers hang anywhere, name ids never seen, bring others in."""
    chance = random.Random(seed)
    people = [f"p{n}@firm{n % 6}.test" for n in range(8)] + ["x@gmail.com", "y@gmail.com"]
    trees: dict[tuple[str, int], list[tuple[str, set[str]]]] = {}
    mails = []
    for number in range(count):
        customer = chance.choice(people)
        tree = trees.setdefault((customer, chance.choice((0, 0, 1))), [])
        mid = f"<m{number}.{seed}@tree>"
        if not tree:
            tree.append((f"<lost{number}.{seed}@tree>" if chance.random() < 0.3 else mid, {customer}))
            refs = "" if tree[0][0] == mid else tree[0][0]
            mails.append(_mail(customer, SALES, number, mid, refs, ""))
            tree += [(mid, {customer})] if refs else []
            continue
        refs, present = chance.choice(tree)
        sender = ANNA if chance.random() < 0.35 else chance.choice(sorted(present))
        others = sorted(present - {sender})
        cc = {chance.choice(people)} - {sender} if chance.random() < 0.06 else set()
        to = ", ".join(others) if sender == ANNA else SALES
        mails.append(
            _mail(sender, to, number, mid, refs, ", ".join({*cc, *(() if sender == ANNA else others)}))
        )
        tree.append((mid, present | cc))
    return mails


def _mail(sender: str, to: str, number: int, mid: str, refs: str, cc: str) -> bytes:
    proof = (
        {}
        if sender != ANNA
        else {
            "Authentication-Results": "mx.test; dmarc=pass header.from=kestrel.test",
            "Received": "from a by mx.test; Mon, 2 Mar 2026 12:00:00 +0000",
        }
    )
    subject = f"Re: matter {number % 7}" if refs else f"matter {number % 7}"
    return raw_mail(sender, to, subject, f"mail {number}", mid=mid, refs=refs, cc=cc, headers=proof)
