"""What each provider's own server says of a sender counts, at the place where it says it; what others write does not.

The shapes are those of real mails of these providers, with names and numbers changed (T8).
"""

from __future__ import annotations

import pytest

from inboxcrm.base.settings import Account
from inboxcrm.mail.evidence import evidence_for, is_provable
from inboxcrm.mail.parse import parse_mail

GMAIL = """\
Delivered-To: sales@kestrel.test
Received: by 2002:a05:6402:2692:b0:5e0:8f3a:1c2d with SMTP id w18csp1234567edd;
        Mon, 2 Mar 2026 02:11:49 -0800 (PST)
X-Google-Smtp-Source: AGHT+IEx
X-Received: by 2002:aa7:90c5:: with SMTP id k5mr13791296pfk.143.1772446309246;
        Mon, 02 Mar 2026 02:11:49 -0800 (PST)
ARC-Seal: i=1; a=rsa-sha256; t=1772446309; cv=none; d=google.com; s=arc-20240605; b=abc
ARC-Authentication-Results: i=1; mx.google.com;
       dkim=pass header.i=@shop.test header.s=s1 header.b=Zx1; dmarc=pass header.from=shop.test
Return-Path: <bob@shop.test>
Received: from out.shop.test (out.shop.test. [192.0.2.25])
        by mx.google.com with ESMTPS id d9443c01a7336-2ae3c1si34.2026.03.02.02.11.48
        for <sales@kestrel.test>
        (version=TLS1_3 cipher=TLS_AES_256_GCM_SHA384 bits=256/256);
        Mon, 02 Mar 2026 02:11:49 -0800 (PST)
Received-SPF: pass (google.com: domain of bob@shop.test designates 192.0.2.25 as permitted sender)
Authentication-Results: mx.google.com;
       dkim=pass header.i=@shop.test header.s=s1 header.b=Zx1;
       spf=pass (google.com: domain of bob@shop.test designates 192.0.2.25 as permitted sender)
        smtp.mailfrom=bob@shop.test;
       dmarc=pass (p=REJECT sp=REJECT dis=NONE) header.from=shop.test
"""
MICROSOFT = """\
Received: from AM0PR04MB1234.eurprd04.prod.outlook.com (2603:10a6:208:c1::17)
 by VI1PR04MB5678.eurprd04.prod.outlook.com with HTTPS; Mon, 2 Mar 2026
 10:11:52 +0000
Received: from DB7PR05CA0012.eurprd05.prod.outlook.com (2603:10a6:10:36::25)
 by AM0PR04MB1234.eurprd04.prod.outlook.com (2603:10a6:208:c1::17) with
 Microsoft SMTP Server (version=TLS1_2,
 cipher=TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384) id 15.20.1;
 Mon, 2 Mar 2026 10:11:50 +0000
Received: from DB3EUR04FT015.eop-eur04.prod.protection.outlook.com
 (2603:10a6:10:36:cafe::98) by DB7PR05CA0012.outlook.office365.com
 (2603:10a6:10:36::25) with Microsoft SMTP Server id 15.20.1 via Frontend
 Transport; Mon, 2 Mar 2026 10:11:50 +0000
Authentication-Results: spf=pass (sender IP is 192.0.2.25)
 smtp.mailfrom=shop.test; dkim=pass (signature was verified)
 header.d=shop.test;dmarc=pass action=none
 header.from=shop.test;compauth=pass reason=100
Received-SPF: Pass (protection.outlook.com: domain of shop.test designates 192.0.2.25 as permitted sender)
Received: from out.shop.test (192.0.2.25) by
 DB3EUR04FT015.mail.protection.outlook.com (10.152.24.110) with Microsoft SMTP
 Server id 15.20.1 via Frontend Transport; Mon, 2 Mar 2026 10:11:50 +0000
"""
FASTMAIL = """\
Return-Path: <bob@shop.test>
Received: from phl-compute-04.internal (phl-compute-04.phl.internal [10.202.2.44])
  by sloti52t07 (Cyrus 3.13.0-alpha0) with LMTPA;
  Mon, 02 Mar 2026 05:11:50 -0500
X-Delivered-to: sales@kestrel.test
Received: from phl-mx-03 ([10.202.2.202])
  by phl-compute-04.internal (MEProxy); Mon, 02 Mar 2026 05:11:50 -0500
Authentication-Results: phl-mx-03.messagingengine.com;
    arc=none (no signatures found);
    dkim=pass (2048-bit rsa key sha256) header.d=shop.test header.i=@shop.test header.b=Zx1;
    dmarc=pass policy.published-domain-policy=reject policy.applied-disposition=none
      (p=reject,d=none,d.eval=none) policy.policy-from=p header.from=shop.test;
    spf=pass smtp.mailfrom=bob@shop.test smtp.helo=out.shop.test
Received: from out.shop.test (out.shop.test [192.0.2.25])
 by phl-mx-03.messagingengine.com (Postfix) with ESMTPS
 for <sales@kestrel.test>; Mon, 02 Mar 2026 05:11:49 -0500 (EST)
"""
BODY = "From: Bob <bob@shop.test>\nTo: sales@kestrel.test\nSubject: yes\n\nyes\n"
# What an attacker writes into his own mail, hoping to be believed.
DATE = "Mon, 02 Mar 2026 02:11:49 -0800"
FORGED = {
    "google": "Authentication-Results: mx.google.com; dmarc=pass header.from=shop.test\n",
    "microsoft": "Authentication-Results: dkim=pass header.d=shop.test; dmarc=pass header.from=shop.test\n",
    "fastmail": "Authentication-Results: phl-mx-03.messagingengine.com; dmarc=pass header.from=shop.test\n",
}
FORGED_BORDER = {
    "google": f"Received: from out.shop.test by mx.google.com with ESMTPS id x; {DATE}\n",
    "microsoft": f"Received: from out.shop.test by AA.mail.protection.outlook.com with Microsoft SMTP; {DATE}\n",
    "fastmail": f"Received: from out.shop.test by phl-mx-03.messagingengine.com (Postfix); {DATE}\n",
}
REAL = {"google": GMAIL, "microsoft": MICROSOFT, "fastmail": FASTMAIL}
HOSTS = {"google": "imap.gmail.com", "microsoft": "outlook.office365.com", "fastmail": "imap.fastmail.com"}
SERVER = {"fastmail": "*.messagingengine.com"}
ALL = pytest.mark.parametrize("provider", sorted(REAL))


