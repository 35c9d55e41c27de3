"""Mail in any order: the copies of many mails, cut by a seed into batches over three folders, and what came of them.

Mails are read once and written again for each seed, as reading does not depend on order.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Engine

from inboxcrm.base.work import Office
from inboxcrm.ingest.intake import Mail, read_out, write_in
from inboxcrm.ingest.thread import Keys
from inboxcrm.mail.fetched import Fetched
from tests.ingest.building import ANNA, NOON, Box, ask, make_office, open_box

FOLDERS = ((0, "INBOX"), (1, "INBOX"), (1, "Sent"))  # sales@, Anna's own, and what she has sent
LARGEST_BATCH = 40
Partition = set[frozenset[str]]


@dataclass(frozen=True, slots=True)
class Copies:
    """One mail as it was read in each folder, by the folder's number; `mark` names it in every run."""

    mark: str
    readings: dict[int, Mail]

    @property
    def is_ours(self) -> bool:
        """Tell whether Anna wrote it, so that it lies in her Sent folder."""
        described = self.readings[0].readout.described
        return described is not None and described.values["sender"] == ANNA


def open_folders(engine: Engine) -> tuple[Office, list[Box]]:
    """Open the three folders on an empty database."""
    office = make_office(engine)
    return office, [open_box(office, account, name) for account, name in FOLDERS]


def read_all(engine: Engine, raws: Sequence[bytes]) -> list[Copies]:
    """Read mails as they would lie in each folder; they came a minute after one another, in this order."""
    office, folders = open_folders(engine)
    fetched = [
        Fetched(number, NOON + timedelta(minutes=number), len(raw), raw)
        for number, raw in enumerate(raws, start=1)
    ]
    read = [read_out(office, folder.account, folder.folder_id, fetched) for folder in folders]
    found = [Copies("", dict(enumerate(group))) for group in zip(*read, strict=True)]
    by_mark = {
        described.ident: Copies(described.ident, one.readings)
        for one in found
        if (described := one.readings[0].readout.described) is not None
    }
    return list(by_mark.values())


def take_in_order(engine: Engine, mails: Sequence[Copies]) -> Outcome:
    """Take the mails in as they came: one by one, each where it belongs."""
    office, folders = open_folders(engine)
    for mail in mails:
        number = 2 if mail.is_ours else 0
        _write(office, folders[number], [mail.readings[number]])
    return outcome(engine)


def take_in_shuffled(engine: Engine, mails: Sequence[Copies], seed: int) -> Outcome:
    """Take the mails in by the seed's order, in batches, some in two folders."""
    office, folders = open_folders(engine)
    chance = random.Random(seed)
    copies = [(mail, number) for mail in mails for number in _places(mail, chance)]
    chance.shuffle(copies)
    while copies:
        size = chance.randint(1, LARGEST_BATCH)
        batch, copies = copies[:size], copies[size:]
        for number, folder in enumerate(folders):
            if there := [mail.readings[number] for mail, place in batch if place == number]:
                _write(office, folder, there)
    return outcome(engine)


def _places(mail: Copies, chance: random.Random) -> list[int]:
    if mail.is_ours:
        return [2, 0] if chance.random() < 0.3 else [2]
    return [0, 1] if chance.random() < 0.2 else [chance.randrange(2)]


