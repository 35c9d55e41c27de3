"""`leads` counts what came by each source, type or campaign (IN-8)."""

from __future__ import annotations

from tests.cli.shop import Shop
from tests.ingest.building import SALES, open_box, raw_mail, write


def test_leads_are_counted_by_what_brought_them(shop: Shop) -> None:
    shop.open()
    office = shop.office()
    names = ("carla@brouwer.test", "dirk@dune.test", "eva@elm.test")
    open_box(office).take(*(raw_mail(name, SALES, mid=f"<{name}>") for name in names))
    write(office.engine, "update lead set campaign = 'Spring fair', answered_at = 1 where id = 2")

    by_campaign = shop.say("leads", "--by", "campaign")
    assert by_campaign.code == 0
    assert by_campaign.out.splitlines() == [
        "campaign     leads  answered  converted  won  amount",
        "none             2         0          0    0",
        "Spring fair      1         1          0    0",
    ]
    assert shop.say("leads", "--json").json == [
        {"source": "Email", "leads": 3, "answered": 1, "converted": 0, "won": 0, "amounts": {}}
    ]
    assert shop.say("leads", "--since", "2026-03-02", "--json").json[0]["leads"] == 3
    assert shop.say("leads", "--since", "2026-03-03").out.splitlines()[1:] == []


def test_leads_are_listed_with_state_points_and_bant(shop: Shop) -> None:
    """LD-7, LD-8: nothing is made up where nobody has said or written anything."""
    shop.open()
    office = shop.office()
    names = ("carla@brouwer.test", "dirk@dune.test")
    open_box(office).take(*(raw_mail(name, SALES, mid=f"<{name}>") for name in names))
    columns = "lead_id, budget, need, size, engagement, said, points"
    write(office.engine, f"insert into qualification ({columns}) values (1, 'yes', 'yes', 4, 2, '{{}}', '{{}}')")

    told = shop.say("leads", "--list")
    assert told.code == 0
    assert [line.split()[:1] + line.split()[-1:] for line in told.out.splitlines()[:1]] == [["box", "name"]]
    assert shop.say("leads", "--list", "--json").json == [
        {"box": 2, "name": "Question", "state": "New", "score": None, "bant": None, "owner": None},
        {"box": 1, "name": "Question", "state": "New", "score": "6 of 10", "bant": "B yes, N yes", "owner": None},
    ]


def test_wrong_usage_says_what_would_be_right(shop: Shop) -> None:
    shop.open()

    wrong = shop.say("leads", "--by", "colour")
    assert wrong.code == 2
    assert "'source', 'type', 'campaign'" in wrong.err
    assert shop.say("leads", "--since", "yesterday").code == 2
