"""Tags are a set among the facts of leads and deals, in conditions of both kinds and in texts."""

from __future__ import annotations

from pathlib import Path

import pytest

from inboxcrm.base.work import Work
from inboxcrm.crm.tag import tag_box
from inboxcrm.rules.facts import facts_of, find_records, in_words
from tests.build import a_lead, an_opportunity, on_both_databases
from tests.rules.writing import a_rule, rules_of

WHEN = "when = \"any_of(tags, 'vip', 'fair')\""


@on_both_databases
def test_a_box_has_the_set_of_its_tags(work: Work) -> None:
    deal, lead = an_opportunity(work), a_lead(work, "x@other.example")
    work.session.flush()
    tag_box(work, deal.box, "vip")
    tag_box(work, deal.box, "key-account")

    found = facts_of(work.session, "opportunity", deal.id)

    assert found is not None
    assert set(found["tags"]) == {"vip", "key-account"}
    assert "vip" in str(in_words(found, work.settings.company.zone)["tags"])
    other = facts_of(work.session, "lead", lead.id)
    assert other is not None
    assert other["tags"] == ()


@on_both_databases
@pytest.mark.parametrize(("tag", "is_found"), [("vip", True), ("vip-old", False), ("fair", True)])
def test_a_condition_finds_whole_tags_by_sql_and_by_itself(
    work: Work, tmp_path: Path, tag: str, is_found: bool
) -> None:
    deal = an_opportunity(work)
    work.session.flush()
    tag_box(work, deal.box, tag)
    [swept] = rules_of(tmp_path / "a", a_rule('every = "hourly"', 'for = "opportunity"', WHEN))
    [heard] = rules_of(tmp_path / "b", a_rule('on = "opportunity.created"', 'for = "opportunity"', WHEN))

    by_sql = find_records(work.session, "opportunity", swept.condition.where(work.now))
    facts = facts_of(work.session, "opportunity", deal.id)

    assert facts is not None
    assert (deal.id in by_sql) is is_found
    assert heard.condition.holds(facts, work.now) is is_found
