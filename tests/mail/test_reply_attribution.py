"""The line above a quote is known as mail programs write it in eleven languages, and sentences are left alone."""

from __future__ import annotations

import pytest

from inboxcrm.mail.reply import new_words, split_reply

A = "Anna Berg <anna@ours.test>"

# Gmail, Apple Mail, Thunderbird, Outlook for the telephone, Proton, and what else is common in a language.
SHAPES = {
    "en": [
        f"On Mon, Jan 6, 2025 at 10:02 AM {A} wrote:",
        f"On 6 Jan 2025, at 10:02, {A} wrote:",
        "On 06/01/2025 10:02, Anna Berg wrote:",
        f"On Monday, January 6th, 2025 at 10:02 AM, {A} wrote:",
        f"---- On Mon, 06 Jan 2025 10:02:03 +0100 {A} wrote ----",
        'On 06/01/2025, 10:02, "Anna Berg" <anna@ours.test> wrote:',
        f"{A} wrote on 6 January 2025 at 10:02:",
        f"* {A} [2025-01-06 10:02]:",
        f"Quoting {A}:",
        f"2025-01-06 10:02 GMT+01:00 {A}:",
    ],
    "nl": [
        f"Op ma 6 jan 2025 om 10:02 schreef {A}:",
        f"Op 6 jan 2025, om 10:02 heeft {A} het volgende geschreven:",
        "Op 06-01-2025 om 10:02 schreef Anna Berg:",
        f"Op maandag 6 januari 2025 10:02 schreef {A}:",
        f"{A} schreef op 6 januari 2025 om 10:02:",
    ],
    "de": [
        f"Am Mo., 6. Jan. 2025 um 10:02 Uhr schrieb {A}:",
        f"Am 06.01.2025 um 10:02 schrieb {A}:",
        "Am 06.01.25 um 10:02 schrieb Anna Berg:",
        f"{A} schrieb am Mo., 6. Jan. 2025 um 10:02 Uhr:",
        "Anna Berg schrieb am 06.01.2025 um 10:02:",
        f"Am Montag, 6. Januar 2025 um 10:02 hat {A} Folgendes geschrieben:",
        f"Zitat von {A}:",
    ],
    "fr": [
        f"Le lun. 6 janv. 2025 à 10:02, {A} a écrit :",
        f"Le 6 janv. 2025 à 10:02, {A} a écrit :",
        "Le 06/01/2025 à 10:02, Anna Berg a écrit :",
        f"Le lundi 6 janvier 2025 à 10:02, {A} a écrit :",
        "Le 06/01/2025 10h02, Anna Berg a écrit :",
    ],
    "es": [
        "El lun, 6 ene 2025 a las 10:02, Anna Berg (<anna@ours.test>) escribió:",
        f"El 6 ene 2025, a las 10:02, {A} escribió:",
        "El 06/01/2025 a las 10:02, Anna Berg escribió:",
        f"El lunes, 6 de enero de 2025, {A} escribió:",
    ],
    "it": [
        f"Il giorno lun 6 gen 2025 alle ore 10:02 {A} ha scritto:",
        f"Il giorno 6 gen 2025, alle ore 10:02, {A} ha scritto:",
        "Il 06/01/2025 10:02, Anna Berg ha scritto:",
        'In data 6 gennaio 2025 10:02:31 "Anna Berg" <anna@ours.test> ha scritto:',
    ],
    "pt": [
        f"Em seg., 6 de jan. de 2025 às 10:02, {A} escreveu:",
        f"No dia 6 de jan. de 2025, às 10:02, {A} escreveu:",
        "Em 06/01/2025 10:02, Anna Berg escreveu:",
        "Às 10:02 de 06/01/2025, Anna Berg escreveu:",
    ],
    "no": [
        f"man. 6. jan. 2025 kl. 10:02 skrev {A}:",
        f"6. jan. 2025 kl. 10:02 skrev {A}:",
        "Den 06.01.2025 10:02, skrev Anna Berg:",
        "På mandag 6. januar 2025 kl. 10:02 skrev Anna Berg:",
    ],
    "sv": [
        f"Den mån 6 jan. 2025 kl 10:02 skrev {A}:",
        f"6 jan. 2025 kl. 10:02 skrev {A}:",
        "Den 2025-01-06 kl. 10:02, skrev Anna Berg:",
        f"{A} skrev den 6 januari 2025 kl. 10:02:",
    ],
    "da": [
        f"Den man. 6. jan. 2025 kl. 10.02 skrev {A}:",
        f"Den 6. jan. 2025 kl. 10.02 skrev {A}:",
        "Den 06.01.2025 kl. 10.02 skrev Anna Berg:",
        f"mandag den 6. januar 2025 kl. 10.02 skrev {A}:",
    ],
    "pl": [
        f"pon., 6 sty 2025 o 10:02 {A} napisał(a):",
        f"Wiadomość napisana przez {A} w dniu 6 sty 2025, o godz. 10:02:",
        "W dniu 06.01.2025 o 10:02, Anna Berg pisze:",
        f"Dnia 6 stycznia 2025 10:02 {A} napisał(a):",
        "W dniu poniedziałek, 6 stycznia 2025 Anna Berg <anna@ours.test> napisała:",
    ],
}
ALL = [(language, line) for language, lines in SHAPES.items() for line in lines]


