"""The new words of a reply are found in the ways that mail programs quote."""

from __future__ import annotations

import time

import pytest

from inboxcrm.mail.reply import new_words

QUOTED = "\n> Dear all,\n> the quote is attached.\n>\n> Anna"


@pytest.mark.parametrize(
    "attribution",
    [
        "On Mon, Jan 6, 2025 at 10:02 AM Anna Berg <anna@ours.test> wrote:",
        "On Mon, Jan 6, 2025 at 10:02 AM Anna van den Berg\n<anna.van.den.berg@ours.test> wrote:",
        "Op ma 6 jan. 2025 om 10:02 schreef Anna Berg <anna@ours.test>:",
        "Op 6-1-2025 om 10:02 heeft Anna Berg het volgende geschreven:",
        "Am Mo., 6. Jan. 2025 um 10:02 Uhr schrieb Anna Berg <anna@ours.test>:",
        "Am 06.01.2025 um 10:02 schrieb Anna Berg:",
        "Le lun. 6 janv. 2025 à 10:02, Anna Berg <anna@ours.test> a écrit :",
        "El lun, 6 ene 2025 a las 10:02, Anna Berg (<anna@ours.test>) escribió:",
        "Il giorno lun 6 gen 2025 alle ore 10:02 Anna Berg <anna@ours.test> ha scritto:",
        "Em seg., 6 de jan. de 2025 às 10:02, Anna Berg <anna@ours.test> escreveu:",
        "man. 6. jan. 2025 kl. 10:02 skrev Anna Berg <anna@ours.test>:",
        "Den mån 6 jan. 2025 kl 10:02 skrev Anna Berg <anna@ours.test>:",
        "Den man. 6. jan. 2025 kl. 10.02 skrev Anna Berg <anna@ours.test>:",
        "pon., 6 sty 2025 o 10:02 Anna Berg <anna@ours.test> napisał(a):",
        "W dniu 6.01.2025 o 10:02, Anna Berg pisze:",
    ],
)
def test_an_attribution_and_its_quote_are_left_out_in_each_language(attribution):
    assert new_words(f"We accept.\n\n{attribution}\n{QUOTED}") == "We accept."


@pytest.mark.parametrize(
    "block",
    [
        "-----Original Message-----\nFrom: Anna",
        "________________________________\nFrom: Anna\nSent: Monday\nTo: Bob\nSubject: Quote",
        "Von: Anna\nGesendet: Montag, 6. Januar 2025 10:02\nAn: Bob\nBetreff: Angebot",
        "Van: Anna\nVerzonden: maandag 6 januari 2025\nAan: Bob\nOnderwerp: Offerte",
        "De : Anna\nEnvoyé : lundi 6 janvier 2025\nÀ : Bob\nObjet : Devis",
        "De: Anna\nEnviado: lunes, 6 de enero\nPara: Bob\nAsunto: Oferta",
        "Da: Anna\nInviato: lunedì 6 gennaio\nA: Bob\nOggetto: Offerta",
        "Fra: Anna\nSendt: mandag 6. januar\nTil: Bob\nEmne: Tilbud",
        "Från: Anna\nSkickat: den 6 januari\nTill: Bob\nÄmne: Offert",
        "Od: Anna\nWysłano: poniedziałek\nDo: Bob\nTemat: Oferta",
        "*From:* Anna\n*Sent:* Monday\n*To:* Bob",
        "-------- Ursprüngliche Nachricht --------\nalt",
        "Begin forwarded message:\n\nold",
    ],
)
def test_the_older_mail_below_a_block_of_headers_is_left_out(block):
    assert new_words(f"done 3\nsnooze 4 fri\n\n{block}\n\nold words") == "done 3\nsnooze 4 fri"


def test_a_command_right_above_the_quote_is_not_taken_for_its_beginning():
    text = "quote 20 x standard\nOn Mon, Jan 6, 2025 at 10:02 AM Anna Berg\n<anna@ours.test> wrote:\n> old"
    assert new_words(text) == "quote 20 x standard"


def test_words_between_and_below_quotes_are_new():
    text = "On 6 Jan 2025, a@b.test wrote:\n> price?\n\n100\n\n> when?\n\nFriday\n"
    assert new_words(text).split() == ["100", "Friday"]


def test_what_an_unmarked_quote_holds_is_never_new():
    """A program that does not mark the quote by > must not let the older mail speak."""
    assert new_words("yes\n\nAm 06.01.2025 um 10:02 schrieb Anna:\n\nlost price\n") == "yes"


def test_a_sentence_that_only_looks_like_an_attribution_stays():
    text = "On Monday we wrote:\n- the offer\n- the plan"
    assert new_words(text) == text


def test_the_signature_is_cut_but_a_mail_of_nothing_else_is_not():
    assert new_words("won\n-- \nAnna Berg\nSales") == "won"
    assert new_words("won\n\nSent from my iPhone") == "won"
    assert new_words("-- \nAnna") == "--\nAnna"


def test_hostile_text_takes_linear_time():
    hostile = [
        "On " * 60_000,
        "> " * 90_000,
        "From:\nTo:\n" * 20_000,
        "- " * 99_000,
        "<a@b 10:10" * 20_000 + ":",
    ]
    before = time.process_time()
    for text in hostile:
        new_words(text * 3)
    assert time.process_time() - before < 3
