"""The PDF of a frozen document: right, the same each time, kept for years, and deaf to what foreign text says."""

from __future__ import annotations

import os
import re
import select
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256
from pathlib import Path

import pytest

from inboxcrm.papers.content import PaperContentError
from inboxcrm.papers.typeset import PaperTimeError, typeset_paper, typeset_summary
from tests.papers.sample import ISSUED_AT, invoice_content, long_invoice, one_line, quote_content

ROOT = Path(__file__).parents[2]


def run_tool(*command, pdf):
    return subprocess.run(command, input=pdf, capture_output=True, check=True).stdout.decode()


def text_of(pdf):
    return run_tool("pdftotext", "-layout", "-", "-", pdf=pdf)


def pages_of(pdf):
    return text_of(pdf).removesuffix("\f").split("\f")


def test_same_content_gives_the_same_bytes():
    first = typeset_paper(quote_content(), ISSUED_AT)
    typeset_paper(invoice_content(), ISSUED_AT)

    assert first == typeset_paper(quote_content(), ISSUED_AT)
    assert first == typeset_paper(quote_content(), ISSUED_AT.astimezone(timezone(timedelta(hours=5))))


def test_same_bytes_in_another_process_zone_and_folder(tmp_path):
    script = (
        "import sys, hashlib; from inboxcrm.papers.typeset import typeset_paper;"
        "from tests.papers.sample import ISSUED_AT, quote_content;"
        "sys.stdout.write(hashlib.sha256(typeset_paper(quote_content(), ISSUED_AT)).hexdigest())"
    )
    env = os.environ | {"PYTHONPATH": str(ROOT), "TZ": "Asia/Tokyo", "LANG": "C", "HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, env=env, capture_output=True, check=True
    )

    assert done.stdout.decode() == sha256(typeset_paper(quote_content(), ISSUED_AT)).hexdigest()


def test_quote_says_what_when_how_much_and_how_to_accept():
    text = text_of(typeset_paper(quote_content(), ISSUED_AT))

    for printed in (
        "Quote Q-2026-0001", "22 November 2026", "22 December 2026", "PO 4711", "Metalcraft GmbH", "München",
        "Germany", "Standard plan, one year", "49.00", "980.00", "VAT 21 % on 980.00", "205.80", "Page 1 of 1",
        "“we accept”", "KvK 12345678", "Prices hold until the day above.",
    ):  # fmt: skip
        assert printed in text
    assert re.search(r"Total +EUR\s1,185\.80", text)
    assert "49.0000" not in text
    assert len(pages_of(typeset_paper(quote_content(), ISSUED_AT))) == 1


def test_invoice_says_where_to_pay_and_what_to_write():
    text = " ".join(text_of(typeset_paper(invoice_content(origin="Q-2026-0001"), ISSUED_AT)).split())

    assert "Please pay EUR 1,185.80 by 22 December 2026 to Northlight Software B.V., IBAN" in text
    assert "IBAN NL91 ABNA 0417 1643 00, and write INV-2026-0042 with the payment." in text
    assert "Q-2026-0001" in text
    assert "we accept" not in text


def test_invoice_of_nothing_asks_for_no_payment():
    tax = {"category": "S", "rate": "21", "base": "0.00", "amount": "0.00", "text": ""}
    zero = invoice_content(lines=one_line(net="0.00"), taxes=[tax], net="0.00", tax="0.00", total="0.00")
    text = text_of(typeset_paper(zero, ISSUED_AT))

    assert "Nothing is to be paid." in text
    assert "Please pay" not in text


def test_order_names_the_quote_it_came_from():
    text = text_of(typeset_paper(quote_content(kind="order", number="O-7", origin="Q-2026-0001"), ISSUED_AT))

    assert "Order O-7" in text
    assert "Q-2026-0001" in text
    assert "we accept" not in text


def test_quote_that_leaves_vat_open_says_so():
    lines = one_line(tax_category=None, tax_rate=None)
    text = text_of(typeset_paper(quote_content(lines=lines, taxes=[], tax="0.00", total="980.00"), ISSUED_AT))

    assert re.search(r"Total before VAT +EUR\s980\.00", text)
    assert "VAT, where it is due, is added on the invoice." in text


def test_long_table_has_each_line_and_its_head_on_each_page():
    pages = pages_of(typeset_paper(long_invoice(60), ISSUED_AT))

    assert len(pages) > 1
    for number, page in enumerate(pages, start=1):
        assert "Part number" in page
        assert re.search(r"No +Description +Quantity +Unit +Unit price +VAT +Net EUR", page)
        assert "INV-2026-0042" in page
        assert f"Page {number} of {len(pages)}" in page
    whole = "".join(pages)
    assert [n for n in range(1, 61) if f"Part number {n} of the delivery" not in whole] == []
    assert "VAT shifted to recipient." in whole
    assert re.search(r"Total +EUR\s600\.00", whole)


@pytest.mark.parametrize("count", [9, 10, 11, 12, 13, 14, 15])
def test_total_and_payment_never_stand_without_a_line(count):
    pages = pages_of(typeset_paper(long_invoice(count), ISSUED_AT))
    [last] = [page for page in pages if "Please pay" in page]

    assert f"Part number {count} of" in last
    assert "VAT shifted to recipient." in last
    assert re.search(r"Total +EUR", last)


