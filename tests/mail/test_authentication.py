"""Only what the configured server itself wrote on top of a mail is evidence for From (T8)."""

from __future__ import annotations

import pytest

from inboxcrm.mail.authentication import NO_EVIDENCE, read_authentication

RECEIVED = (
    "received",
    "from c.test (c.test [1.2.3.4]) by mx.test with ESMTP; Mon, 6 Jan 2025 10:02:03 +0100",
)
FOREIGN = ("received", "from inner by mail.evil.test; Mon, 6 Jan 2025 10:02:03 +0100")


def own(text: str) -> tuple[str, str]:
    return ("authentication-results", f"mx.test; {text}")


def is_aligned(*headers: tuple[str, str], author: str = "shop.test", server: str | None = "mx.test") -> bool:
    return read_authentication(headers, author, server).is_aligned


@pytest.mark.parametrize(
    "text",
    [
        "dmarc=pass header.from=shop.test",
        "dmarc=pass (p=REJECT sp=none) header.from=shop.test; spf=fail",
        "dkim=pass header.d=shop.test",
        "dkim=pass (2048-bit key; (nested) secure) header.d=mail.shop.test header.i=@shop.test",
        'dkim=pass reason="good; really" header.i=@shop.test',
        "DKIM = PASS header.d = Shop.Test.",
        "dkim=fail header.d=other.test; dkim=pass header.d=shop.test",
        "dkim/1=pass header.d=shop.test",
        "spf=pass smtp.mailfrom=x; dmarc=pass",
    ],
)
def test_a_pass_of_our_server_is_evidence(text):
    assert is_aligned(own(text), RECEIVED, FOREIGN)


@pytest.mark.parametrize(
    "text",
    [
        "spf=pass smtp.mailfrom=a@shop.test",
        "dkim=pass header.d=evil.test",
        "dkim=pass header.d=notshop.test",
        "dkim=fail header.d=shop.test; dmarc=fail header.from=shop.test",
        "dmarc=pass header.from=evil.test",
        "dmarc=pass header.from=shop.test; dmarc=fail header.from=shop.test",
        'x="; dmarc=pass header.from=shop.test"',
        "spf=pass (dmarc=pass header.from=shop.test)",
        "spf=pass (open comment; dmarc=pass header.from=shop.test",
        "none",
        "",
        "dkim=pass header.d=test",
    ],
)
def test_anything_less_is_no_evidence(text):
    assert not is_aligned(own(text), RECEIVED)


def test_a_line_below_our_servers_received_line_is_forged():
    assert not is_aligned(RECEIVED, own("dmarc=pass header.from=shop.test"))
    assert not is_aligned(RECEIVED, own("dmarc=pass header.from=shop.test"), RECEIVED)


def test_a_line_without_any_received_line_of_our_server_is_no_evidence():
    assert not is_aligned(own("dmarc=pass"))
    assert not is_aligned(own("dmarc=pass"), FOREIGN)
    assert not is_aligned(own("dmarc=pass"), ("received", "from x (by mx.test) by other.test; now"))


@pytest.mark.parametrize("name", ["evil.test", "mx.test.evil.test", "amx.test", '"mx.test x"', ""])
def test_a_line_of_another_server_is_no_evidence(name):
    assert not is_aligned(("authentication-results", f"{name}; dmarc=pass header.from=shop.test"), RECEIVED)


def test_the_servers_name_is_compared_whatever_its_case_and_may_have_a_version():
    assert is_aligned(("authentication-results", "MX.Test 1; dmarc=pass"), RECEIVED)
    assert is_aligned(own("dmarc=pass"), RECEIVED, server="MX.TEST")


def test_without_a_configured_server_there_is_no_evidence():
    headers = [own("dmarc=pass header.from=shop.test"), RECEIVED]
    assert read_authentication(headers, "shop.test", None) == NO_EVIDENCE
    assert read_authentication(headers, "shop.test", "") == NO_EVIDENCE


def test_without_an_author_there_is_nothing_to_prove():
    assert not is_aligned(own("dmarc=pass; dkim=pass header.d=shop.test"), RECEIVED, author="")


def test_alignment_is_by_organizational_domain():
    signed = own("dkim=pass header.d=mail.shop.co.uk")
    assert is_aligned(signed, RECEIVED, author="news.shop.co.uk")
    assert not is_aligned(own("dkim=pass header.d=other.co.uk"), RECEIVED, author="shop.co.uk")
    assert not is_aligned(own("dkim=pass header.d=co.uk"), RECEIVED, author="shop.co.uk")


def test_a_provider_known_to_write_it_lower_counts_by_its_topmost_line_only():
    headers = [RECEIVED, own("dmarc=fail"), own("dmarc=pass header.from=shop.test")]
    assert not read_authentication(headers, "shop.test", "mx.test", "topmost").is_aligned
    assert read_authentication([RECEIVED, own("dmarc=pass")], "shop.test", "mx.test", "topmost").is_aligned
    nameless = (
        "authentication-results",
        "spf=pass smtp.mailfrom=x; dkim=pass header.d=shop.test;dmarc=pass action=none",
    )
    inside = [nameless, RECEIVED]
    assert read_authentication(inside, "shop.test", "", "topmost", "mx.test").is_aligned
    assert not read_authentication([RECEIVED, nameless], "shop.test", "", "topmost", "mx.test").is_aligned
    assert not read_authentication([nameless], "shop.test", "", "topmost", "mx.test").is_aligned
    assert not read_authentication([nameless], "shop.test", "", "topmost").is_aligned
    assert not read_authentication([nameless], "shop.test", "mx.test", "topmost").is_aligned


def test_the_verdicts_are_told():
    got = read_authentication(
        [own("dkim=pass header.d=a.test; dkim=pass header.i=@b.test; dmarc=none"), RECEIVED],
        "c.test",
        "mx.test",
    )
    assert (got.dmarc, got.dkim, got.dkim_domains) == ("none", "pass", ("a.test", "b.test"))
