"""`rules schema` gives editors what they complete and check by; `rules check` says what the database is asked."""

from __future__ import annotations

import json

from tests.cli.shop import Shop
from tests.rules.writing import a_rule


def test_the_schema_is_printed_for_editors(shop: Shop) -> None:
    shop.open()
    printed = shop.say("rules", "schema")

    assert printed.code == 0
    schema = json.loads(printed.out)
    assert schema["title"] == "Rules of inboxcrm"
    assert "lead.created" in schema["properties"]["rule"]["items"]["properties"]["on"]["enum"]


def test_check_says_which_part_is_judged_record_by_record(shop: Shop) -> None:
    shop.open()
    folder = shop.office().settings.rules.folder
    when = "when = \"close_on < today + days(14) and amount > money(10000, 'EUR') and matches(name, '(?i)tender')\""
    rule = a_rule('every = "workday 07:00"', 'for = "opportunity"', when, name="tenders")
    (folder / "tenders.toml").write_text(f'version = "1"\n{rule}')

    checked = shop.say("rules", "check").out

    assert "  asked of the database: close_on < today + days(14) and amount > money(10000, 'EUR')" in checked
    assert "  judged record by record: matches(name, '(?i)tender')" in checked
