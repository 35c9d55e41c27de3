"""A vague request in a language that we do not sell in is asked about, and nothing else is made of it (IN-11)."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Engine

from inboxcrm.base.settings import Sales
from inboxcrm.base.work import Office
from tests.build import KEY, CountedIds, HandClock, Mail, deliver, the_settings
from tests.ingest.building import ask, count

STRANGER = "maria@gmail.com"
SPANISH = "Hola, quisiera más información sobre lo que hacen. Gracias."
TURKISH = "Merhaba, ne sattığınız hakkında bilgi almak istiyorum."
CHINESE = "你好，我想了解你们的公司做什么"


def office(engine: Engine, folder: Path, *languages: str) -> Office:
    settings = the_settings(folder, sales=Sales(languages=languages))
    return Office(engine, HandClock(), CountedIds(), settings, KEY, lambda topics: None)


@pytest.mark.parametrize(
    "words", [SPANISH, TURKISH, CHINESE, f"{SPANISH}\n\n-- \nMaria\nTel. 0034 91 123 45 67"]
)
def test_words_in_no_language_of_ours_without_company_number_or_product_are_vague(
    engine: Engine, tmp_path: Path, words: str
) -> None:
    deliver(office(engine, tmp_path, "en", "nl"), Mail(words, STRANGER, subject=""))

    assert ask(engine, "select is_vague, state from lead") == [(True, "New")]
    assert count(engine, "opportunity") == 0


@pytest.mark.parametrize(
    "mail",
    [
        Mail("Hello, can you tell me more about what you do?", STRANGER, subject=""),
        Mail(SPANISH, "maria@industrias.example", subject=""),
        Mail(f"{SPANISH}\n\n-- \nMaria Lopez\nIndustrias Lopez S.L.", STRANGER, subject=""),
        Mail(SPANISH.replace("lo que", "20 licencias, lo que"), STRANGER, subject=""),
        Mail(SPANISH.replace("lo que hacen", "el Standard"), STRANGER, subject=""),
        Mail(SPANISH, STRANGER, subject="Training"),
        Mail("info?", STRANGER, subject="Hola"),
        Mail("🙂", STRANGER, subject=""),
    ],
    ids=["ours", "company by address", "company in signature", "number", "product", "subject", "few", "none"],
)
def test_whatever_says_more_or_may_be_in_a_language_of_ours_is_not(
    engine: Engine, tmp_path: Path, mail: Mail
) -> None:
    deliver(office(engine, tmp_path, "en", "nl"), mail)

    assert ask(engine, "select is_vague from lead") == [(False,)]


@pytest.mark.parametrize("languages", [(), ("en", "es")])
def test_without_languages_or_in_one_of_them_nothing_is_vague(
    engine: Engine, tmp_path: Path, languages: tuple[str, ...]
) -> None:
    deliver(office(engine, tmp_path, *languages), Mail(SPANISH, STRANGER, subject=""))

    assert ask(engine, "select is_vague from lead") == [(False,)]
