"""May a run of a sequence go on now? Asked before each step, and again when a letter of it leaves (EM-8).

Everything is read from the records as they are: nothing has to have been noticed before.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

from inboxcrm.base.spelled import spell_day
from inboxcrm.base.work import Work
from inboxcrm.crm.calls.store import has_called
from inboxcrm.ingest.heard.store import heard_of_machines
from inboxcrm.ingest.staleness import all_readings
from inboxcrm.outbox.sequence import Judge, Verdict
from inboxcrm.outbox.sequences.store import bounced_address, lost_letter
from inboxcrm.outbox.store import suppressions
from inboxcrm.rules.calendars import calendars_of
from inboxcrm.rules.facts import KIND_OF_SUBJECT, facts_of
from inboxcrm.rules.sequences.customer import MARGIN, Customer, answers_since, customer_of

if TYPE_CHECKING:
    from inboxcrm.crm.records import Contact
    from inboxcrm.ingest.heard.store import Heard
    from inboxcrm.outbox.sequences.records import SequenceRun
    from inboxcrm.rules.rule import Rule

PAUSE = timedelta(days=7)  # for an automatic answer that names no day
MORNING = time(8)
LOOK_AGAIN = timedelta(minutes=15)
_A_DAY = timedelta(days=1)
_WORDS = {
    "form": "somebody there filled in a form",
    "forwarded": "a mail of theirs was forwarded in",
    "calendar": "somebody there answered an invitation, or sent one",
}


def judge_by(rules: Iterable[Rule]) -> Judge:
    """Give who judges the runs of these rules."""
    by_id: Mapping[str, Rule] = {rule.id: rule for rule in rules}
    return lambda work, run: judge_run(work, by_id.get(run.rule), run)


def judge_run(work: Work, rule: Rule | None, run: SequenceRun) -> Verdict:
    """Tell whether a run may go on, by the rule of its sequence as it is now; None: there is none any more."""
    if run.state == "stopped":
        return Verdict(stop=run.reason or "it was stopped")
    if rule is None:
        return Verdict(stop=f"there is no rule {run.rule} any more")
    work.session.flush()
    customer = customer_of(work.session, run.box_id)
    if reason := _answered(work, run, customer) or _over(work, rule, run, customer):
        return Verdict(stop=reason)
    verdict = _pause(work, rule, run, customer) if customer.contact else Verdict()
    return verdict if verdict.later or verdict.stop else _unread(work, customer)


def _unread(work: Work, customer: Customer) -> Verdict:
    """Tell whether an answer may lie in a mailbox that is not read just now: the house's, or the owner's."""
    settings = work.settings
    own = settings.account_of_user(customer.box.owner or "")
    places = {settings.house_account.address, *([own.address] if own else [])}
    for reading in all_readings(work.session, settings):
        if reading.address in places and reading.last_at and reading.is_stale(work.now):
            return Verdict(later=work.now + LOOK_AGAIN, why=f"the mailbox {reading.address} is not read")
    return Verdict()


def _answered(work: Work, run: SequenceRun, customer: Customer) -> str:
    """Say by what a person at the customer has answered since the run began."""
    known = set(run.heard)
    found = answers_since(work.session, work.settings, customer, run.begun_at)
    answer = next((one for one in found if one.message_id not in known), None)
    if answer:
        return f"{_WORDS.get(answer.kind, 'somebody there answered')}: mail {answer.message_id}"
    called = has_called(work.session, customer.people, customer.box.id, run.begun_at)
    return "somebody there called" if called else ""


def _over(work: Work, rule: Rule, run: SequenceRun, customer: Customer) -> str:
    """Say what else ends the run: its record, or an address that nothing reaches."""
    if not customer.box.is_open:
        return "the box is closed"
    if KIND_OF_SUBJECT.get(run.subject_kind, run.subject_kind) != rule.kind:
        return "its rule is about other records now"
    facts = facts_of(work.session, rule.kind, run.subject_id, work.settings.field)
    if facts is None:
        return "its record is there no more"
    if rule.until and rule.until.holds(facts, work.now, calendars_of(work.settings)):
        return f"until: {rule.until.source}"
    if bounced_address(work.session, run.id):
        return "a letter of it came back"
    if lost := lost_letter(work.session, run.id):
        return f"a letter of it did not leave: {lost.state}"
    addresses = [one.address for one in customer.contact.addresses] if customer.contact else []
    if found := suppressions(work.session, addresses[:1]):
        return f"the contact is written to no more ({found[0].reason})"
    return ""


def _pause(work: Work, rule: Rule, run: SequenceRun, customer: Customer) -> Verdict:
    """Tell until when the contact is away, by what his machine has answered."""
    contact = customer.contact
    assert contact is not None
    told = heard_of_machines(work.session, contact.id, customer.box.id, run.begun_at - MARGIN)
    if any(one.intent("left the company") for one in told):
        return Verdict(stop="the contact has left the company, says an automatic answer")
    undated = [one for one in told if not _names_day(one)]
    ends = [(one.received_at + (rule.pause or PAUSE), "an automatic answer without a day") for one in undated]
    if contact.away_until and contact.away_until not in {one.received_at + _A_DAY for one in undated}:
        ends.append(_day_after(work, contact))
    until, why = max(ends, default=(work.now, ""))
    return Verdict(later=until, why=why) if until > work.now else Verdict()


def _names_day(heard: Heard) -> bool:
    return bool((heard.intent("out of office") or {}).get("value"))


def _day_after(work: Work, contact: Contact) -> tuple[datetime, str]:
    """Give the morning of the day after the contact's return."""
    assert contact.away_until is not None
    zone = work.settings.company.zone
    day = contact.away_until.astimezone(zone).date()
    morning = datetime.combine(day + _A_DAY, MORNING, zone).astimezone(UTC)
    return morning, f"the contact is away until {spell_day(day)}"
