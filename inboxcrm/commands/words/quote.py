"""`quote 20 x standard`: qualifies and converts the lead, issues the quote, and drafts the rep's mail with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from inboxcrm.base.errors import Refused
from inboxcrm.base.settings import Settings
from inboxcrm.base.work import Work
from inboxcrm.commands.scene import Scene, box_of, open_question
from inboxcrm.crm.deal_name import name_deal
from inboxcrm.crm.lead import convert_lead
from inboxcrm.crm.store import first_address, lead_of_box, opportunity_of_box
from inboxcrm.ingest.answering import answer_to
from inboxcrm.ingest.quoting import reply_subject
from inboxcrm.ingest.store import last_customer_message
from inboxcrm.mail.incoming import Address
from inboxcrm.outbox.letter import Plan, Thread, write_letter
from inboxcrm.papers.printed import grouped_amount, spelled_day
from inboxcrm.sales.content import Ordered
from inboxcrm.sales.items import read_items
from inboxcrm.sales.kinds.quote import issue_quote
from inboxcrm.sales.store import open_quote

if TYPE_CHECKING:
    from inboxcrm.crm.records import Box, Opportunity
    from inboxcrm.sales.records import Document

class MailUnfiled(Refused):
    """A quote before it is said where the mail belongs: it could take the place of another deal's quote (IN-3)."""

    def __init__(self, act: str, source: str) -> None:
        first = "`yes`" if act == "propose" else "`file 1` or `file new`"
        super().__init__(
            "no quote was made, as it is not said yet to which deal that mail belongs; "
            f"answer this with {first} and, on the line below: {source}"
        )


def make_quote(work: Work, scene: Scene) -> str:
    """Make the quote and lay its mail, with the PDF, into the rep's Drafts folder."""
    ordered = read_items(scene.line.rest, work.settings)
    if work.settings.account_of_user(scene.user.key) is None:
        raise Refused(f"your mailbox {scene.user.address} is not watched, so no draft can be laid into it")
    if asked := open_question(work, scene):
        raise MailUnfiled((asked.question or {}).get("act", ""), scene.line.source)
    box = box_of(work, scene)
    opportunity = _opportunity(work, scene, box, ordered)
    replaces = _replaced(work, box)
    quote = issue_quote(work, opportunity, ordered, occasion=scene.occasion, thread={})
    _draft(work, scene, box, quote)
    said = f"quote {quote.number} over {_total(quote)} net is being laid into your Drafts folder"
    return f"{said}; send it when it is right{replaces}{_going_with(ordered, work.settings)}"


def _going_with(ordered: list[Ordered], settings: Settings) -> str:
    """Name the products that go with those quoted, to the rep alone (OP-18); "" if there are none."""
    quoted = {one.product.code for one in ordered}
    codes = dict.fromkeys(code for one in ordered for code in one.product.goes_with if code not in quoted)
    found = [product for code in codes if (product := settings.product_by_code(code))]
    currency = settings.company.currency
    named = ", ".join(f"{one.code} ({one.description}, {currency} {one.price} a {one.unit})" for one in found)
    return f"; it goes well with {named}" if named else ""


def _replaced(work: Work, box: Box) -> str:
    """Say which quote of the deal ends by a new one, and how to have it again; "" if there is none."""
    quote = open_quote(work.session, box.id)
    if quote is None:
        return ""
    whose = "which the customer has" if quote.state == "sent" else "which had not left"
    items = ", ".join(f"{line['quantity']} x {line['product']}" for line in quote.lines)
    return f"; on {box.name} it replaces {quote.number} over {_total(quote)} net, {whose}; to undo: quote {items}"


def _total(quote: Document) -> str:
    return f"{quote.currency} {grouped_amount((quote.content or {})['total'])}"


def _opportunity(work: Work, scene: Scene, box: Box, ordered: list[Ordered]) -> Opportunity:
    known = opportunity_of_box(work.session, box.id)
    if known is not None:
        if not known.is_open:
            raise Refused(f"{known.name} is {known.state}; a second deal with a contact cannot be opened yet")
        return known
    lead = lead_of_box(work.session, box.id)
    if lead is None:
        raise Refused("there is neither a lead nor an opportunity here")
    packs = " + ".join(f"{o.quantity:f} {o.product.code}" for o in ordered)
    name = name_deal(work, box, "new", packs=packs)
    return convert_lead(work, lead, by=scene.user.key, name=name)


def _draft(work: Work, scene: Scene, box: Box, quote: Document) -> None:
    account = work.settings.account_of_user(scene.user.key)
    if account is None or box.contact is None:
        raise Refused("there is nobody to send the quote to")
    asked = last_customer_message(work.session, box.id)
    content: dict[str, Any] = quote.content or {}
    write_letter(
        work,
        Plan(
            kind="quote",
            form="draft",
            dedupe=f"quote:{quote.id}:{quote.revision}:draft",
            account=account.address,
            to=[Address(box.contact.name, first_address(box.contact))],
            subject=reply_subject(asked.subject) if asked else f"Quote {quote.number}",
            facts={
                "name": box.contact.name,
                "sender": scene.user.name,
                "number": quote.number,
                "total": f"{quote.currency} {grouped_amount(content['total'])}",
                "valid_until": spelled_day(content["valid_until"]),
                "lines": content["lines"],
                "company": work.settings.company.name,
            },
            thread=answer_to(work.session, asked) if asked else Thread(),
            box_id=box.id,
            document_id=quote.id,
            awaits=f"document:{quote.id}",
        ),
    )