def _write(office: Office, folder: Box, mails: Sequence[Mail]) -> None:
    batch = []
    for mail in mails:
        folder.uid += 1
        old = mail.fetched
        batch.append(Mail(Fetched(folder.uid, old.received_at, old.size, old.raw), mail.readout))
    write_in(office, folder.folder_id, batch, folder.uid)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How the mails were parted: by thread, by box, and by box where those are one that a person was asked about."""

    threads: Partition
    boxes: Partition
    asked_boxes: Partition
    asked: int
    unsure: int
    messages: int
    one_sided: int


def outcome(engine: Engine) -> Outcome:
    """See what came of the mails; a box that became part of another one is that one.

    Boxes are looked at for conversations in which an outsider has written. What we wrote to somebody who never
    answered is on the box that he had just then, so that time tells: it is counted as `one_sided`.
    """
    rows = ask(engine, "select ident, thread_id, box_id, match_confidence, match_others, kind from message")
    answered = {row[1] for row in rows if row[5] == "customer"}
    filed = [row for row in rows if row[1] in answered]
    boxes = dict(ask(engine, "select id, coalesce(merged_into, id) from box"))
    pairs = [
        tuple(map(int, occasion.split(":")[1:]))
        for (occasion,) in ask(engine, "select occasion from task where occasion like 'boxes-conflict:%'")
    ]
    plain = _roots(boxes.items())
    joined = _roots([*boxes.items(), *pairs, *_pairs_of_unsure(engine)])
    return Outcome(
        threads=_parted(rows, lambda row: row[1]),
        boxes=_parted(filed, lambda row: plain(row[2]) if row[2] else ("none", row[0])),
        asked_boxes=_parted(filed, lambda row: _asked_box(row, joined)),
        asked=len(pairs),
        unsure=sum(row[3] == "unsure" for row in rows),
        messages=len(rows),
        one_sided=len(rows) - len(filed),
    )


def _pairs_of_unsure(engine: Engine) -> list[tuple[int, int]]:
    """A mail on which a person is asked will join the boxes among which he is to choose with those of its people."""
    taking_part: dict[str, list[int]] = {}
    for address, box_id in ask(
        engine,
        "select address, box_id from contact_address a join box_contact b on b.contact_id = a.contact_id",
    ):
        taking_part.setdefault(address, []).append(box_id)
    pairs = []
    for others, outside in ask(
        engine,
        "select match_others, outside from message where match_confidence = 'unsure' and box_id is null",
    ):
        boxes = [one["box"] for one in json.loads(others)]
        boxes += [box_id for address in json.loads(outside) for box_id in taking_part.get(address, ())]
        pairs += [(boxes[0], box_id) for box_id in boxes[1:]]
    return pairs


def _asked_box(row: tuple, joined: Callable[[Hashable], Hashable]) -> Hashable:
    """A mail on which a person was asked belongs where one of his choices does."""
    box_id = row[2] or (json.loads(row[4]) or [{"box": None}])[0]["box"]
    return joined(box_id) if box_id else ("none", row[0])


def _parted(rows: Iterable[tuple], key: Callable[[tuple], Hashable]) -> Partition:
    groups: dict[Hashable, set[str]] = {}
    for row in rows:
        groups.setdefault(key(row), set()).add(row[0])
    return {frozenset(group) for group in groups.values()}


def _roots(pairs: Iterable[tuple[Hashable, ...]]) -> Callable[[Hashable], Hashable]:
    """Union-find: give a function that names the same one for all that are joined."""
    above: dict[Hashable, Hashable] = {}

    def root(one: Hashable) -> Hashable:
        while one in above:
            one = above[one]
        return one

    for first, second in pairs:
        first, second = root(first), root(second)
        if first != second:
            above[second] = first
    return root


def threads_by_hand(mails: Sequence[Copies]) -> Partition:
    """The threads by their definition, pair by pair: a common key, and somebody or some company in common (V3)."""
    by_key: dict[str, list[Copies]] = {}
    pairs: list[tuple[Hashable, ...]] = []
    for mail in mails:
        described = mail.readings[0].readout.described
        for key in described.keys:
            earlier = by_key.setdefault(key, [])
            pairs += [
                (mail.mark, other.mark)
                for other in earlier
                if described.people & other.readings[0].readout.described.people
            ]
            earlier.append(mail)
    root = _roots(pairs)
    return _parted([(mail.mark,) for mail in mails], lambda row: root(row[0]))


__all__ = ["Copies", "Keys", "Outcome", "read_all", "take_in_order", "take_in_shuffled", "threads_by_hand"]
