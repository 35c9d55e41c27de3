"""What was decided about a mail, laid out for people: a word at the left, what it is beside it."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator
from typing import Any

from inboxcrm.mail.scrub import scrub_line

WIDTH = 100
LEFT = 12
LONGEST = 400
MOST = 20
Line = tuple[str, str]


def decision_text(facts: dict[str, Any]) -> str:
    """Give the text of `mail_decision`; foreign words in it are one line each, without control characters."""
    lines: list[str] = []
    for name, words in (*_mail(facts), *_filing(facts), *_words(facts), *_places(facts), *_effects(facts)):
        text = scrub_line(words)
        text = text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
        lines += textwrap.wrap(
            text or "-",
            WIDTH,
            initial_indent=f"{name:{LEFT}}",
            subsequent_indent=" " * (LEFT + 2),
            break_on_hyphens=False,
        )
    return "\n".join(lines)


def _mail(facts: dict[str, Any]) -> Iterator[Line]:
    yield "message", f"{facts['message']}, Message-ID {facts['message_id'] or 'none'}"
    yield "subject", facts["subject"]
    yield "from", f"{facts['sender_name']} <{facts['sender']}>" if facts["sender_name"] else facts["sender"]
    yield "to", ", ".join(facts["recipients"])
    sent = f"; by its own word sent {facts['sent']}" if facts["sent"] else ""
    yield "received", f"{facts['received']}, taken in {facts['taken_in']}{sent}"
    yield "kind", f"{facts['kind']}: {facts['because']}"
    for name, flag in _headed("flags", facts["flags"]):
        yield name, f"{flag['name']}: {flag['why']}"
    proofs = [f"{one['name']}: {one['why']}" for one in facts["evidence"]]
    if facts["answers_letter"]:
        proofs.append(f"token: it answers our letter {facts['answers_letter']}")
    yield from _headed("proof", proofs or ["nothing proves who wrote it"])


def _filing(facts: dict[str, Any]) -> Iterator[Line]:
    thread = facts["thread"]
    count = "it alone" if thread["messages"] == 1 else f"{thread['messages']} mails"
    yield "thread", f"{thread['id']}, {count}"
    for one in thread["joined"][:MOST]:
        numbers = ", ".join(str(number) for number in one["messages"][:MOST])
        verb = "named by" if one["by"] == "Message-ID" else "shared with"
        yield "", f"joined by its {one['by']} {one['value']}, {verb} message {numbers}"
    yield "contact", facts["contact"] or "none"
    yield "box", f"{facts['box']} (box {facts['box_id']})" if facts["box_id"] else "none"
    yield "filed", f"{facts['filed']} ({facts['confidence']})"
    for name, one in _headed("or else", facts["others"]):
        yield name, f"{one['name']} (box {one['box']}): {one['why']}"
    for name, one in _headed("remembered", facts["remembered"]):
        yield name, f"of {one['of']}: {one['says']}; said by {one['by']}, {one['at']}"


def _words(facts: dict[str, Any]) -> Iterator[Line]:
    for name, one in _headed("intents", facts["intents"] or [None]):
        yield name, _intent(one) if one else "none"
    counts = [f"{count} {kind}" for kind, count in facts["characters"].items()]
    yield "characters", ", ".join(counts) or "not divided into new and quoted"
    for name, one in _headed("attached", facts["attachments"]):
        yield name, f"{one['name'] or 'without a name'} ({one['content_type']}, {one['size']:,} bytes)"


def _intent(one: dict[str, Any]) -> str:
    value = f" = {one['value']}" if one.get("value") else ""
    sure = "sure" if one["is_sure"] else "unsure"
    return f"{one['name']}{value}, {sure} ({one['confidence']:.0%}): “{one['words']}”"


def _places(facts: dict[str, Any]) -> Iterator[Line]:
    for name, one in _headed("seen", facts["places"] or [None]):
        if one is None:
            yield name, "in no folder"
            continue
        gone = ", gone from there" if one["is_gone"] else ""
        proves = f"; proves {' and '.join(one['proves'])}" if one["proves"] else ""
        altered = f"; altered, message {one['copy']}" if "copy" in one else ""
        yield name, f"{one['account']}, {one['folder']}, UID {one['uid']}{gone}{proves}{altered}"


def _effects(facts: dict[str, Any]) -> Iterator[Line]:
    for name, one in _headed("effects", facts["effects"] or [None]):
        if one is None:
            yield name, "none"
            continue
        told = ", ".join(f"{key} {_plain(value)}" for key, value in one["told"].items())
        state = "" if one["state"] == "done" else f" [{one['state']}]"
        yield name, f"{one['at']} {one['kind']}{state}, {one['about']}{': ' if told else ''}{told}"


def _plain(value: Any) -> str:
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return ", ".join(value)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _headed(name: str, items: list[Any]) -> Iterator[tuple[str, Any]]:
    """Give the items with the name at the first one only."""
    for number, item in enumerate(items):
        yield "" if number else name, item
