"""`erase`: tells what would go, does it when it is meant, and says what stays."""

from __future__ import annotations

from tests.cli.shop import Shop
from tests.ingest.building import SALES, count, open_box, raw_mail

CARLA = "Carla Smit <carla@brouwer.test>"


def test_a_person_is_erased_only_when_it_is_meant(shop: Shop) -> None:
    shop.open()
    open_box(shop.office()).take(raw_mail(CARLA, SALES, "Licences for 20", "How much?", mid="<1@b>"))

    told = shop.say("erase", "Carla@Brouwer.test")

    assert told.code == 1
    assert "Would erase carla@brouwer.test:\n  1 mails of this person" in told.out
    assert "Nothing was changed; say it again with --yes to do it." in told.out
    assert count(shop.office().engine, "contact") == 1

    told = shop.say("erase", "carla@brouwer.test", "--yes")

    assert told.code == 0
    assert f"The mail server still holds 1: {SALES}, folder INBOX" in told.out
    assert "Backups made before keep everything until you delete them." in told.out
    assert count(shop.office().engine, "contact") == 0
    assert "carla" not in shop.say("show", "1").out.lower()


def test_somebody_unknown_is_told_as_such(shop: Shop) -> None:
    shop.open()

    told = shop.say("erase", "nobody@nowhere.test", "--json")

    assert told.code == 1
    assert (told.json["is_done"], told.json["own_mails"], told.json["boxes"]) == (False, 0, 0)
    assert shop.say("erase", "no address").code == 2


def test_of_somebody_unknown_nothing_is_promised(shop: Shop) -> None:
    shop.open()

    told = shop.say("erase", "nobody@nowhere.test")

    assert told.out.startswith("Nothing is known of nobody@nowhere.test: no mail, no letter, no box.")
    assert "Would erase" not in told.out


def test_one_of_our_own_is_not_erased_while_his_mailbox_is_read(shop: Shop) -> None:
    shop.open()

    for address in (user.address for user in shop.office().settings.user):
        told = shop.say("erase", address, "--yes")
        assert told.code == 2
        assert f"{address} is one of your own, and this is for people outside" in told.err
    assert shop.say("erase", SALES).code == 2
