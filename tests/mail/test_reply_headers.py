"""A block of mail headers, a separator or a marker ends the new words; a form or a route of one's own does not."""

from __future__ import annotations

import pytest

from inboxcrm.mail.reply import new_words, split_reply

BLOCKS = {
    "en": "From: Anna Berg <anna@ours.test>\nSent: Monday, January 6, 2025 10:02 AM\nTo: Bob\nSubject: Quote",
    "nl": "Van: Anna Berg\nVerzonden: maandag 6 januari 2025 10:02\nAan: Bob\nOnderwerp: Offerte",
    "de": "Von: Anna Berg\nGesendet: Montag, 6. Januar 2025 10:02\nAn: Bob\nCc: Carl\nBetreff: Angebot",
    "fr": "De : Anna Berg\nEnvoyé : lundi 6 janvier 2025 10:02\nÀ : Bob\nObjet : Devis",
    "es": "De: Anna Berg\nEnviado el: lunes, 6 de enero de 2025 10:02\nPara: Bob\nAsunto: Oferta",
    "it": "Da: Anna Berg\nInviato: lunedì 6 gennaio 2025 10:02\nA: Bob\nOggetto: Offerta",
    "pt": "De: Anna Berg\nEnviada em: segunda-feira, 6 de janeiro de 2025 10:02\nPara: Bob\nAssunto: Oferta",
    "no": "Fra: Anna Berg\nSendt: mandag 6. januar 2025 10:02\nTil: Bob\nEmne: Tilbud",
    "sv": "Från: Anna Berg\nSkickat: den 6 januari 2025 10:02\nTill: Bob\nÄmne: Offert",
    "da": "Fra: Anna Berg\nSendt: 6. januar 2025 10:02\nTil: Bob\nCc: Carl\nEmne: Tilbud",
    "pl": "Od: Anna Berg\nWysłano: poniedziałek, 6 stycznia 2025 10:02\nDo: Bob\nTemat: Oferta",
}
ORIGINALS = {
    "en": "-----Original Message-----",
    "nl": "-----Oorspronkelijk bericht-----",
    "de": "-------- Ursprüngliche Nachricht --------",
    "fr": "-------- Message d'origine --------",
    "es": "-----Mensaje original-----",
    "it": "-------- Messaggio originale --------",
    "pt": "-----Mensagem original-----",
    "no": "-----Opprinnelig melding-----",
    "sv": "-----Ursprungligt meddelande-----",
    "da": "-----Oprindelig meddelelse-----",
    "pl": "-----Wiadomość oryginalna-----",
}
FORWARDS = {
    "en": ["---------- Forwarded message ---------", "Begin forwarded message:"],
    "nl": ["---------- Doorgestuurd bericht ---------", "Begin doorgestuurd bericht:"],
    "de": ["-------- Weitergeleitete Nachricht --------", "Anfang der weitergeleiteten Nachricht:"],
    "fr": ["---------- Message transféré ---------", "Début du message réexpédié :"],
    "es": ["---------- Mensaje reenviado ---------", "Inicio del mensaje reenviado:"],
    "it": ["---------- Messaggio inoltrato ---------", "Inizio messaggio inoltrato:"],
    "pt": ["---------- Mensagem encaminhada ---------", "Início da mensagem reencaminhada:"],
    "no": ["---------- Videresendt melding ---------", "Videresendt melding:"],
    "sv": ["---------- Vidarebefordrat meddelande ---------", "Vidarebefordrat brev:"],
    "da": ["---------- Videresendt meddelelse ---------", "Start på videresendt besked:"],
    "pl": ["---------- Wiadomość przekazana ---------", "Początek przekazanej wiadomości:"],
}


def bold(block: str) -> str:
    return "\n".join(f"*{line.split(':')[0]}:*{line.partition(':')[2]}" for line in block.split("\n"))


@pytest.mark.parametrize("language", BLOCKS)
@pytest.mark.parametrize(
    "shape", ["plain", "ruled", "dashed", "bold", "indented", "original", "carriage returns"]
)
def test_the_older_mail_below_its_headers_is_quoted(language: str, shape: str) -> None:
    block = {
        "plain": BLOCKS[language],
        "ruled": "________________________________\n" + BLOCKS[language],
        "dashed": " ------------------------------\n\n" + BLOCKS[language],
        "bold": bold(BLOCKS[language]),
        "indented": "\n".join("   " + line for line in BLOCKS[language].split("\n")),
        "original": ORIGINALS[language] + "\n" + BLOCKS[language],
        "carriage returns": BLOCKS[language].replace("\n", "\r\n"),
    }[shape]
    text = f"done 3\nsnooze 4 fri\n\n{block}\n\nlost price\n"
    assert new_words(text) == "done 3\nsnooze 4 fri"
    header = split_reply(text)[1]
    assert header.kind == "quote-header"
    assert text[header.start : header.end].strip() == block.strip()


@pytest.mark.parametrize("language", ORIGINALS)
def test_a_separator_alone_ends_the_new_words(language: str) -> None:
    assert new_words(f"yes\n\n{ORIGINALS[language]}\n\nlost price\n") == "yes"
    assert new_words(f"yes\n\n*{ORIGINALS[language]}*\n\nlost price\n") == "yes"


