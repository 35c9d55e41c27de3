"""The receipt of a quote names what goes with it, and the customer never sees that (OP-18, OP-3)."""

from __future__ import annotations

import dataclasses

import pytest

from inboxcrm.base.settings import Product
from inboxcrm.base.settings_file import SettingsFaulty, load_settings
from inboxcrm.base.settings_names import Names
from inboxcrm.crm.store import opportunity_of_box
from tests.base.test_settings_file import GOOD
from tests.build import letters
from tests.commands.shop import Shop


@pytest.fixture
def selling(shop: Shop) -> Shop:
    """A shop in which training goes with standard licences, and a name of deals of its own."""
    first, *others = shop.office.settings.product
    product = (first.model_copy(update={"goes_with": ("training", "box")}), *others)
    changed = {"product": product, "names": Names(new="{company}: {packs}")}
    settings = shop.office.settings.model_copy(update=changed)
    shop = Shop(dataclasses.replace(shop.office, settings=settings), shop.clock, shop.rules)
    shop.customer("We need licences.")
    return shop


def quote(shop: Shop, words: str) -> str:
    receipt = shop.anna(words, answers=shop.notices()[0].message_id)
    return str(receipt["lines"][0]["text"])


def test_the_rep_is_told_what_goes_with_a_quote_and_the_customer_is_not(selling: Shop) -> None:
    told = quote(selling, "quote 20 x standard, 1 x box")

    assert told.endswith("; it goes well with training (Training, EUR 950.00 a day)")
    [draft] = letters(selling.office, "quote")
    assert "raining" not in f"{draft.facts}{draft.subject}"


def test_nothing_is_said_where_all_of_it_is_quoted(selling: Shop) -> None:
    assert "goes well" not in quote(selling, "quote 20 x standard, 1 x training, 1 x box")
    assert "goes well" not in quote(selling, "quote 1 x training")


def test_a_new_deal_is_called_by_the_template(selling: Shop) -> None:
    quote(selling, "quote 20 x standard, 1 x training")

    with selling.office.reading() as session:
        deal = opportunity_of_box(session, 1)
        assert deal is not None
        assert deal.name == "Acme: 20 standard + 1 training"


def test_a_product_that_goes_with_none_of_the_list_is_told_with_its_line(tmp_path) -> None:
    file = tmp_path / "config.toml"
    file.write_text(GOOD + '\n[[product]]\ncode = "a"\ndescription = "A"\nprice = "1"\ngoes_with = ["b"]\n')

    with pytest.raises(SettingsFaulty) as faulty:
        load_settings(file)

    [fault] = faulty.value.faults
    assert (fault.line, fault.text) == (
        len(GOOD.splitlines()) + 6,
        "'b' is not on the price list; the codes are a",
    )
    assert Product(code="a", description="A", price="1").goes_with == ()