def test_all_fonts_are_embedded_and_ours():
    fonts = run_tool("pdffonts", "-", pdf=typeset_paper(quote_content(), ISSUED_AT)).splitlines()[2:]

    assert fonts
    for font in fonts:
        assert "+NotoSans-" in font
        assert font.split()[-5:-2] == ["yes", "yes", "yes"]


def test_paper_declares_pdf_a_3b_its_colours_and_its_time():
    pdf = typeset_paper(quote_content(), ISSUED_AT)

    assert b"<pdfaid:part>3</pdfaid:part>" in pdf
    assert b"<pdfaid:conformance>B</pdfaid:conformance>" in pdf
    assert b"/OutputIntents" in pdf
    assert b"/GTS_PDFA1" in pdf
    assert b"2026-11-22T09:30:00" in pdf
    assert b"Quote Q-2026-0001" in pdf


HOSTILE = (
    '#import "x"', "*bold*", "$1$", "#panic(1)", '#eval("1+1")', "`raw`", "<label>", "@ref", "= head", "\\u{41}",
    "// gone", "/* gone */", "[x]", "#sys.inputs", "--", '"quoted"', "https://evil.example/", "{{ x }}", "~",
)  # fmt: skip


@pytest.mark.parametrize("hostile", HOSTILE)
def test_foreign_text_stands_as_it_was_written(hostile):
    content = quote_content(
        reference=hostile, terms=hostile, lines=one_line(description=hostile, unit=hostile)
    )
    content["buyer"]["name"] = f"{hostile} Ltd"
    pdf = typeset_paper(content, ISSUED_AT)
    text = text_of(pdf)

    assert f"{hostile} Ltd" in text
    assert text.count(hostile) >= 3
    assert b"/URI" not in pdf
    assert b"/JavaScript" not in pdf


def test_control_and_bidi_characters_do_not_reach_the_paper():
    content = quote_content(
        terms="a\x00b\x07c\u202ed\u2066e\ud800f\u200bg\ufeffh\tI\x85J", reference="one\ntwo\u2028three"
    )
    text = text_of(typeset_paper(content, ISSUED_AT))

    assert "abcdefgh IJ" in text
    assert "one two three" in text


def test_names_of_europe_are_printed_and_what_the_font_lacks_does_no_harm():
    content = quote_content()
    content["buyer"] |= {
        "name": "Żółw Łódź S.A.",
        "contact": "Ελένη / Дмитрий",
        "address": ["漢字 😀 שלום", "Æ"],
    }
    text = text_of(typeset_paper(content, ISSUED_AT))

    assert "Żółw Łódź S.A." in text
    assert "Ελένη / Дмитрий" in text
    assert "�� � ����" in text


def test_words_that_no_column_holds_are_broken_inside_the_page():
    word = "W" * 300
    content = quote_content(
        lines=one_line(description=word, unit="kilowatthourspermonth"), terms=word, number=word
    )
    content["buyer"]["name"] = word
    pdf = typeset_paper(content, ISSUED_AT)
    boxes = run_tool("pdftotext", "-bbox", "-", "-", pdf=pdf)
    right_edges = [float(x) for x in re.findall(r'xMax="([0-9.]+)"', boxes)]

    assert max(right_edges) < 595 - 50
    assert text_of(pdf).count("W") >= 4 * 300


def test_missing_field_is_named():
    content = quote_content()
    del content["lines"][0]["net"]

    with pytest.raises(PaperContentError, match=r"lines\.0\.net") as caught:
        typeset_paper(content, ISSUED_AT)
    assert caught.value.field == "lines.0.net"


def test_time_without_zone_is_refused():
    with pytest.raises(PaperTimeError):
        typeset_paper(quote_content(), datetime(2026, 11, 22, 9, 30, tzinfo=UTC).replace(tzinfo=None))


def test_papers_can_be_made_in_several_threads():
    contents = [quote_content(number=f"Q-{n % 4}") for n in range(24)]
    with ThreadPoolExecutor(4) as pool:
        papers = list(pool.map(lambda content: typeset_paper(content, ISSUED_AT), contents))

    assert len(set(papers)) == 4
    assert papers[:4] == papers[20:]


def test_paper_can_be_made_in_a_forked_child_of_a_process_that_made_one():
    expected = sha256(typeset_paper(quote_content(), ISSUED_AT)).digest()
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.write(writing, sha256(typeset_paper(quote_content(), ISSUED_AT)).digest())
        finally:
            os._exit(0)
    ready, _, _ = select.select([reading], [], [], 20)
    os.close(writing)
    if not ready:
        os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)

    assert os.read(reading, 64) == expected
    os.close(reading)


def test_a_summary_of_a_handover_prints_foreign_text_as_it_is_and_the_same_bytes():
    """OP-15, V13."""
    evil = '#panic("x") $x$ *b* @ref <a> \u202e\x00 ' + "W" * 200
    facts = {
        "title": evil,
        "company": "Kestrel",
        "kind": "lead, box 1",
        "made_at": "Monday",
        "older": "",
        "facts": [evil] * 3,
        "lines": [{"at": "2026-11-23 10:30", "actor": "anna", "text": evil}] * 200,
    }
    pdf = typeset_summary(facts, ISSUED_AT)

    pages = pages_of(pdf)
    text = " ".join(" ".join(pages).split())
    assert '#panic("x") $x$ *b* @ref <a>' in text
    assert len(pages) > 5
    assert typeset_summary(facts, ISSUED_AT) == pdf