@pytest.mark.parametrize(("language", "line"), ALL)
@pytest.mark.parametrize("quote", ["> Shall we?\n> Anna", "Shall we?\nAnna"], ids=["marked", "bare"])
def test_what_stands_below_the_line_is_quoted(language: str, line: str, quote: str) -> None:
    if "Quoting" in line or "Zitat" in line or line.startswith("*"):
        quote = "> Shall we?\n> Anna"  # such programs always mark it
    text = f"Yes, with 20 seats.\n\n{line}\n\n{quote}\n"
    assert new_words(text) == "Yes, with 20 seats."
    kinds = [segment.kind for segment in split_reply(text)]
    assert kinds == ["new", "quote-header", "quote"]


@pytest.mark.parametrize(("language", "line"), [one for one in ALL if len(one[1]) > 60])
def test_the_line_may_be_wrapped_anywhere(language: str, line: str) -> None:
    """Programs wrap at about 76 letters, but names are long; the command above is no part of it."""
    words = line.split(" ")
    for cut in range(5, len(words)):
        wrapped = " ".join(words[:cut]) + "\n" + " ".join(words[cut:])
        assert new_words(f"quote 20 x standard\n{wrapped}\n> old") == "quote 20 x standard", wrapped


@pytest.mark.parametrize(
    "line",
    [
        f"to 6. tammik. 2025 klo 10.02 {A} kirjoitti:",
        f"Dne 6. 1. 2025 v 10:02 {A} napsal(a):",
        f"6 янв. 2025 г. 10:02 пользователь {A} написал:",
        f"29 грудня 2025 р. о 10:02 {A} пише:",
        f"在 2025年1月6日，下午10:02，{A} 写道：",
        f"2025年1月6日(月) 10:02 {A}:",
        f"În lun., 6 ian. 2025 la 10:02, {A} a scris:",
        f"6 Jan 2025 tarihinde saat 10:02'de {A} şöyle yazdı:",
    ],
)
def test_attributions_of_further_languages_are_known_above_marked_quotes(line: str) -> None:
    assert new_words(f"20 seats\n\n{line}\n\n> lost price\n") == "20 seats"


def test_a_line_wrapped_over_four_lines_is_one() -> None:
    line = "On Monday, January 6, 2025 at 10:02 AM\nAnna van den Berg\n<anna.van.den.berg@ours.test\n> wrote:"
    assert new_words(f"Yes.\n\n{line}\n\n> old\n") == "Yes."


