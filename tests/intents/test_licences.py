"""Counts of licences are read where a mail says them plainly, and nowhere else (RN-2)."""

from __future__ import annotations

import time

import pytest

from inboxcrm.ingest.intents.licences import Licences, read_licences

PLAIN = [
    ("vi ønsker å gå ned fra 50 til 40 lisenser.", Licences(40, 50)),
    ("Kan dere endre avtalen fra 50 lisenser til 40 lisenser?", Licences(40, 50)),
    ("We want to go from 50 to 40 licences.", Licences(40, 50)),
    ("Please move us from 50 licenses down to 40 from May.", Licences(40, 50)),
    ("Vi trenger 40 isteden for 50 lisenser.", Licences(40, 50)),
    ("Vi trenger 40 lisenser i stedet for 50.", Licences(40, 50)),
    ("We need 40 licences instead of 50.", Licences(40, 50)),
    ("Reduser med 10 lisenser.", Licences(change=-10)),
    ("Vi må redusere avtalen vår med 10 lisenser fra mars.", Licences(change=-10)),
    ("We want to reduce our subscription by 10 licences.", Licences(change=-10)),
    ("Vi vil øke avtalen med 15 lisenser.", Licences(change=15)),
    ("We need 12 more licences.", Licences(change=12)),
    ("Vi trenger 5 færre lisenser.", Licences(change=-5)),
    ("Vi vil redusere avtalen til 40 lisenser.", Licences(wanted=40)),
    ("Please lower our agreement to 40 licences.", Licences(wanted=40)),
    ("Vi ber om en endring fra 50 til 40 lisenser.", Licences(40, 50)),
    ("Vi går fra 50 til 40 lisenser. Det er ikke behov for flere.", Licences(40, 50)),
    ("Reduser med 10 lisenser. Altså fra 50 til 40 lisenser.", Licences(40, 50, -10)),
]
NOT_SAID = [
    "",
    "Vi vil reforhandle prisen.",
    "Vi har 50 lisenser.",  # of what there is, nothing follows
    "Ring 40 50 60 70 om lisenser.",
    "Kanskje fra 50 til 40 lisenser.",
    "Hvis vi går fra 50 til 40 lisenser, hva koster det?",
    "If we go from 50 to 40 licences, what is the price?",
    "Vi går ikke fra 50 til 40 lisenser.",
    "We don't want to go from 50 to 40 licences.",
    "Fra 50 til rundt 40 lisenser.",
    "Fra 50 til 40-45 lisenser.",
    "From 50 to 40 or 45 licences.",
    "Fra 50 til 40 % av prisen på lisenser.",
    "We move from 1.5 to 2.5 for our licences.",
    "Fra 50 til 40 lisenser. Eller: fra 50 til 45 lisenser.",
    "From 50 to 40 licences.\n\nFrom 60 to 40 licences.",
    "Reduser med 5 lisenser. Altså fra 50 til 40 lisenser.",  # they contradict each other
    "Møtet er flyttet fra 10 til 12 i dag.",  # no word of licences
]


@pytest.mark.parametrize(("text", "said"), PLAIN)
def test_what_is_said_plainly_is_read(text: str, said: Licences) -> None:
    assert read_licences(text) == said


@pytest.mark.parametrize("text", NOT_SAID)
def test_what_is_doubted_denied_or_said_in_two_ways_is_not_read(text: str) -> None:
    assert read_licences(text) == Licences()


@pytest.mark.parametrize(
    ("said", "known", "settled"),
    [
        (Licences(40, 50), None, (40, 50)),
        (Licences(40, 50), 50, (40, 50)),
        (Licences(40, 60), 50, (40, None)),  # mail and field disagree: somebody is asked
        (Licences(change=-10), 50, (40, 50)),
        (Licences(change=-10), None, (None, None)),
        (Licences(change=-60), 50, (None, 50)),  # fewer than none
        (Licences(wanted=40), 50, (40, 50)),
        (Licences(), 50, (None, 50)),
    ],
)
def test_a_change_needs_to_be_known_from_how_many(said, known, settled) -> None:
    assert said.settled(known) == settled


@pytest.mark.parametrize(
    "piece", ["fra 50 til ", "reduser ", "licences from 1 ", "reduser a", "10 ", "9", " from"]
)
def test_a_hostile_mail_costs_no_more_than_its_length(piece: str) -> None:
    """Five thousand characters are looked at, each a bounded number of times."""
    begun = time.perf_counter()
    read_licences("lisenser " + piece * 20_000)

    assert time.perf_counter() - begun < 0.5
