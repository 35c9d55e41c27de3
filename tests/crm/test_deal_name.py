"""Deals are called by the template of their kind, and what is not known leaves no gap (OP-3)."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inboxcrm.base.settings_file import SettingsFaulty, load_settings
from inboxcrm.base.settings_names import PLACEHOLDERS, Names
from inboxcrm.base.work import Work
from inboxcrm.crm.deal_name import fill_name, say_end_user, template_of
from inboxcrm.crm.opportunity import open_renewal
from tests.base.test_settings_file import GOOD
from tests.build import an_opportunity, day, on_both_databases


@pytest.mark.parametrize(
    ("template", "facts", "name"),
    [
        (
            "{company} {type} {packs}",
            {"company": "Acme", "type": "Tender", "packs": "20 x"},
            "Acme Tender 20 x",
        ),
        ("{company} {type} {packs}", {"company": "Acme", "packs": "20 x"}, "Acme 20 x"),
        ("{company} - REFORHANDLING", {"company": "Acme"}, "Acme - REFORHANDLING"),
        ("{company} - REFORHANDLING", {}, "REFORHANDLING"),
        ("{reseller} - {end_user}", {"reseller": "Delta"}, "Delta"),
        ("{reseller} - {end_user}", {"end_user": "Beta"}, "Beta"),
        ("{company} ({type}): {packs}", {"company": "Acme"}, "Acme"),
        ("{company} | {type} | {packs}", {"company": "A-B | C", "packs": "1"}, "A-B | C | 1"),
        ("{company}", {"company": "  Acme \n B.V. "}, "Acme B.V."),
        ("{company} {packs}", {}, ""),
    ],
)
def test_what_is_not_known_leaves_no_gap(template: str, facts: dict[str, str], name: str) -> None:
    assert fill_name(template, facts) == name


@given(st.dictionaries(st.sampled_from(sorted(PLACEHOLDERS)), st.text(max_size=40)))
def test_a_value_stands_as_it_is_whatever_is_in_it(facts: dict[str, str]) -> None:
    """Braces and separators of a customer's name are no template (V13)."""
    told = fill_name("{company}", facts)

    assert told == " ".join(facts.get("company", "").replace("\0", "").split())[:300]


def test_a_reseller_and_an_end_user_have_their_own_template() -> None:
    both = {"reseller": "Delta", "end_user": "Beta"}

    assert template_of(Names(), "renewal", both) == "{reseller} - {end_user}"
    assert template_of(Names(), "renewal", {"reseller": "Delta", "end_user": ""}) == "{name} renewal {year}"


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (
            'new = "{company} {pack}"',
            "{pack} in '{company} {pack}' is no placeholder; they are {company}, {type}",
        ),
        ('new = "{company!r}"', "is no placeholder"),
        ('new = "{company.name}"', "{company.name} in '{company.name}' is no placeholder"),
        ('new = "{company"', "the placeholders are {company}"),
        ('new = "Deal"', "names every deal alike"),
        ('nwe = "{company}"', "did you mean new?"),
    ],
)
def test_a_faulty_template_is_told_with_file_line_and_the_placeholders(tmp_path: Path, line, told) -> None:
    file = tmp_path / "config.toml"
    file.write_text(GOOD + f"\n[names]\n{line}\n")

    with pytest.raises(SettingsFaulty) as faulty:
        load_settings(file)

    [fault] = faulty.value.faults
    assert (fault.line, fault.file) == (len(GOOD.splitlines()) + 3, str(file))
    assert told in fault.text


def test_a_renewal_of_a_renewal_has_one_year_in_its_name(work: Work) -> None:
    won = an_opportunity(work)
    first = open_renewal(work, won, wake_on=day("2027-09-23"), ends_on=day("2027-11-22"))
    second = open_renewal(work, first, wake_on=day("2028-09-23"), ends_on=day("2028-11-22"))

    assert (first.name, second.name) == ("Acme 20 standard renewal 2027", "Acme 20 standard renewal 2028")


def test_the_configuration_names_them(work: Work) -> None:
    names = Names(renewal="{company}: {year}")
    work = dataclasses.replace(work, settings=work.settings.model_copy(update={"names": names}))

    renewal = open_renewal(work, an_opportunity(work), wake_on=day("2027-09-23"), ends_on=day("2027-11-22"))

    assert (renewal.name, renewal.box.name) == ("Acme: 2027", "Acme: 2027")


@on_both_databases
def test_the_deal_of_a_reseller_is_named_after_both(work: Work) -> None:
    deal = an_opportunity(work)
    deal.box.organization.kind = "prospect"

    old, end_user = say_end_user(work, deal.box, "Beta B.V.")
    say_end_user(work, deal.box, "Gamma B.V.")

    assert (old, end_user.name) == ("Acme 20 standard", "Beta B.V.")
    assert (deal.name, deal.box.name, deal.box.organization.kind) == ("Acme - Gamma B.V.",) * 2 + ("partner",)
