"""Command words in the team's languages (EM-4): what they are carried out as, what stays unread, what is a fault."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from itertools import combinations
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from inboxcrm.app.office import check_words
from inboxcrm.base.errors import ConfigError, Refused
from inboxcrm.base.settings import Settings
from inboxcrm.base.settings_commands import LANGUAGES, Commands
from inboxcrm.base.settings_file import SettingsFaulty, load_settings
from inboxcrm.commands.grammar import read_commands
from inboxcrm.commands.table import BY_NAME
from inboxcrm.commands.tongues.reading import language_of
from inboxcrm.commands.tongues.tongue import tongue_in, tongue_of
from inboxcrm.commands.when import DateDouble, read_when
from tests.build import ANNA, Mail, deliver, the_settings
from tests.commands.shop import Shop

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)  # a Monday
HOME = ZoneInfo("Europe/Amsterdam")
EXAMPLE = Path("inboxcrm/config.example.toml")


def read(text: str, *languages: str) -> tuple[list[tuple[int | None, str, str]], str]:
    reading = read_commands(text, BY_NAME, tongue_of(Commands(languages=languages), BY_NAME))
    return [(line.number, line.word, line.rest) for line in reading.commands], reading.free_text


@pytest.fixture
def team(make_shop: Callable[[Settings], Shop], tmp_path: Path) -> Callable[..., Shop]:
    return lambda *languages, words=(): make_shop(
        the_settings(tmp_path, commands=Commands(languages=languages, words=words))
    )


# The attacks first: what is no command without the setting, without proof, or in a sentence.


@pytest.mark.parametrize(
    "text", ["klaar", "verloren prijs", "ja", "nein", "gewonnen", "erledigt", "retour", "oui"]
)
def test_whoever_has_no_language_configured_sees_no_change(text: str) -> None:
    assert read(text) == ([], text)


def test_an_english_word_means_what_it_means_in_english_whatever_language_is_on() -> None:
    for word in BY_NAME:
        line = f"{word}: x"
        assert [one[1] for one in read(line, *LANGUAGES)[0]] == [word]


def test_a_foreign_word_without_proof_or_of_an_outsider_does_nothing(team: Callable[..., Shop]) -> None:
    """V10."""
    shop = team("nl")
    shop.quoted()
    before = shop.tasks(1)
    for words in ("klaar", "verloren prijs", "1 uitstellen tot vrijdag"):
        deliver(shop.office, Mail(words, ANNA, answers=shop.notice().message_id, proof=None))
        deliver(shop.office, Mail(words, "eve@evil.example", answers=shop.notice().message_id))
        shop.react()

    kinds = [one for one in shop.tasks(1) if one[0] == "next action"]
    assert kinds == [one for one in before if one[0] == "next action"]


@pytest.mark.parametrize(
    "text", ["taak bel ze morgen", "notitie dat ze in mei beslissen", "gebeld, hij komt terug", "adres volgt"]
)
def test_what_people_write_in_sentences_needs_its_colon_in_dutch_too(text: str) -> None:
    assert read(text, "nl") == ([], text)


def test_free_words_behind_a_colon_stay_as_they_are() -> None:
    assert read("notitie: ja, vrijdag is prijs klaar", "nl")[0] == [
        (None, "note", "ja, vrijdag is prijs klaar")
    ]
    assert read("verloren: prijs aan ons", "nl")[0] == [(None, "lost", "prijs aan ons")]
    assert read("overdragen aan anna: aan haar", "nl")[0] == [(None, "handover", "to anna: aan haar")]


def test_an_address_is_never_read_as_words_of_a_language() -> None:
    line = "factuur aan Aan de Amstel B.V., Damrak 1, 1012 LG Amsterdam, NL"

    assert read(line, "nl")[0] == [(None, "invoice", line.replace("factuur aan", "to"))]


def test_a_yes_with_words_behind_it_is_no_yes(team: Callable[..., Shop]) -> None:
    shop = team("nl", "de")
    shop.quoted()
    [line] = shop.anna("ja maar pas in mei", answers=shop.notice().message_id)["lines"]

    assert not line["is_done"]
    assert "yes stands alone" in line["text"]


# What works.


@pytest.mark.parametrize(
    ("language", "text", "commands"),
    [
        ("nl", "klaar", [(None, "done", "")]),
        ("nl", "Offerte 20 x standard, 2 x training", [(None, "quote", "20 x standard, 2 x training")]),
        ("nl", "3 klaar, 4 uitstellen vrijdag, 5 verloren prijs",
         [(3, "done", ""), (4, "snooze", "vrijdag"), (5, "lost", "prijs")]),
        ("nl", "toewijzen aan ben", [(None, "assign", "to ben")]),
        ("nl", "afwezig tot 3 dec, vervanger ben", [(None, "away", "tot 3 dec, deputy ben")]),
        ("nl", "toezegging nee", [(None, "commit", "no")]),
        ("de", "2 Erledigt. ", [(2, "done", "")]),
        ("de", "später 2 Wochen", [(None, "snooze", "2 Wochen")]),
        ("de", "3 erledigt, 4 übergabe an anna: sie kennt sie",
         [(3, "done", ""), (4, "handover", "to anna: sie kennt sie")]),
        ("de", "rückgängig 2", [(None, "undo", "2")]),
        ("no", "beløp 12,5k", [(None, "amount", "12,5k")]),
        ("no", "1 ferdig\n2 tapt pris", [(1, "done", ""), (2, "lost", "pris")]),
        ("fr", "résumé", [(None, "summary", "")]),
        ("es", "hecho\nposponer mañana", [(None, "done", ""), (None, "snooze", "mañana")]),
    ],
)  # fmt: skip
def test_a_line_in_the_teams_language_is_read(language: str, text: str, commands) -> None:
    assert read(text, language) == (commands, "")


@pytest.mark.parametrize(
    ("language", "words", "english"),
    [
        ("nl", "vrijdag", "fri"), ("nl", "tot vr", "fri"), ("nl", "morgen 14:00", "tomorrow 14:00"),
        ("nl", "over 2 weken", "2 weeks"), ("nl", "over een week", "1 week"), ("nl", "3 mrt", "3 mar"),
        ("nl", "volgende maandag", "next mon"), ("nl", "morgen om 14 uur", "tomorrow 14:00"),
        ("de", "bis Freitag", "fri"), ("de", "am 3. Dez", "3 dec"), ("de", "in einer Woche", "1 week"),
        ("de", "3. Dezember um 9:30 Uhr", "3 dec 9:30"), ("de", "übermorgen", "2 days"), ("de", "3.12.", "3 dec"),
        ("no", "fre", "fri"), ("no", "i morgen", "tomorrow"), ("no", "om 2 uker", "2 weeks"),
        ("no", "3 des", "3 dec"), ("fr", "dans 3 jours", "3 days"), ("fr", "le 3 déc", "3 dec"),
        ("es", "mañana a las 9:30", "tomorrow 9:30"), ("es", "en 2 semanas", "2 weeks"),
    ],
)  # fmt: skip
def test_a_date_in_the_teams_language_is_that_of_its_english_words(
    language: str, words: str, english: str
) -> None:
    said = read_when(words, NOW, HOME, "NL", (language,))

    assert said == read_when(english, NOW, HOME, "NL")
    with pytest.raises(Refused, match="is no date") if words != "3.12." else pytest.MonkeyPatch.context():
        read_when(words, NOW, HOME, "NL")


def test_english_dates_go_on_in_every_language_and_hostile_ones_are_read_at_once() -> None:
    for words in ("fri", "3 dec", "2 weeks", "until tomorrow 14:00", "2026-12-03", "3/12"):
        assert read_when(words, NOW, HOME, "NL", LANGUAGES) == read_when(words, NOW, HOME, "NL")
    with pytest.raises(Refused):
        read_when("over " * 40_000, NOW, HOME, "NL", LANGUAGES)


def test_a_day_that_is_another_in_two_languages_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """A made-up pair: in those that we know no word is two days."""
    dutch = language_of("nl")
    other = replace(dutch, dates=replace(dutch.dates, short={"ma": "tuesday"}, days=()))
    monkeypatch.setattr("inboxcrm.commands.tongues.dates.language_of", {"nl": dutch, "xx": other}.__getitem__)

    with pytest.raises(DateDouble, match="can be two days"):
        read_when("ma", NOW, HOME, "NL", ("nl", "xx"))


def test_lines_in_dutch_are_carried_out_and_answered_in_english(team: Callable[..., Shop]) -> None:
    shop = team("nl")
    shop.quoted()
    answers = shop.notice().message_id

    [hold] = shop.anna("pauze tot 3 dec: ze verhuizen", answers=answers)["lines"]
    [lost] = shop.anna("verloren prijs", answers=answers)["lines"]

    assert hold["source"] == "pauze tot 3 dec: ze verhuizen"
    assert "is on hold until" in hold["text"]
    assert "is lost (price)" in lost["text"]


def test_a_reason_of_the_pipeline_goes_before_one_of_a_language() -> None:
    """`moment` is Dutch for timing, unless a pipeline has a reason of that name."""
    from inboxcrm.commands.tongues.reading import reason_in

    assert (reason_in("Moment", ("nl",)), reason_in("moment", ()), reason_in("fit", ("nl",))) == (
        "timing", "moment", "fit",
    )  # fmt: skip


# What is told.


@pytest.mark.parametrize(
    ("text", "nearest"),
    [
        ("klaar", "done"),
        ("erledigt", "done"),
        ("3 verloren prijs", "lost"),
        ("Offerte", "quote"),
        ("dood", ""),
    ],
)
def test_a_foreign_word_that_is_not_read_is_told_by_the_nearest_right_form(text: str, nearest: str) -> None:
    assert read_commands(text, BY_NAME).nearest == nearest


def test_a_misspelt_word_of_the_teams_language_is_told_too() -> None:
    tongue = tongue_of(Commands(languages=("nl",)), BY_NAME)

    assert read_commands("uistellen vrijdag", BY_NAME, tongue).nearest == "snooze"


def test_the_receipt_shows_the_right_form_of_a_foreign_word(team: Callable[..., Shop]) -> None:
    shop = team()
    shop.quoted()

    assert "Did you mean: done" in str(shop.anna("klaar", answers=shop.notice().message_id)["note"])


# What is a fault of the configuration.


def test_no_two_of_our_languages_claim_one_word_for_different_commands() -> None:
    for pair in [*combinations(LANGUAGES, 2), LANGUAGES]:
        spoken = tongue_of(Commands(languages=pair), BY_NAME)  # it raises where two claim one word

        assert spoken is not None


def test_two_languages_that_claim_one_word_are_a_fault_that_names_both() -> None:
    dutch = language_of("nl")
    other = replace(dutch, name="Frisian", words={"klaar": "won"})

    with pytest.raises(ConfigError, match="'klaar' means 'done' in Dutch and 'won' in Frisian"):
        tongue_in([dutch, other], {}, BY_NAME)


def test_a_synonym_that_is_an_english_word_of_another_command_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"'won' means 'won' in English and 'done' in config\.toml"):
        check_words(the_settings(tmp_path, commands=Commands(words=("won = done",))))


def test_a_word_of_ones_own_for_no_command_is_a_fault_that_names_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(
        ConfigError, match=r"words: 'afgehandeld': there is no command 'doen'; did you mean 'done'"
    ):
        check_words(the_settings(tmp_path, commands=Commands(words=("afgehandeld = doen",))))


def test_a_word_of_ones_own_is_read(team: Callable[..., Shop]) -> None:
    shop = team(words=("afgehandeld = done",))
    shop.quoted()

    [line] = shop.anna("Afgehandeld", answers=shop.notice().message_id)["lines"]
    assert line["is_done"], line


def test_a_language_that_we_do_not_know_is_a_fault_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text(EXAMPLE.read_text().replace('languages = ["nl"]', 'languages = ["en"]'))

    with pytest.raises(
        SettingsFaulty, match=r"config.toml:\d+: commands.languages.1: should be one of de, es, fr, nl, no"
    ):
        load_settings(file)