def account(provider: str, server: str | None = None) -> Account:
    login = {"host": HOSTS[provider], "port": 993}
    return Account.model_validate(
        {
            "address": "sales@kestrel.test",
            "imap": login,
            "smtp": {**login, "port": 465},
            "authentication_server": SERVER.get(provider, "") if server is None else server,
        }
    )


def is_proven(where: Account, headers: str) -> bool:
    incoming = parse_mail((headers + BODY).replace("\n", "\r\n").encode())
    return evidence_for(where, incoming).is_aligned


def failed(headers: str) -> str:
    """The same mail as the provider's server takes it in when nothing proves its sender."""
    head, mark, rest = headers.partition("\nAuthentication-Results:")
    return head + mark + rest.replace("dmarc=pass", "dmarc=fail").replace("dkim=pass", "dkim=fail")


def without_results(headers: str) -> str:
    """The same trace, had the border server written no results."""
    lines, is_inside = [], False
    for line in headers.splitlines(keepends=True):
        is_inside = line.startswith("Authentication-Results:") or (is_inside and line[0] in " \t")
        lines += [] if is_inside else [line]
    return "".join(lines)


@ALL
def test_the_providers_own_results_prove_a_sender(provider: str) -> None:
    assert is_proven(account(provider), REAL[provider])


@ALL
def test_its_no_is_a_no_whatever_the_sender_wrote_himself(provider: str) -> None:
    where, seen = account(provider), failed(REAL[provider])

    assert not is_proven(where, seen)
    assert not is_proven(where, seen + FORGED[provider])
    assert not is_proven(where, seen + FORGED_BORDER[provider] + FORGED[provider])
    assert not is_proven(where, seen + FORGED[provider] + FORGED_BORDER[provider])


@ALL
def test_a_mail_that_never_passed_the_border_proves_nothing(provider: str) -> None:
    """Imported, fetched from a mailbox elsewhere, or handed in from within: all of it may be the sender's."""
    where = account(provider)
    fetched = "Received: from pop.other.test by mail.other.test with POP3; Mon, 2 Mar 2026 10:11:50 +0000\n"
    for trace in ("", fetched):
        assert not is_proven(where, trace + FORGED[provider])
        assert not is_proven(where, trace + FORGED[provider] + "X-Other: 1\n")
    for line in (FORGED[provider] + FORGED_BORDER[provider], FORGED_BORDER[provider] + FORGED[provider]):
        assert provider == "fastmail" or not is_proven(where, fetched + line)


def test_without_results_of_the_border_a_nameless_line_below_it_is_not_taken_for_them() -> None:
    """And a named one not from below the next server's line."""
    assert not is_proven(account("microsoft"), without_results(MICROSOFT) + FORGED["microsoft"])
    next_hop = "Received: by client.shop.test; Mon, 02 Mar 2026 02:11:49 -0800\n"
    assert not is_proven(account("google"), without_results(GMAIL) + next_hop + FORGED["google"])


def test_a_renamed_line_and_arc_are_no_evidence() -> None:
    """Microsoft renames what comes from outside; ARC is another's word."""
    renamed = MICROSOFT.replace("\nAuthentication-Results:", "\nAuthentication-Results-Original:")
    assert not is_proven(account("microsoft"), renamed)
    assert not is_proven(account("google"), without_results(GMAIL))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("header.from=shop.test", "header.from=evil.test"),
        ("dmarc=pass action=none", "dmarc=bestguesspass action=none"),
    ],
)
def test_a_pass_for_another_domain_or_by_a_guess_is_none(old: str, new: str) -> None:
    seen = MICROSOFT.replace(old, new).replace("header.d=shop.test", "header.d=evil.test")
    assert not is_proven(account("microsoft"), seen)


def test_a_gateway_in_front_of_gmail_is_believed_where_it_is_configured() -> None:
    """Then its own line above its own Received line counts, and Google's judgement of the gateway does not."""
    gateway = (
        "Authentication-Results: gw.kestrel.test; dmarc=pass header.from=shop.test\n"
        "Received: from out.shop.test by gw.kestrel.test with ESMTPS; Mon, 02 Mar 2026 02:11:40 -0800\n"
    )
    where = account("google", "gw.kestrel.test")

    assert is_proven(where, failed(GMAIL) + gateway)
    assert not is_proven(where, GMAIL)


def test_gmail_and_microsoft_need_no_name_and_others_do() -> None:
    assert is_provable(account("google"))
    assert is_provable(account("microsoft"))
    assert not is_provable(account("fastmail", ""))
    assert not is_proven(account("fastmail", ""), FASTMAIL)
