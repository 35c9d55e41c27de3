"""The labelled mails of IN-12 are whole: enough of each, each once, labelled in one spelling."""

from __future__ import annotations

import datetime
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
HALVES = ("open", "sealed")
FRESH = "fresh"
SETS = (*HALVES, FRESH)
LANGUAGES = ("en", "nl", "de", "no")
INTENTS = (
    "information request",
    "quote request",
    "acceptance",
    "rejection",
    "question",
    "purchase order",
    "renegotiation",
    "licence count",
    "upgrade",
    "cancellation",
    "payment",
    "out of office",
    "left the company",
    "unsubscribe",
    "meeting",
    "courtesy",
)
KEYS_OF_A_CASE = {
    *("id", "is_near_miss", "labels", "arguable", "subject", "sent_on", "return_on", "substitute"),
    *("count", "attachments", "text"),
}
FEWEST_POSITIVES = 8
FEWEST_NEAR_MISSES = 13
FRESH_POSITIVES = 8
FRESH_NEAR_MISSES = 6

Case = dict[str, Any]


def read_cases(chosen: str, intent: str, language: str) -> list[Case]:
    path = HERE / chosen / f"{intent.replace(' ', '_')}.{language}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))["case"]


def every_case() -> list[tuple[str, Case]]:
    return [
        (intent, case)
        for chosen in SETS
        for intent in INTENTS
        for language in LANGUAGES
        for case in read_cases(chosen, intent, language)
    ]


@pytest.mark.parametrize("intent", INTENTS)
def test_every_language_has_its_mails_and_near_misses_in_fair_halves(intent: str) -> None:
    for language in LANGUAGES:
        halves = [Counter(bool(c["is_near_miss"]) for c in read_cases(h, intent, language)) for h in HALVES]
        whole = halves[0] + halves[1]
        assert whole[False] >= FEWEST_POSITIVES, language
        assert whole[True] >= FEWEST_NEAR_MISSES, language
        for is_near_miss in (False, True):
            assert abs(halves[0][is_near_miss] - halves[1][is_near_miss]) <= 1, language


@pytest.mark.parametrize("intent", INTENTS)
def test_the_fresh_set_has_as_many_mails_and_near_misses_in_every_language(intent: str) -> None:
    for language in LANGUAGES:
        counted = Counter(bool(case["is_near_miss"]) for case in read_cases(FRESH, intent, language))
        assert counted == {False: FRESH_POSITIVES, True: FRESH_NEAR_MISSES}, language


def test_no_file_lies_beside_the_set() -> None:
    named = {f"{i.replace(' ', '_')}.{lang}.toml" for i in INTENTS for lang in LANGUAGES}
    for chosen in SETS:
        assert {path.name for path in (HERE / chosen).iterdir()} == named


def test_a_mail_carries_the_intent_of_its_file_and_a_near_miss_does_not() -> None:
    wrong = [
        case["id"] for intent, case in every_case() if (intent in case["labels"]) == case["is_near_miss"]
    ]
    assert wrong == []


def test_labels_are_spelled_as_the_intents_are_and_stand_once() -> None:
    for _, case in every_case():
        told = [*case["labels"], *case.get("arguable", [])]
        assert set(told) <= set(INTENTS), case["id"]
        assert len(told) == len(set(told)), case["id"]


def test_every_id_and_every_mail_is_there_once() -> None:
    cases = [case for _, case in every_case()]
    ids = Counter(case["id"] for case in cases)
    words = Counter(" ".join(f"{case.get('subject', '')} {case['text']}".lower().split()) for case in cases)
    assert [one for one, times in ids.items() if times > 1] == []
    assert [mail for mail, times in words.items() if times > 1] == []


def test_a_case_has_only_known_keys_of_the_right_kind() -> None:
    for _, case in every_case():
        assert set(case) <= KEYS_OF_A_CASE, case["id"]
        assert case["text"].strip() or case["subject"].strip(), case["id"]
        assert type(case["is_near_miss"]) is bool, case["id"]
        assert all(type(name) is str for name in case.get("attachments", [])), case["id"]


def test_a_return_is_a_date_after_its_mail_and_stands_with_an_absence_only() -> None:
    for _, case in every_case():
        for key in {"sent_on", "return_on"} & set(case):
            assert type(case[key]) is datetime.date, case["id"]
        if "return_on" in case:
            assert case["return_on"] > case["sent_on"], case["id"]
            assert "out of office" in case["labels"], case["id"]
        if "out of office" in case["labels"]:
            assert "sent_on" in case, case["id"]


def test_a_count_is_a_whole_number_and_stands_with_licences_only() -> None:
    for _, case in every_case():
        if "count" in case:
            assert type(case["count"]) is int, case["id"]
            assert case["count"] > 0, case["id"]
            assert "licence count" in case["labels"], case["id"]
        elif "licence count" in case["labels"]:
            pytest.fail(f"{case['id']} names licences and gives no count")
