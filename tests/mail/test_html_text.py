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
        ("<table><tr><td>a</td><td>b</td></tr></table>", "a b"),
        ("", ""),
        ("<", "<"),
        ("a<b", "a"),
    ],
)
def test_it_reads_as_it_looks(source, wanted):
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
    ],
)
def test_hostile_html_takes_linear_time(piece):
    before = time.process_time()
    html_text(piece * (200_000 // len(piece)))
    assert time.process_time() - before < 2
