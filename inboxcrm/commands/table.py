"""All command words (EM-4); adding one is one file in `words/` and one line here."""

from __future__ import annotations

from inboxcrm.commands.word import EVERYBODY, FINANCE, SELLERS, Word
from inboxcrm.commands.words import (
    answer,
    ask,
    assign,
    away,
    bant,
    call,
    capture,
    company,
    contact,
    delivered,
    done,
    escalate,
    field,
    file,
    forecast,
    go_on,
    handover,
    help_words,
    hold,
    invoice,
    lead_facts,
    licences,
    lost,
    merge,
    move,
    note,
    overloaded,
    paid,
    private,
    quote,
    recycle,
    release,
    resume,
    role,
    score,
    snippet,
    snooze,
    stage,
    stop,
    summary,
    undo,
    won,
)

DESCRIBERS = SELLERS | {"marketing"}

WORDS: tuple[Word, ...] = (
    Word("done", EVERYBODY, "done", "finish the task", done.finish),
    Word(
        "merge", SELLERS, "merge 4711", "make it part of another box, person or company", merge.merge_records
    ),
    Word("unmerge", SELLERS, "unmerge 12", "take a merge apart again", merge.unmerge_records),
    Word("snooze", EVERYBODY, "snooze 3 days", "put the task off", snooze.put_off),
    Word(
        "assign",
        EVERYBODY,
        "assign ben",
        "give the lead or deal to a colleague, with its open tasks",
        assign.assign,
    ),
    Word("stage", SELLERS, "stage negotiation", "move the deal in the pipeline, both ways", stage.move),
    Word("won", SELLERS, "won", "win the deal, once its checklist is complete", won.win, is_alone=True),
    Word("lost", SELLERS, "lost price", "lose the deal; a reason is needed", lost.lose),
    Word("hold", SELLERS, "hold until 3 dec", "put the deal on hold until a day", hold.hold),
    Word("wake", SELLERS, "wake", "the deal is no longer on hold", hold.wake, is_alone=True),
    Word("commit", SELLERS, "commit", "stand by the deal; `commit no` no longer", forecast.commit),
    Word(
        "probability",
        SELLERS,
        "probability 70: they told me so",
        "say how likely the deal is, and why",
        forecast.guess,
    ),
    Word("amount", SELLERS, "amount 12,500 eur", "say what the deal is worth, net", forecast.price),
    Word("close", SELLERS, "close 15 dec", "say when the deal is expected to close", forecast.expect),
    Word(
        "continue",
        SELLERS,
        "continue: they decide in January",
        "say why a quiet deal goes on",
        go_on.go_on,
    ),
    Word(
        "quote", SELLERS, "quote 20 x standard", "make a quote and lay it into your Drafts", quote.make_quote
    ),
    Word(
        "invoice",
        SELLERS | FINANCE,
        "invoice to Acme B.V., Damrak 1, 1012 LG Amsterdam, NL",
        "keep the address for the invoice",
        invoice.keep_address,
    ),
    Word(
        "stop",
        SELLERS | FINANCE,
        "stop",
        "halt an invoice that is still cooling, or `stop sequence` what a rule sends step by step",
        stop.stop,
    ),
    Word(
        "delivered",
        SELLERS | {"operations"},
        "delivered",
        "the order is delivered",
        delivered.note_delivered,
        is_alone=True,
    ),
    Word("paid", FINANCE, "paid", "the invoice is paid in full", paid.note_paid),
    Word("yes", SELLERS, "yes", "answer a question with yes", answer.say_yes, is_alone=True),
    Word("no", SELLERS, "no", "answer a question with no", answer.say_no, is_alone=True),
    Word("file", SELLERS, "file 1", "put a mail on a deal, or on one of its own: `file new`", file.file_mail),
    Word("ignore", SELLERS, "ignore", "make no lead of this sender's mail", file.ignore_sender),
    Word(
        "capture",
        EVERYBODY,
        "capture known",
        "say what is stored of your own mailbox",
        capture.set_capture,
    ),
    Word(
        "release", SELLERS, "2 release", "what was kept as noise is a customer's mail", release.release_mail
    ),
    Word("lead", SELLERS, "lead 1 3 5-7", "make leads of these mails", release.make_leads),
    Word(
        "away",
        EVERYBODY,
        "away until 3 dec, deputy ben",
        "let somebody stand in for you",
        away.go_away,
    ),
    Word("back", EVERYBODY, "back", "you are there again", away.come_back, is_alone=True),
    Word(
        "call",
        SELLERS | {"operations", "marketing"},
        "call: in, 12 min, they want twenty licences",
        "note a call",
        call.note_call,
    ),
    Word(
        "ask", SELLERS, "ask: size, phone", "lay a mail that asks for it into your Drafts", ask.ask_customer
    ),
    Word("source", DESCRIBERS, "source: trade show", "say where the lead comes from", lead_facts.say_source),
    Word("type", DESCRIBERS, "type: tender", "say of which type the lead is", lead_facts.say_type),
    Word(
        "campaign", DESCRIBERS, "campaign: spring fair", "say what brought the lead", lead_facts.say_campaign
    ),
    Word(
        "bant",
        SELLERS,
        "bant budget yes, timeline urgent",
        "say budget, authority, need and timeline of the lead",
        bant.note_bant,
    ),
    Word("qualify", SELLERS, "qualify", "the lead is worth a deal", bant.qualify, is_alone=True),
    Word(
        "score",
        SELLERS,
        "score size 4, fit 2: reason",
        "tell a lead's points, or give them",
        score.note_score,
    ),
    Word("resume", SELLERS, "resume: Acme licences", "wake a deal of the old CRM", resume.resume),
    Word(
        "recycle",
        SELLERS,
        "recycle until 1 feb: no budget this year",
        "let the lead rest until a day",
        recycle.let_rest,
    ),
    Word("dead", SELLERS, "dead: they bought elsewhere", "let the lead go for good", recycle.let_go),
    Word(
        "private",
        EVERYBODY,
        "private",
        "take a conversation of your own mailbox out again, for good",
        private.make_private,
        is_alone=True,
    ),
    Word("role", SELLERS, "role signatory: Bob Brouwer", "say what somebody is on a deal", role.say_role),
    Word("billing", SELLERS | FINANCE, "billing: bob@acme.example", "say who pays", role.say_named_role),
    Word("signatory", SELLERS, "signatory: Bob Brouwer", "say who signs", role.say_named_role),
    Word(
        "address", SELLERS, "address: bob@other.example", "a further address of a person", contact.say_address
    ),
    Word("phone", DESCRIBERS, "phone: +31 20 123 4567", "a person's telephone number", contact.say_phone),
    Word("company", DESCRIBERS, "company: Acme Retail", "how the customer is called", company.say_name),
    Word("kind", DESCRIBERS, "kind: partner", "say what the customer is to us", company.say_kind),
    Word("parent", DESCRIBERS, "parent: Acme Holding", "to whom the customer belongs", company.say_parent),
    Word("end-user", SELLERS, "end-user: Beta B.V.", "for whom a partner buys", company.say_for_whom),
    Word("domain", SELLERS, "domain: acme.nl", "a further domain of the customer", company.say_domain),
    Word(
        "vat", SELLERS | FINANCE, "vat: NL001234567B01", "the customer's VAT number", company.say_vat_number
    ),
    Word(
        "licences",
        SELLERS,
        "licences: 50 to 40",
        "say how many licences a deal is about",
        licences.say_licences,
    ),
    Word("field", DESCRIBERS, "field size: 200", "set a field of your own", field.say_field),
    Word("handover", SELLERS, "handover anna: reason", "give it to another rep", handover.give_away),
    Word("note", EVERYBODY, "note: they decide in March", "keep words on the deal", note.keep_note),
    Word(
        "task", SELLERS, "task: call them fri", "give yourself, or `for ben`, something to do", note.give_task
    ),
    Word("drop", EVERYBODY, "drop: they do it themselves", "let a task be", note.drop_task),
    Word("move", SELLERS, "move acme", "put a mail on another deal, by name or number", move.move_mail),
    Word(
        "undo", EVERYBODY, "undo", "take back what a receipt tells; `undo 2` its second line", undo.take_back
    ),
    Word(
        "escalate",
        SELLERS | {"operations"},
        "escalate anna: why",
        "pass a technical question on: to a colleague, `escalate call`, `escalate on site`",
        escalate.escalate,
    ),
    Word("snippet", SELLERS, "snippet: Offline use", "lay a ready answer, or keep one", snippet.say_snippet),
    Word("summary", EVERYBODY, "summary", "the deal's mails in brief", summary.summarise, is_alone=True),
    Word(
        "overloaded",
        EVERYBODY,
        "overloaded: two of us are ill",
        "tell whoever leads you, with what you have to do",
        overloaded.tell_leader,
    ),
    Word("help", EVERYBODY, "help", "list these words", help_words.list_words),
)
BY_NAME = {word.name: word for word in WORDS}
