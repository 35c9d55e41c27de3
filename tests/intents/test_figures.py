"""IN-12: the intents of the labelled mails are read as well as when the rules were closed, and no yes or no is wrong.

The floors of the open half are what the rules reached on the mails that their writer saw; those of the sealed half,
of which only figures were seen, are what a stranger's mails may expect.
"""

from __future__ import annotations

import pytest

from tests.intents.figures import Figures, figures_of, read_case
from tests.intents.test_labels import INTENTS, LANGUAGES, read_cases

# (precision, recall), rounded down to hundredths
OPEN = {
    "information request": (0.96, 1.0),
    "quote request": (1.0, 1.0),
    "acceptance": (1.0, 1.0),
    "rejection": (1.0, 0.95),
    "question": (0.96, 1.0),
    "purchase order": (1.0, 1.0),
    "renegotiation": (1.0, 0.97),
    "licence count": (0.93, 1.0),
    "upgrade": (1.0, 1.0),
    "cancellation": (1.0, 1.0),
    "payment": (1.0, 1.0),
    "out of office": (1.0, 1.0),
    "left the company": (1.0, 0.96),
    "unsubscribe": (1.0, 1.0),
    "meeting": (1.0, 1.0),
    "courtesy": (0.95, 1.0),
}
# (precision, recall), rounded down to twentieths
SEALED = {
    "information request": (0.5, 0.65),
    "quote request": (0.7, 0.8),
    "acceptance": (0.65, 0.8),
    "rejection": (0.65, 0.7),
    "question": (0.75, 0.85),
    "purchase order": (0.7, 0.7),
    "renegotiation": (0.55, 0.5),
    "licence count": (0.8, 0.7),
    "upgrade": (0.7, 0.8),
    "cancellation": (0.8, 0.8),
    "payment": (0.7, 0.85),
    "out of office": (0.6, 0.8),
    "left the company": (0.7, 0.6),
    "unsubscribe": (0.6, 0.65),
    "meeting": (0.65, 0.75),
    "courtesy": (0.95, 0.85),
}
FEWEST_SURE = {("open", "acceptance"): 13, ("open", "rejection"): 16}
FEWEST_SURE |= {("sealed", "acceptance"): 5, ("sealed", "rejection"): 7}
HALVES = {"open": OPEN, "sealed": SEALED}

Counted = dict[tuple[str, str], Figures]


@pytest.fixture(scope="module", params=list(HALVES))
def read_half(request: pytest.FixtureRequest) -> tuple[str, Counted]:
    return request.param, figures_of(request.param)


def test_every_intent_is_found_as_often_and_as_rightly_as_when_the_rules_were_closed(
    read_half: tuple[str, Counted],
) -> None:
    half, counted = read_half
    floors = HALVES[half]
    found = {name: counted[name, ""] for name in INTENTS}

    assert set(floors) == set(INTENTS)
    below = [n for n, one in found.items() if one.precision < floors[n][0] or one.recall < floors[n][1]]
    assert below == []


@pytest.mark.parametrize("intent", ["acceptance", "rejection"])
def test_no_yes_and_no_no_is_sure_and_wrong(read_half: tuple[str, Counted], intent: str) -> None:
    """IN-12, V10: what is not certain is asked, in every language."""
    half, counted = read_half

    assert [counted[intent, key].sure_wrong for key in ("", *LANGUAGES)] == [[]] * 5
    assert counted[intent, ""].sure_right >= FEWEST_SURE[half, intent]


def test_the_day_of_return_of_the_open_half_is_read() -> None:
    """IN-12: each named day of return is the first day back; where none is named, none is made up."""
    wrong = []
    for language in LANGUAGES:
        for case in read_cases("open", "out of office", language):
            told = read_case(case).get("out of office")
            if told and "out of office" in case["labels"] and told.value != str(case.get("return_on", "")):
                wrong.append(case["id"])

    assert wrong == []
