"""Webhooks: told at least once, signed, tried again for 48 hours, and never into a private network (OP-16, V13)."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from pydantic import ValidationError
from sqlalchemy import select

from inboxcrm.base.database import Session, database_now
from inboxcrm.base.records import Event
from inboxcrm.base.secret import Secret
from inboxcrm.base.settings import Settings
from inboxcrm.base.settings_outward import Webhook
from inboxcrm.base.work import Office
from inboxcrm.outbox.webhook import make_due_calls, write_call
from inboxcrm.outbox.webhooks.post import CallRefused, NotPublic, is_public, post_json, public_addresses
from inboxcrm.outbox.webhooks.records import WebhookCall
from inboxcrm.outbox.webhooks.store import due_call_ids
from tests.build import on_both_databases
from tests.ingest.building import HandClock
from tests.servers.webhook_receiver import Receiver, webhook_receiver

SECRET = "a long word that nobody guesses"
Post = Callable[[str, bytes, Mapping[str, str]], int]


@pytest.fixture
def receiver(tmp_path: Path) -> Iterator[Receiver]:
    with webhook_receiver(tmp_path) as found:
        yield found


@pytest.fixture
def post(receiver: Receiver) -> Post:
    """The real way to post, which finds the receiver's name on this machine and trusts its certificate."""
    return partial(post_json, resolve=lambda host, port: ["127.0.0.1"], context=receiver.context())


@pytest.fixture
def office(make_office: Callable[[Settings], Office], settings: Settings, receiver: Receiver) -> Office:
    hook = Webhook(name="projects", url=receiver.url, secret=SECRET)
    return make_office(settings.model_copy(update={"webhook": (hook,)}))


def tell(office: Office, dedupe: str = "one") -> None:
    with office.work("test", actor="test") as work:
        write_call(
            work, "projects", dedupe, "project.started", {"event": "project.started", "name": "Büro"}, None
        )


def calls(office: Office) -> list[WebhookCall]:
    with Session(office.engine, expire_on_commit=False) as session:
        return list(session.scalars(select(WebhookCall).order_by(WebhookCall.id)))


@on_both_databases
def test_a_call_arrives_once_signed_and_with_its_id(office: Office, receiver: Receiver, post: Post) -> None:
    tell(office)
    tell(office)  # the same purpose

    assert make_due_calls(office, post) == 1
    assert make_due_calls(office, post) == 0

    [(path, headers, body)] = receiver.got
    told = json.loads(body)
    assert path == "/hooks/crm?a=1"
    assert (told["event"], told["name"], told["at"]) == ("project.started", "Büro", office.clock.now().isoformat())
    assert headers["Inboxcrm-Delivery"] == told["id"]
    found = re.fullmatch(r"t=(\d+),v1=([0-9a-f]{64})", headers["Inboxcrm-Signature"])
    assert found
    assert int(found[1]) == int(office.clock.now().timestamp())
    assert found[2] == hmac.new(SECRET.encode(), f"{found[1]}.".encode() + body, hashlib.sha256).hexdigest()


def test_what_was_taken_keeps_nothing_of_its_words(office: Office, post: Post) -> None:
    tell(office)
    make_due_calls(office, post)

    [call] = calls(office)
    assert (call.state, call.code, call.body) == ("delivered", 200, "")


@pytest.mark.parametrize("code", [500, 404, 302])
def test_what_was_not_taken_is_tried_again_with_the_same_id(
    office: Office, receiver: Receiver, post: Post, clock: HandClock, code: int
) -> None:
    """5, 15, 60 minutes; a redirect is not followed, it is just another no."""
    receiver.answers = [code, code, 200]
    tell(office)

    for minutes in (0, 5, 15):
        clock.move(timedelta(minutes=minutes))
        make_due_calls(office, post)
        make_due_calls(office, post)  # not due again before its time

    assert len(receiver.got) == 3
    assert len({headers["Inboxcrm-Delivery"] for _, headers, _ in receiver.got}) == 1
    assert (
        len({headers["Inboxcrm-Signature"] for _, headers, _ in receiver.got}) == 3
    )  # each with its own time
    assert calls(office)[0].state == "delivered"


