"""One mail that comes by several ways is one matter (I10, P4)."""

from __future__ import annotations

import itertools

import pytest
from sqlalchemy import Engine

from inboxcrm.base.work import Office
from tests.ingest.building import ANNA, SALES, count, open_box, raw_mail

CARLA = "carla@brouwer.test"
BODY = "We need twenty licences. What do they cost?"
DIRECT = raw_mail(CARLA, f"{SALES}, {ANNA}", "Licences", BODY, mid="<1@b>")
BY_LIST = raw_mail(
    CARLA,
    f"{SALES}, {ANNA}",
    "[all-sales] Licences",
    f"{BODY}\n\n_______________________________________________\nall-sales mailing list\n",
    mid="<1@b>",
    headers={"List-Id": "<all-sales.kestrel.test>", "Precedence": "list"},
)


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_a_mail_to_sales_to_a_rep_and_to_a_list_is_one_lead(
    office: Office, engine: Engine, order: tuple[int, ...]
) -> None:
    """Whichever copy is read first: one lead, its facts once, three places; the list's copy is kept as bulk."""
    copies = ((0, DIRECT), (1, DIRECT), (1, BY_LIST))
    boxes = {account: open_box(office, account) for account in (0, 1)}
    for at in order:
        account, mail = copies[at]
        boxes[account].take(mail)

    assert count(engine, "lead") == 1
    assert count(engine, "event", "kind = 'message.received'") == 1
    assert count(engine, "event", "kind = 'lead.created'") == 1
    assert count(engine, "location") == 3
    assert count(engine, "message", "box_id is not null") == 2
    assert count(engine, "message", "kind = 'bulk'") == 1
