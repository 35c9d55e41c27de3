"""Random command mails: none crashes, none leaves half a line, none acts without its proof (EM-4, EM-5, V10).

So many as `INBOXCRM_RANDOM_MAILS` says, by default a hundred.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select

from inboxcrm.base.settings import Settings
from inboxcrm.base.settings_commands import LANGUAGES, Commands
from inboxcrm.commands.table import WORDS
from inboxcrm.commands.tongues.reading import language_of
from inboxcrm.crm.records import Box, Lead, Opportunity, Task
from tests.build import ANNA, Mail, deliver
from tests.commands.shop import Shop

COUNT = int(os.environ.get("INBOXCRM_RANDOM_MAILS", "100"))
ARGUMENTS = (
    "", "fri", "next mon", "3/12", "31/2", "99 weeks", "tomorrow 25:99", "20 x standard", "0 x standard", "12k",
    "€ 12,500.50", "-1 eur", "price", "yes", "no", "2", "#1", "1 always", "new", "acme", "%", "_", "\\",
    "'; drop table box", "NL", "until 3 dec, deputy carl", ": they decide", "\x00", "ä" * 300, "٣ weeks", "undo",
    "1" * 30, "@", "a@b.example", "12,5k", "12.500k", "1.5m eur", "vrijdag", "over 2 weken", "am 3. Dez",
    "i morgen", "tot 3 dez: ja", "prijs", "preis", "ja", "nei", "aan carl", "an anna: sie kennt sie", "om 25 uur",
)  # fmt: skip
FOREIGN = tuple(dict.fromkeys(word for one in LANGUAGES for word in language_of(one).words))


def a_mail(chance: random.Random) -> str:
    """Words of English and of all languages, with what may stand behind a word, fitting or not."""
    lines = []
    for _ in range(chance.randint(1, 4)):
        number = chance.choice(("", "", "", "1 ", "2. ", "77 "))
        english = chance.choice([*(one.name for one in WORDS), "d", "s", "u", "credit", "foo"])
        word = chance.choice((english, english, chance.choice(FOREIGN), chance.choice(FOREIGN).title()))
        between = chance.choice((" ", ": ", ", ", "  "))
        lines.append(f"{number}{word}{between}{chance.choice(ARGUMENTS)}")
    return chance.choice(("\n", "\n", ", ")).join(lines)


def state(shop: Shop) -> tuple[Any, ...]:
    with shop.office.reading() as session:
        return tuple(
            tuple(map(tuple, session.execute(select(one.__table__).order_by(one.__table__.c.id))))
            for one in (Box, Lead, Opportunity, Task)
        )


@pytest.fixture
def polyglot(make_shop: Callable[[Settings], Shop], settings: Settings) -> Shop:
    """The shop of a team of all languages."""
    return make_shop(settings.model_copy(update={"commands": Commands(languages=LANGUAGES)}))


@pytest.mark.parametrize("seed", range(4))
def test_random_mails_never_crash_and_every_open_deal_keeps_its_next_action(
    polyglot: Shop, seed: int
) -> None:
    """OP-4 holds after each of them; a mail is answered by exactly one receipt."""
    shop, chance = polyglot, random.Random(seed)
    shop.quoted()
    shop.customer("Dune needs some.", sender="dirk@dune.example", subject="Licences for Dune")
    for _ in range(COUNT // 4):
        receipt = shop.anna(a_mail(chance), answers=shop.notice(chance.choice((-1, 0))).message_id)
        assert receipt["lines"] or receipt["note"]
        with shop.office.reading() as session:
            deals = session.scalars(select(Opportunity)).all()
            for deal in deals:
                query = select(func.count()).where(
                    Task.opportunity_id == deal.id, Task.kind == "next action", Task.state == "open"
                )
                assert session.scalar(query) == int(deal.is_open)


def test_random_mails_without_proof_change_nothing(polyglot: Shop) -> None:
    """V10: whatever they say, in whatever language."""
    shop, chance = polyglot, random.Random(7)
    shop.quoted()
    before, notice = state(shop), shop.notice().message_id
    for _ in range(COUNT // 4):
        deliver(shop.office, Mail(a_mail(chance), ANNA, proof=None, answers=notice))
        shop.react()

    assert state(shop) == before