def test_after_two_days_it_is_given_up_and_told(
    office: Office, receiver: Receiver, post: Post, clock: HandClock
) -> None:
    receiver.answers = [503]
    tell(office)

    for _ in range(60):
        make_due_calls(office, post)
        clock.move(timedelta(hours=1))

    [call] = calls(office)
    assert (call.state, call.error, call.body) == ("failed", "given up after 48 hours: it answered 503", "")
    with office.reading() as session:
        told = session.scalars(select(Event).where(Event.kind == "webhook.failed")).one()
        assert told.payload["webhook"] == "projects"


def test_gone_is_gone(office: Office, receiver: Receiver, post: Post) -> None:
    receiver.answers = [410]
    tell(office)
    make_due_calls(office, post)

    assert calls(office)[0].state == "failed"


def test_a_webhook_that_is_configured_no_more_is_called_no_more(
    office: Office, make_office: Callable[[Settings], Office], receiver: Receiver, post: Post
) -> None:
    tell(office)
    without = make_office(office.settings.model_copy(update={"webhook": ()}))

    make_due_calls(without, post)

    assert receiver.got == []
    assert calls(office)[0].error == "config.toml has no webhook 'projects' any more"


def test_who_was_killed_while_he_called_leaves_it_to_another(
    office: Office, receiver: Receiver, post: Post
) -> None:
    """V5: at least once."""
    tell(office)

    def die(*_: object) -> int:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make_due_calls(office, die)
    assert make_due_calls(office, post) == 0  # his lease holds
    with office.work("test", actor="test") as work:
        call = work.session.scalars(select(WebhookCall)).one()
        call.claimed_until = database_now(work.session).replace(year=2000)

    assert make_due_calls(office, post) == 1
    assert len(receiver.got) == 1


def test_a_receiver_that_is_away_keeps_the_worker_once(office: Office) -> None:
    """The other calls to it wait, rather than each for its own time-out."""
    tried: list[str] = []

    def away(url: str, *_: object) -> int:
        tried.append(url)
        raise CallRefused("away")

    for number in range(5):
        tell(office, f"number {number}")
    make_due_calls(office, away)

    assert len(tried) == 1
    with office.reading() as session:
        assert len(due_call_ids(session, office.clock.now(), database_now(session))) == 4


# V13: no private networks, whatever name leads there.


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.0.0.1", "172.16.3.4", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0"),
        *("224.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1"),
        *("::1", "::", "fe80::1%eth0", "fd00::1", "ff02::1", "2001:db8::1"),
        *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "2002:7f00:1::", "2002:a00:1::1", "64:ff9b::7f00:1"),
        "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    ],
)
def test_an_address_that_is_not_of_the_internet_is_refused(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946", "64:ff9b::5db8:d822"]
)
def test_an_address_of_the_internet_is_taken(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.1", "2130706433", "0x7f000001", "[::1]"])
def test_this_machine_is_told_nothing_however_it_is_spelled(host: str) -> None:
    with pytest.raises(CallRefused):
        public_addresses(host.strip("[]"), 443)


def test_the_production_way_refuses_the_receiver_on_this_machine(office: Office, receiver: Receiver) -> None:
    """Nothing but the resolver that tests hand in opens loopback."""
    with pytest.raises(NotPublic):
        post_json(f"https://127.0.0.1:{receiver.port}/", b"{}", {}, context=receiver.context())
    assert receiver.got == []


def test_a_certificate_for_another_name_is_refused(receiver: Receiver) -> None:
    with pytest.raises(CallRefused, match="certificate"):
        post_json(
            f"https://other.example:{receiver.port}/",
            b"{}",
            {},
            resolve=lambda host, port: ["127.0.0.1"],
            context=receiver.context(),
        )
    assert receiver.got == []


@pytest.mark.parametrize(
    "url",
    [
        "http://projects.example/",
        "https://user:pass@projects.example/",
        "https:///path",
        "ftp://projects.example/",
        "https://projects.example/#part",
        "https://projects.example:99999/",
        "https://projects.example/a b",
        "https://projects.example/\r\nX: y",
    ],
)
def test_an_address_that_is_not_plain_https_is_refused_in_the_configuration(url: str) -> None:
    with pytest.raises(ValidationError, match="https"):
        Webhook(name="projects", url=url, secret=SECRET)


def test_the_secret_is_in_no_error_and_no_repr() -> None:
    hook = Webhook(name="projects", url="https://projects.example/", secret=SECRET)

    assert isinstance(hook.secret, Secret)
    assert SECRET not in repr(hook)
