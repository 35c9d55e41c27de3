"""What rules could not do comes first in the digest: refused actions, loops, webhooks that failed, held letters."""

from __future__ import annotations

from datetime import timedelta

from inboxcrm.base.work import Work
from inboxcrm.outbox.bursts.records import Burst
from inboxcrm.reports.findings import findings
from inboxcrm.reports.trouble import Trouble
from tests.build import a_lead, on_both_databases


@on_both_databases
def test_all_that_rules_left_undone_is_found_once_and_in_order(work: Work) -> None:
    lead = a_lead(work)
    work.session.flush()
    place = ("lead", lead.id)
    work.emit("rule.refused", place, box_id=lead.box_id, rule="old", reason="long ago")
    since = work.now
    work.now += timedelta(minutes=1)
    work.emit("rule.refused", place, box_id=lead.box_id, rule="vip", reason="there is nobody\r\nto be 'zoe'")
    work.now += timedelta(minutes=1)
    work.emit("rule.loop", place, box_id=lead.box_id, event=1)
    work.now += timedelta(minutes=1)
    work.emit(
        "webhook.failed", ("webhook", 1), webhook="projects", told="project.started", error="it is away"
    )
    held = {"rule": "mailing", "version": "1", "count": 21, "last_at": since - timedelta(days=2)}
    work.session.add_all([Burst(state="asked", **held), Burst(state="dropped", **held)])
    work.session.flush()

    found = findings(work.session, since)

    assert [one.text for one in found] == [
        "21 letters of the rule mailing wait for `release` or `drop`",
        "the rule vip was refused: there is nobody to be 'zoe'",
        "rules cause each other in a loop; it was ended after five steps",
        "the webhook projects was not told of project.started: it is away",
    ]
    assert [one.box_id for one in found] == [None, lead.box_id, lead.box_id, None]


def test_the_digest_names_webhooks_that_failed(work: Work) -> None:
    since = work.now
    work.now += timedelta(minutes=1)
    work.emit(
        "webhook.failed", ("webhook", 1), webhook="projects", told="project.started", error="it is away"
    )
    work.session.flush()

    told = Trouble.of(work, since).refused(lambda box: True)

    assert told == ["the webhook projects was not told of project.started: it is away"]
