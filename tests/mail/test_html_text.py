"""HTML becomes readable text: lines, links, lists and quotes."""

from __future__ import annotations

import time

import pytest

from inboxcrm.mail.html_text import html_text


@pytest.mark.parametrize(
    ("source", "wanted"),
    [
        ("<p>one</p><p>two</p>", "one\n\ntwo"),
        ("a<br>b<BR/>c", "a\nb\nc"),
        ("<div>a</div><div>b</div>", "a\nb"),
        ("<ul><li>a<li>b</ul>", "- a\n- b"),
        ("a &amp; b&nbsp;&euro; &#x41;", "a & b € A"),
        ('<a href="https://x.test/?a=1&amp;b=2">the quote</a>', "the quote <https://x.test/?a=1&b=2>"),
        ('<a href="https://x.test/">https://x.test</a>', "https://x.test"),
        ('<a href="mailto:a@x.test">a@x.test</a>', "a@x.test"),
        ('<a href="javascript:alert(1)">x</a>', "x"),
        ("new<blockquote>old<br>older</blockquote>new", "new\n> old\n> older\nnew"),
        ("<style>p{}</style>a<script>b</script><!-- c -->d", "ad"),
        ("<head><title>x</title></head>body", "body"),
        ("<pre>a  b\n c</pre>", "a  b\n c"),
        ("1 < 2 and 3 > 2", "1 < 2 and 3 > 2"),
        ("<table><tr><td>a</td><td>b</td></tr></table>", "a | b"),
        ("<tr><td>a</td><td>b</td></tr>", "a b"),
        ("<ol><li>a<li><p>b</p></ol>", "1. a\n2. b"),
        ("<div>5</div><div>6</div>", "5\n6"),
        ("", ""),
        ("<", "<"),
        ("a<b", "a"),
    ],
)
def test_it_reads_as_it_looks(source, wanted):
    assert html_text(source) == wanted


def test_a_price_table_keeps_its_rows():
    """Outlook puts a paragraph into each cell."""
    source = (
        "<p>Offer</p><table><thead><tr><th>Item<th>Qty<th>Price</thead>"
        "<tr><td><p>Standard<p>per year</td><td><p>20</p></td><td><p>&euro; 10.00</p></td></tr>"
        "<tr><td>Extra</td><td></td><td>5</td></table><p>Regards</p>"
    )
    assert html_text(source) == (
        "Offer\n\nItem | Qty | Price\nStandard per year | 20 | € 10.00\nExtra | 5\n\nRegards"
    )


def test_an_empty_cell_keeps_its_column_in_a_wide_table():
    assert html_text("<table><tr><td>a<td><td>c<td>d</table>") == "a |  | c | d"


def test_a_table_that_lays_out_a_page_is_written_cell_below_cell():
    source = "<table><tr><td>one<br>two<br>three<br>four</td><td>five</td></tr></table>"
    assert html_text(source) == "one\ntwo\nthree\nfour\nfive"
    assert html_text("<table><tr><td><table><tr><td>a<td>b</table></table>") == "a | b"


def test_headers_of_an_older_mail_in_a_table_read_as_headers():
    assert html_text("<table><tr><td>From:<td>Anna</tr></table>") == "From: Anna"


def test_a_quote_within_a_table_and_a_table_within_a_quote_are_marked_once():
    assert html_text("<table><tr><td>new<blockquote>old</blockquote>") == "new\n> old"
    table = "<table><tr><td>a<td>b</table>"
    assert html_text(f"<blockquote>On Monday{table}</blockquote>new") == "> On Monday\n>\n> a | b\n>\nnew"


def test_an_indented_paragraph_is_no_quote():
    """Gmail indents by a blockquote without a border; Outlook's quote has one at the left."""
    assert html_text('<blockquote style="margin:0 0 0 40px;border:none;padding:0">in</blockquote>') == "in"
    outlook = '<blockquote style="border:none;border-left:solid #CCC 1.0pt">old</blockquote>'
    assert html_text(outlook) == "> old"


@pytest.mark.parametrize(
    ("source", "wanted"),
    [
        ('<div style="display:none">buy<div>more</div></div>hello', "hello"),
        ('a<span style="font-size:0px">x</span>b', "ab"),
        ('<span style="font-size:0.9em">fine print</span>', "fine print"),
        ('<font color="white">x</font>y', "y"),
        ('<table bgcolor="#0070f3"><tr><td style="color:#fff">Accept</td></tr></table>', "Accept"),
        ('a<p style="display:none">never closed', "a\n\nnever closed"),
        ('<div style="display:none">all of it</div>', "all of it"),
        ('<table><tr><td style="display:none">x</td><td>y</td></tr></table>', "y"),
    ],
)
def test_what_nobody_sees_is_no_text(source, wanted):
    assert html_text(source) == wanted


@pytest.mark.parametrize(
    "piece",
    [
        "<",
        "<!--",
        "<a href=",
        "<a href='",
        "&",
        "<script>",
        "<blockquote>",
        "<p>",
        "<title>",
        "<![",
        "</",
        "<td><p>",
        "<li>",
        "<table><tr><td>",
        "<ol><li>",
        '<div style="display:none">',
        '<p style="color:white">x',
        "<td>a</td>",
    ],
)
def test_hostile_html_takes_linear_time(piece):
    before = time.process_time()
    html_text(piece * (500_000 // len(piece)))
    assert time.process_time() - before < 3
