"""A customer's answer to a quote: an order if the evidence is enough, a question to the rep if it is half, or nothing.

The words were read by intake; who may act stands in `authority.py` (QU-5).
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from inboxcrm.base.errors import Refused
from inboxcrm.base.money import Money
from inboxcrm.base.settings import User
from inboxcrm.base.spelled import spell_day
from inboxcrm.base.work import Event, Work
from inboxcrm.commands.addresses import find_invoice_address
from inboxcrm.commands.authority import verdict
from inboxcrm.commands.notice import ask_rep, warn_rep
from inboxcrm.crm.opportunity import reopen_opportunity
from inboxcrm.crm.people import find_or_name_organization, set_invoice_address
from inboxcrm.crm.stages import LOST, pipeline_of
from inboxcrm.crm.store import box_by_id, opportunity_by_id
from inboxcrm.ingest.answering import answer_to
from inboxcrm.ingest.quoting import reply_subject
from inboxcrm.ingest.store import message_by_id
from inboxcrm.outbox.store import draft_of_document, letter_by_id
from inboxcrm.sales.kinds.order import Acceptance, accept_quote
from inboxcrm.sales.store import document_by_id, quote_in_play

if TYPE_CHECKING:
    from inboxcrm.ingest.records import Message
    from inboxcrm.sales.records import Document

ACCEPTING = ("acceptance", "purchase order")
CUSTOMERS = ("customer", "copy")  # a copy is weighed where it is the first of its mail with a proof (I10)


def read_answer(work: Work, event: Event) -> None:
    """Look whether a customer's mail accepts the quote of its box, and do what the evidence allows."""
    message = message_by_id(work.session, event.subject_id)
    intents = {str(intent["name"]): intent for intent in message.intents}
    accepting = [intents[name] for name in ACCEPTING if name in intents]
    if not accepting or message.box_id is None or message.kind not in CUSTOMERS:
        return
    quote = quote_in_play(work.session, message.box_id)
    if quote is None:
        return
    evidence = evidence_of(work, message)
    ruling = verdict(_act(work, quote), evidence)
    # A PO number alone is no acceptance yet: it may stand in any sentence, so the rep is asked.
    is_plain = "rejection" not in intents and all(i["is_sure"] for i in accepting)
    is_sure = is_plain and "acceptance" in intents
    if quote.state == "accepted":
        # A PO that comes later completes the order (QU-5) and stands on the invoice: only with the whole evidence.
        if verdict("acceptance", evidence) == "act" and is_plain:
            accept_quote(work, quote.id, _acceptance(work, message, evidence, decided_by="evidence"))
        return
    doubt = _doubt(work, message, quote, is_sure=is_sure)
    if ruling == "act" and not doubt:
        _accept(work, message, quote, evidence, "evidence")
    elif ruling == "keep":
        warn_rep(work, message, quote.number or "", _lacking(message, evidence))
    else:
        ask_rep(work, message, quote.id, quote.number or "", doubt or _lacking(message, evidence))


def _act(work: Work, quote: Document) -> str:
    limit = Money.of(work.settings.sales.accept_limit, quote.currency).minor
    return "acceptance above limit" if quote.net_minor > limit else "acceptance"


def _doubt(work: Work, message: Message, quote: Document, *, is_sure: bool) -> str:
    if opportunity_by_id(work.session, quote.opportunity_id).state == LOST:
        return "the deal was lost; your yes opens it again"
    today = work.now.astimezone(work.settings.company.zone).date()
    if quote.valid_until and today > quote.valid_until:
        return f"the quote expired on {spell_day(quote.valid_until)}"
    answered = letter_by_id(work.session, message.answers_letter_id) if message.answers_letter_id else None
    if answered and answered.document_id not in (None, quote.id):
        return "it answers an earlier quote, which this one has replaced"
    draft = draft_of_document(work.session, quote.id)
    if quote.state == "issued" and draft is not None and draft.state == "sent":
        # Its Sent copy was seen and did not carry the frozen PDF: nobody knows what the customer accepts.
        return f"what was sent was not {quote.number} as it was made"
    return "" if is_sure else "the words may mean something else"


def _lacking(message: Message, evidence: frozenset[str]) -> str:
    if "aligned" not in evidence:
        return "the mail server could not prove that the sender wrote it"
    if "token" in evidence:
        return "the amount is above the limit"
    if message.answers_letter_id is not None:
        return f"it answers our mail, but {message.sender} was not among those to whom that went"
    return "it does not answer our quote"


def evidence_of(work: Work, message: Message) -> frozenset[str]:
    """Give the evidence that a customer's mail carries: (b) aligned, (c) token from an addressee."""
    found = {"aligned"} if message.is_aligned else set()
    if message.answers_letter_id is not None:
        letter = letter_by_id(work.session, message.answers_letter_id)
        if message.sender in {recipient.address for recipient in letter.recipients}:
            found.add("token")
    return frozenset(found)


def accept_by_rep(work: Work, user: User, question: dict[str, Any]) -> str:
    """Accept a quote on a rep's yes; the evidence of the mail still has to carry it."""
    message = message_by_id(work.session, int(question["message"]))
    quote = document_by_id(work.session, int(question["quote"]))
    evidence = evidence_of(work, message) | {"rep"}
    if verdict(_act(work, quote), evidence) != "act":
        raise Refused(f"your yes is not enough for {quote.number}: {_lacking(message, evidence)}")
    _open_again(work, message, quote)
    if not _accept(work, message, quote, evidence, user.key):
        return f"quote {quote.number} was accepted already; nothing more was made"
    return f"quote {quote.number} is accepted on your word"


def _open_again(work: Work, message: Message, quote: Document) -> None:
    """Open a lost deal again of which a rep says that the customer accepts it after all (OP-1)."""
    opportunity = opportunity_by_id(work.session, quote.opportunity_id)
    if opportunity.state == LOST:
        stage = pipeline_of(work, opportunity).winning.name
        reopen_opportunity(work, opportunity, stage, f"{message.sender} accepts {quote.number}")


def _accept(work: Work, message: Message, quote: Document, evidence: frozenset[str], decided_by: str) -> bool:
    box = box_by_id(work.session, quote.box_id)
    if found := find_invoice_address(message.new_words):
        lines, country = found
        set_invoice_address(work, find_or_name_organization(work, box, lines[0]), lines, country, box.id)
    return (
        accept_quote(work, quote.id, _acceptance(work, message, evidence, decided_by=decided_by)) is not None
    )


def _acceptance(work: Work, message: Message, evidence: frozenset[str], *, decided_by: str) -> Acceptance:
    numbers = [str(i["value"]) for i in message.intents if i["name"] == "purchase order"]
    answer = answer_to(work.session, message)
    return Acceptance(
        message_id=message.id,
        message_sha256=message.raw_sha256,
        signatory=message.sender,
        words=message.new_words,
        authentication=", ".join(sorted(evidence)),
        decided_by=decided_by,
        reference=f"PO {numbers[0]}" if numbers else None,
        thread={
            "subject": reply_subject(message.subject),
            "in_reply_to": answer.in_reply_to,
            "references": list(answer.references),
            "index": answer.index,
            "begun_at": message.received_at.isoformat(),
        },
        finalise_at=work.now + timedelta(minutes=work.settings.sales.cooling_minutes),
    )