SENTENCES = [
    "On Monday we wrote:\n- the offer\n- the plan",
    "On Monday we wrote the offer that you asked for, and on Tuesday you wrote back.",
    "On 6 January 2025 you wrote that 20 seats are enough. Are they?",
    "On 6 January 2025 we had a call with your team about the seats, and Bob wrote this list:\n20 seats",
    "As you wrote on 6 January: 20 seats.",
    "I wrote on 6 January 2025 that we need 20 seats, and nobody answered:\nplease do.",
    "Op 6 januari 2025 schreef u dat de licenties verlopen. Klopt dat?",
    "Op maandag schreef ik:\ngraag 20 stuks",
    "Am 6. Januar haben Sie geschrieben, dass 20 Lizenzen reichen.",
    "Wie Frau Berg am 06.01.2025 um 10:02 schrieb, reichen 20 Lizenzen:\nbitte bestellen.",
    "Le 6 janvier vous avez écrit que 20 licences suffisent.",
    "Le devis que vous avez écrit :\n20 licences",
    "El 6 de enero usted escribió que bastan 20 licencias.",
    "Il 6 gennaio ha scritto che bastano 20 licenze.",
    "Em 6 de janeiro você escreveu que 20 licenças bastam.",
    "Den 6. januar skrev du at 20 lisenser er nok.",
    "Den 6 januari skrev du att 20 licenser räcker.",
    "Den 6. januar skrev du, at 20 licenser er nok.",
    "W dniu 6 stycznia pisze Pan, że wystarczy 20 licencji.",
    "Delivery dates:\n2025-01-06 10:02\n06.01.2025 at 10:02\nAll of these are fine:",
    "Call on 6.1.2025 at 10:02 with Bob <bob@theirs.test>:\n- seats\n- support",
    "Please send it to bob@theirs.test, as he wrote this morning:\nto him.",
]


@pytest.mark.parametrize("text", SENTENCES)
def test_a_sentence_that_only_looks_like_such_a_line_stays(text: str) -> None:
    assert new_words(text) == text


def test_words_between_and_below_marked_quotes_are_new_in_order() -> None:
    text = (
        f"Hello Anna,\n\nOn Mon, Jan 6, 2025 at 10:02 AM {A} wrote:\n\n> How many seats?\n\n20\n\n"
        "> And when?\nFriday\n> Who signs?\n\nBob does.\n"
    )
    assert new_words(text).split("\n") == ["Hello Anna,", "", "20", "", "Friday", "Bob does."]


def test_a_greeting_below_the_first_line_is_its_writers_own() -> None:
    """A mail that begins with an attribution has its words below; it may greet ahead of the first quote."""
    marked = f"On Mon, Jan 6, 2025 at 10:02 AM {A} wrote:\nHi Anna,\n\n> How many seats?\n\n20\n"
    assert new_words(marked) == "Hi Anna,\n\n20"
    unmarked = (
        f"20\n\nOn Mon, Jan 6, 2025 at 10:02 AM {A} wrote:\nHi Bob,\n\n> How many seats?\n\nlost price\n"
    )
    assert new_words(unmarked) == "20"


def test_quotes_may_be_elided_or_marked_by_initials() -> None:
    line = f"On Mon, Jan 6, 2025 at 10:02 AM {A} wrote:"
    assert new_words(f"{line}\n\n[...]\n> How many?\n20\n") == "20"
    assert new_words(
        f"Hi,\n\n{line}\n\nAB> How many seats\nAB> do you need?\n\n20\n\nAB> When?\nFriday\n"
    ).split() == [
        "Hi,",
        "20",
        "Friday",
    ]
    assert new_words("SQL> select 1\nSQL> select 2") == "SQL> select 1\nSQL> select 2"


def test_the_wrapped_end_of_a_quoted_line_is_quoted() -> None:
    """Some programs wrap after they have marked: the line's end stands below without a mark."""
    quoted = "> We can deliver the twenty seats that you asked for by the end of the next\nmonth if\n> you order now.\n"
    assert new_words(f"Fine.\n\n{quoted}") == "Fine."


def test_the_wrapped_end_of_a_quoted_attribution_is_quoted() -> None:
    quoted = "> On Thu, Dec 28, 2017 at 10:43 AM, Anna Berg <anna@ours.test>\nwrote:\n> > 20 seats?\n"
    assert new_words(f"Fine.\n\n{quoted}") == "Fine."


def test_a_short_answer_below_a_finished_question_is_new() -> None:
    text = "> Can you deliver by Friday, and would you be able to install it there as well?\nyes\n> Who signs?\nBob\n"
    assert new_words(text) == "yes\nBob"


def test_a_line_that_an_mbox_file_stuffed_is_no_quote() -> None:
    assert new_words(">From our side it is fine.\nBob") == ">From our side it is fine.\nBob"
