"""Tells webhooks what happened: at least once each, with an id by which the receiver drops doubles (OP-16).

    waiting -> claimed -> delivered              the receiver answered 2xx
                       -> waiting                anything else: again after 5, 15, 60 … minutes
                       -> failed                 48 hours are over, it said 410 Gone, or is configured no more

Whoever is killed while he calls leaves a claim that runs out; then it is called again.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from inboxcrm.base.database import database_now
from inboxcrm.base.secret import SecretUnreadable
from inboxcrm.base.states import check_move
from inboxcrm.base.store import draw_id
from inboxcrm.base.work import Office, Work
from inboxcrm.outbox import events
from inboxcrm.outbox.delivery import BACKOFF_MINUTES, GIVE_UP
from inboxcrm.outbox.webhooks.post import CallRefused, post_json
from inboxcrm.outbox.webhooks.records import WebhookCall
from inboxcrm.outbox.webhooks.signing import HEADER, signature
from inboxcrm.outbox.webhooks.store import call_by_dedupe, due_call_ids, lock_call

if TYPE_CHECKING:
    from inboxcrm.base.settings_outward import Webhook

MOVES = {
    ("waiting", "claimed"),
    ("claimed", "claimed"),  # its claimer is gone
    ("claimed", "waiting"),
    ("claimed", "delivered"),
    ("claimed", "failed"),
}
ACTOR = "outbox"
GONE = 410
AT_ONCE = 20
DELIVERY = "Inboxcrm-Delivery"

Post = Callable[[str, bytes, Mapping[str, str]], int]


@dataclass(frozen=True, slots=True)
class Claim:
    """A call that this process alone makes now."""

    call_id: int
    fence: int
    name: str
    delivery: str
    body: bytes


def write_call(
    work: Work, name: str, dedupe: str, told: str, body: dict[str, Any], box_id: int | None
) -> bool:
    """Write down what a webhook is to be told; False if that was done before. It gets its id and time."""
    if call_by_dedupe(work.session, dedupe):
        return False
    delivery = work.ids.token(128)
    whole = {"id": delivery, "at": work.now.isoformat(), **body}
    work.session.add(
        WebhookCall(
            id=draw_id(work.session, WebhookCall.__table__),
            delivery=delivery,
            dedupe=dedupe,
            name=name,
            box_id=box_id,
            told=told[:60],
            body=json.dumps(whole, ensure_ascii=False, sort_keys=True),
            state="waiting",
            fence=0,
            attempts=0,
            due_at=work.now,
            created_at=work.now,
        )
    )
    work.wake("webhooks")
    return True


def make_due_calls(office: Office, post: Post = post_json) -> int:
    """Make the calls that are due; give how many were taken. One that fails lets the others of its webhook wait."""
    with office.reading() as session:
        due = due_call_ids(session, office.clock.now(), database_now(session), AT_ONCE)
    away: set[str] = set()
    return sum(_make_one(office, call_id, post, away) for call_id in due)


def _make_one(office: Office, call_id: int, post: Post, away: set[str]) -> bool:
    claim = _claim(office, call_id, away)
    if claim is None:
        return False
    hook = next((one for one in office.settings.webhook if one.name == claim.name), None)
    if hook is None:
        _note(office, claim, "failed", None, f"config.toml has no webhook {claim.name!r} any more")
        return False
    code, error = _tell(office, hook, claim, post)
    if code is not None and 200 <= code < 300:
        _note(office, claim, "delivered", code, None)
        return True
    away.add(claim.name)
    _note(office, claim, "failed" if code == GONE else "waiting", code, error or f"it answered {code}")
    return False


def _tell(office: Office, hook: Webhook, claim: Claim, post: Post) -> tuple[int | None, str]:
    try:
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "inboxcrm",
            DELIVERY: claim.delivery,
            HEADER: signature(hook.secret.read(), office.clock.now(), claim.body),
        }
        office.reach("webhook.before_post")
        code = post(hook.url, claim.body, headers)
        office.reach("webhook.after_post")
    except (CallRefused, SecretUnreadable) as error:
        return None, str(error)
    return code, ""


def _claim(office: Office, call_id: int, away: set[str]) -> Claim | None:
    with office.work("webhook.claim", actor=ACTOR) as work:
        call = lock_call(work.session, call_id)
        if call is None or call.name in away or not _is_due(work, call):
            return None
        _move(call, "claimed")
        call.fence, call.attempts = call.fence + 1, call.attempts + 1
        lease = timedelta(seconds=max(work.settings.running.lease_s, 60))  # a call may take half a minute
        call.claimed_until = database_now(work.session) + lease
        return Claim(call.id, call.fence, call.name, call.delivery, call.body.encode())


def _is_due(work: Work, call: WebhookCall) -> bool:
    if call.state == "waiting":
        return call.due_at <= work.now
    return (
        call.state == "claimed"
        and call.claimed_until is not None
        and call.claimed_until < database_now(work.session)
    )


def _note(office: Office, claim: Claim, state: str, code: int | None, error: str | None) -> None:
    with office.work("webhook.outcome", actor=ACTOR) as work:
        call = lock_call(work.session, claim.call_id)
        if call is None or call.state != "claimed" or call.fence != claim.fence:
            return  # this claimer was thought dead; another one calls
        if state == "waiting" and work.now - call.created_at > GIVE_UP:
            state, error = "failed", f"given up after 48 hours: {error}"
        _move(call, state)
        call.code, call.error, call.claimed_until = code, error, None
        if state == "waiting":
            minutes = BACKOFF_MINUTES[min(call.attempts, len(BACKOFF_MINUTES)) - 1]
            call.due_at = work.now + timedelta(minutes=minutes)
            return
        call.done_at, call.body = work.now, ""  # what it held of people is kept no longer than needed
        if state == "failed":
            work.emit(
                events.WEBHOOK_FAILED,
                ("webhook", call.id),
                box_id=call.box_id,
                webhook=call.name,
                told=call.told,
                error=error,
            )


def _move(call: WebhookCall, state: str) -> None:
    check_move(f"the call {call.id} of the webhook {call.name}", MOVES, call.state, state)
    call.state = state
