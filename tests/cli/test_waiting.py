"""`waiting`: what still waits for an answer from before we began (IN-16)."""

from __future__ import annotations

from tests.cli.shop import Shop
from tests.ingest.building import SALES, open_box, raw_mail, write


def test_what_waited_when_we_began_is_listed_until_it_is_on_a_box(shop: Shop) -> None:
    shop.open()
    office = shop.office()
    box = open_box(office)
    with office.reading() as session:
        live_from = session.connection().exec_driver_sql("select min(live_from) from account").scalar_one()
    assert "Nothing waits" in shop.say("waiting").out
    box.take(raw_mail("Carla <carla@brouwer.test>", SALES, "Licences for 20", "How much?"))
    write(
        office.engine,
        "update message set is_archived = true, box_id = null, received_at = :at",
        at=live_from - 1,
    )
    write(office.engine, "update thread set box_id = null")

    told = shop.say("waiting")

    assert told.code == 0
    assert "carla@brouwer.test: Licences for 20" in told.out
    assert [row["subject"] for row in shop.say("waiting", "--json").json] == ["Licences for 20"]
    write(office.engine, "update message set box_id = 1")
    assert shop.say("waiting", "--json").json == []
