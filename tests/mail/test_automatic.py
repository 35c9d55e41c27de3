"""Machines are told from people before any rule runs (L1)."""

from __future__ import annotations

import pytest

from inboxcrm.mail.automatic import automatic_kind
from inboxcrm.mail.parse import parse_mail


def kind(*headers: str, sender: str = "bob@peer.test") -> str | None:
    found = automatic_kind(parse_mail("\r\n".join([f"From: {sender}", *headers, "", "words"]).encode()))
    assert found is None or found.reason
    return found.kind if found else None


@pytest.mark.parametrize(
    ("wanted", "headers"),
    [
        (None, ["Subject: Re: Quote"]),
        (None, ["Auto-Submitted: no"]),
        (None, ["Auto-Submitted: No (by a person)"]),
        ("auto-reply", ["Auto-Submitted: auto-replied"]),
        ("auto-reply", ["Auto-Submitted: auto-replied (vacation)"]),
        ("auto-reply", ["Auto-Submitted: Auto-Replied; owner-email=x"]),
        ("bulk", ["Auto-Submitted: auto-generated"]),
        ("auto-reply", ["Auto-Submitted: auto-generated", "Subject: Automatic reply: Quote"]),
        ("bulk", ["Precedence: bulk"]),
        ("bulk", ["Precedence: list"]),
        (None, ["Precedence: first-class"]),
        ("auto-reply", ["Precedence: auto_reply"]),
        ("bulk", ["List-Id: <x.y>"]),
        ("bulk", ["List-Unsubscribe: <https://x.test>"]),
        ("auto-reply", ["X-Autoreply: yes"]),
        (None, ["X-Autoreply: no"]),
        ("bulk", ["X-Auto-Response-Suppress: All"]),
        (None, ["X-Auto-Response-Suppress: DR, RN"]),
        ("auto-reply", ["Return-Path: <>"]),
        ("bounce", ["Return-Path: <>", "Subject: Undeliverable: Quote"]),
        ("bounce", ["Return-Path: <MAILER-DAEMON@mx.test>", "Subject: Mail delivery failed"]),
        ("auto-reply", ["Subject: AUTO: Bob is out of the office (returning Monday)"]),
        (None, ["Subject: AUTO: new tyres"]),
        ("bounce", ["X-Failed-Recipients: a@b.test"]),
        (None, ["Subject: When are you back from out of office?"]),
        ("auto-reply", ["Subject: I am out of office", "X-Auto-Response-Suppress: OOF"]),
        (None, ["Subject: Delivery notification wanted", "Return-Path: <a@b.test>"]),
    ],
)
def test_headers_tell(wanted, headers):
    assert kind(*headers) == wanted


@pytest.mark.parametrize(
    "subject",
    [
        "Automatic reply: Quote", "Out of Office: Quote", "Out of the office", "Abwesenheitsnotiz: Angebot",
        "Automatische Antwort: Angebot", "Automatisch antwoord: Offerte", "Afwezig: Offerte", "Autosvar: Tilbud",
        "Réponse automatique : Devis", "Respuesta automática: Oferta", "Risposta automatica: Offerta",
        "Resposta automática: Proposta", "Automatisk svar: Tilbud", "Odpowiedź automatyczna: Oferta",
    ],
)  # fmt: skip
def test_an_absence_is_told_by_its_subject_in_the_usual_languages(subject):
    assert kind(f"Subject: {subject}") == "auto-reply"


@pytest.mark.parametrize(
    "sender",
    ["no-reply@x.test", "noreply@x.test", "do-not-reply@x.test", "donotreply+1@x.test", "newsletter@x.test"],
)
def test_nobody_reads_a_no_reply_address(sender):
    assert kind(sender=sender) == "bulk"


@pytest.mark.parametrize(
    "sender", ["norep@x.test", "reply@x.test", "newton@x.test", "anna.noreplyson@x.test"]
)
def test_a_person_with_such_a_name_is_a_person(sender):
    assert kind(sender=sender) is None


def test_a_mailer_daemon_bounces():
    assert kind("Subject: failure notice", sender="MAILER-DAEMON@mx.test") == "bounce"


def test_a_delivery_report_is_a_bounce_before_it_is_an_auto_reply():
    report = "Content-Type: multipart/report; report-type=delivery-status; boundary=x"
    assert kind("Auto-Submitted: auto-replied", report) == "bounce"