@pytest.mark.parametrize(("language", "line"), [(one, line) for one in FORWARDS for line in FORWARDS[one]])
def test_a_forwarded_mail_is_no_word_of_its_forwarder(language: str, line: str) -> None:
    assert new_words(f"FYI\n\n{line}\n{BLOCKS[language]}\n\nlost price\n") == "FYI"


def test_a_forwarded_mail_without_a_word_above_it_has_no_new_words() -> None:
    """A command in it is another's, whoever forwards it."""
    assert new_words("---------- Forwarded message ---------\nFrom: Bob <bob@theirs.test>\n\nwon 3\n") == ""


def test_below_a_marked_forward_new_words_may_stand() -> None:
    text = "See below.\n\nBegin forwarded message:\n\n> From: Bob\n> Subject: Seats\n>\n> 20 seats\n\nCall him?\n"
    assert new_words(text) == "See below.\n\nCall him?"


def test_headers_may_be_folded_and_have_names_and_empty_lines_between() -> None:
    block = (
        "From: Human Resources\n<a-really-long-address+1234556@theirs.test>\n\nSent: Monday, August 26, 2019 4:37 PM\n"
        "To: Bob; Carl;\n Dora; Emil\nImportance: High\nSubject: A subject that goes on\nto the next line\n"
    )
    assert new_words(f"Thanks.\n{block}\nlost price") == "Thanks."


@pytest.mark.parametrize(
    "header",
    [
        "-----Anna Berg <anna@ours.test> wrote: -----\nTo: Bob\nFrom: Anna\nDate: 01/06/2025\nSubject: Seats",
        "----- Forwarded by Anna Berg/OURS on 06.01.2025 10:02 -----\n\nFrom: Anna Berg/OURS\nTo: Bob",
        "----- Weitergeleitet von Anna Berg/OURS am 06.01.2025 10:02 -----",
        "---------- Bericht van Anna ----------\nVan: Anna <anna@ours.test>\nDatum: 6 januari 2025\nAan: Bob",
        "------- Original Message -------\nOn Monday, January 6th, 2025 at 10:02 AM, Anna <anna@ours.test> wrote:",
        "‐‐‐‐‐‐‐ Original Message ‐‐‐‐‐‐‐\nOn Monday, January 6, 2025 10:02 AM, Anna <anna@ours.test> wrote:",
        '\t-----------------------------------------From: "Anna" \nTo: bob@theirs.test\nCc: \nSent: 6 January 2025',
        "-------- Original message --------\nFrom: Anna <anna@ours.test>\nDate: 06/01/2025 10:02 (GMT+01:00)\nTo: Bob",
        "Gesendet: Montag, 6. Januar 2025 um 10:02 Uhr\nVon: Anna <a@ours.test>\nAn: bob@theirs.test\nBetreff: Platz",
        "Date: Mon, 6 Jan 2025 10:02:03 +0100\nSubject: Seats\nFrom: anna@ours.test\nTo: bob@theirs.test",
    ],
)
def test_what_other_programs_write_above_an_older_mail(header: str) -> None:
    """Notes, Proton, webmails, telephones."""
    text = f"20 seats\n\n{header}\n\nlost price\n"
    assert new_words(text) == "20 seats"
    told = split_reply(text)
    assert [one.kind for one in told] == ["new", "quote-header", "quote"]
    assert text[told[1].start : told[1].end].strip() == header.strip()


@pytest.mark.parametrize(
    "line",
    [
        "##- Please type your reply above this line -##",
        "--- Reply above this line ---",
        "---- Antwoord boven deze regel ----",
        "### Bitte oberhalb dieser Zeile antworten ###",
        "-- Répondez au-dessus de cette ligne --",
        "--- Svar over denne linje ---",
    ],
)
def test_words_above_a_tickets_marker_are_new(line: str) -> None:
    assert new_words(f"20 seats\n\n{line}\n\nYour ticket: lost price") == "20 seats"


@pytest.mark.parametrize(
    "text",
    [
        "From: Amsterdam\nTo: Rotterdam\nDate: Friday 10 January\n20 pallets, please.",
        "Van: Utrecht\nAan: Zwolle\nDatum: 6 januari\nGraag een prijs.",
        "Von: Köln\nAn: Bonn\nDatum: 6. Januar\nBitte um ein Angebot.",
        "De : Lyon\nÀ : Paris\nDate : lundi\nUn devis, merci.",
        "De: Madrid\nPara: Sevilla\nFecha: lunes\n20 palés.",
        "Subject: 20 seats\nTo: our new office in Zwolle\nThanks!",
        "The data comes From: our database, not To: others.\nSubject: none of this is a header.",
        "Name: Bob\nCompany: Metalcraft\nSubject: 20 seats",
        "-----\n\nThe original message was lost, please send it again.",
        "What we need:\n=============\n20 seats\n-------------\nBob",
        "The forwarded message: I cannot open it.",
        "Please reply above this line with the price.",
    ],
)
def test_a_form_or_a_route_or_a_rule_of_ones_own_stays(text: str) -> None:
    assert new_words(text) == text
