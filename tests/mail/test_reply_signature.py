"""Signatures, telephones' lines and disclaimers are told from the words, and words that resemble them stay."""

from __future__ import annotations

import pytest

from inboxcrm.mail.reply import new_words, split_reply


def kinds(text: str) -> list[str]:
    return [segment.kind for segment in split_reply(text)]


def test_what_stands_below_two_dashes_is_a_signature_up_to_the_quote() -> None:
    """RFC 3676 section 4.3; many programs leave the space away."""
    text = "won\n-- \nAnna Berg\nSales\n\nOn 6 Jan 2025, at 10:02, Bob wrote:\n> lost price\n"
    assert new_words(text) == "won"
    assert kinds(text) == ["new", "signature", "quote-header", "quote"]
    assert new_words("won\n--\nAnna") == "won"
    assert new_words("> price?\n\n100\n\n--\nAnna Berg") == "100"


def test_a_mail_of_nothing_but_a_signature_keeps_it() -> None:
    assert new_words("-- \nAnna") == "--\nAnna"


SENDERS = {
    "en": ["Sent from my iPhone", "Sent from Outlook for Android<https://aka.ms/x>", "Get Outlook for iOS"],
    "nl": ["Verzonden vanaf mijn iPhone", "Verstuurd vanaf mijn iPad", "Outlook voor Android downloaden"],
    "de": ["Von meinem iPhone gesendet", "Gesendet von Mail für Windows", "Holen Sie sich Outlook für iOS"],
    "fr": ["Envoyé de mon iPhone", "Envoyé depuis mon mobile", "Télécharger Outlook pour Android"],
    "es": ["Enviado desde mi iPhone", "Enviado desde Correo para Windows", "Obtener Outlook para iOS"],
    "it": ["Inviato da iPhone", "Inviato dal mio Galaxy", "Ottieni Outlook per Android"],
    "pt": ["Enviado do meu iPhone", "Enviado a partir do meu telemóvel", "Obter o Outlook para iOS"],
    "no": ["Sendt fra min iPhone", "Sendt fra Outlook for Android", "Skaff deg Outlook for iOS"],
    "sv": ["Skickat från min iPhone", "Skickat från Outlook för Android", "Hämta Outlook för iOS"],
    "da": ["Sendt fra min iPhone", "Sendt fra Outlook til Android", "Hent Outlook til iOS"],
    "pl": ["Wysłane z iPhone'a", "Wysłano z programu Outlook dla Android", "Pobierz program Outlook dla iOS"],
}


@pytest.mark.parametrize(("language", "line"), [(one, line) for one in SENDERS for line in SENDERS[one]])
def test_the_line_that_a_telephone_adds_is_a_signature(language: str, line: str) -> None:
    assert new_words(f"won\n\n{line}\n") == "won"
    assert new_words(f"won\n\n{line}\n\nOn 6 Jan 2025, at 10:02, Bob wrote:\n\n> old\n") == "won"


CLOSINGS = {
    "en": ["Kind regards,", "Best,", "Many thanks", "Yours sincerely,"],
    "nl": ["Met vriendelijke groet,", "Groeten,", "Mvg"],
    "de": ["Mit freundlichen Grüßen", "Viele Grüße,", "MfG", "Viele Grüße / Best regards"],
    "fr": ["Cordialement,", "Bien à vous,", "Merci d'avance,"],
    "es": ["Saludos cordiales,", "Atentamente,", "Un saludo,"],
    "it": ["Cordiali saluti,", "Distinti saluti", "Grazie mille,"],
    "pt": ["Atenciosamente,", "Com os melhores cumprimentos,", "Obrigado,"],
    "no": ["Med vennlig hilsen", "Mvh", "Vennlig hilsen,"],
    "sv": ["Med vänlig hälsning", "Vänliga hälsningar,", "Tack på förhand,"],
    "da": ["Med venlig hilsen", "Venlig hilsen,", "De bedste hilsner"],
    "pl": ["Pozdrawiam,", "Z poważaniem", "Serdecznie pozdrawiam"],
}
CARDS = [
    "Anna van den Berg\nAccount Manager\n\nTel. +31 20 123 45 67\nanna@ours.test",
    "Anna Berg\nBerg & Söhne GmbH\nHauptstraße 12\n10115 Berlin",
    "*Anna Berg*\n*CEO*\nwww.ours.test",
    "Dr. Anna Berg | Sales\nM: +47 22 12 34 56 | E: anna@ours.test",
]


@pytest.mark.parametrize(("language", "closing"), [(one, line) for one in CLOSINGS for line in CLOSINGS[one]])
@pytest.mark.parametrize("card", CARDS)
def test_a_formula_with_contacts_below_it_is_a_signature(language: str, closing: str, card: str) -> None:
    assert new_words(f"quote 20 x standard\n\n{closing}\n\n{card}\n") == "quote 20 x standard"


@pytest.mark.parametrize(("language", "closing"), [(one, line) for one in CLOSINGS for line in CLOSINGS[one]])
def test_a_formula_with_a_name_alone_is_the_end_of_the_letter(language: str, closing: str) -> None:
    text = f"We take 20 seats.\n\n{closing}\nAnna"
    assert new_words(text) == text


def test_contacts_below_a_name_are_a_signature_without_a_formula() -> None:
    assert (
        new_words("20 seats, please.\n\nAnna Berg\nanna@ours.test\n(555) 346-9947\n") == "20 seats, please."
    )


@pytest.mark.parametrize(
    "text",
    [
        "Thanks,\nBob\n\n20 x standard\n10 x premium",
        "Thanks,\nBob Brouwer\nTel. +31 20 1234567\n\nPS: make it 25 seats, please.",
        "Please call me back.\n\nMy number is +31 20 1234567, ask for Bob.",
        "Please send it to our purchasing:\n\nMetalcraft B.V.\nanna@theirs.test\nTel. +31 20 1234567",
        "Invoice to:\n\nAnna Berg\nHauptstraße 12\nTel. +49 30 123456\nanna@theirs.test",
        "Regards,\nHervé\n\n[1] https://theirs.test/terms/2025\n[2] https://theirs.test/seats",
        "The notification was sent from my iPhone app to all users.",
        "All messages are sent from the main server.",
        "In this regard we need 20 seats.\nAs regards the price, it is fine.",
        "Best regards to your team from all of us, and 20 seats please.",
        "Our options:\n- Standard\n- Premium",
        "Key points\n----\n1. Price\n\n----\nThe dashes above are no signature.",
        "👍",
        "+1",
        "Service      Date\n----------------------\nSupport      Jun 27\n\nAll dates are fine with us.",
    ],
)
def test_words_that_resemble_a_signature_stay(text: str) -> None:
    assert new_words(text) == text


def test_rules_with_nothing_below_them_are_no_words() -> None:
    assert new_words("This is not a ---- rule.\n\n--\n***\n=====\n   -------\n") == "This is not a ---- rule."


def test_a_name_behind_a_dash_is_a_signature() -> None:
    assert new_words("See you on Friday.\n\n-Anna Berg\n") == "See you on Friday."


DISCLAIMERS = {
    "en": (
        "This e-mail and any attachments are confidential and intended solely for the addressee. If"
        " you are not the intended recipient, please notify the sender and delete it."
    ),
    "nl": (
        "Dit bericht is uitsluitend bestemd voor de geadresseerde en kan vertrouwelijke informatie "
        "bevatten. Indien u dit bericht ten onrechte ontvangt, verzoeken wij u het te verwijderen."
    ),
    "de": (
        "Diese E-Mail enthält vertrauliche oder rechtlich geschützte Informationen. Wenn Sie nicht "
        "der richtige Adressat sind, informieren Sie bitte sofort den Absender und vernichten Sie "
        "diese Mail."
    ),
    "fr": (
        "Ce message est confidentiel et destiné exclusivement à son destinataire. Si vous l'avez "
        "reçu par erreur, merci d'en avertir l'expéditeur et de le détruire."
    ),
    "es": (
        "Este mensaje es confidencial y va dirigido exclusivamente a su destinatario. Si lo ha "
        "recibido por error, le rogamos que nos lo comunique y proceda a su destrucción."
    ),
    "it": (
        "Le informazioni contenute in questo messaggio sono riservate e per uso esclusivo del "
        "destinatario. Se lo avete ricevuto per errore, Vi preghiamo di cancellarlo e di darne "
        "comunicazione al mittente."
    ),
    "pt": (
        "Esta mensagem é confidencial e destina-se apenas ao seu destinatário. Se a recebeu por "
        "engano, por favor apague-a e informe o remetente; a sua divulgação é proibida."
    ),
    "no": (
        "Denne e-posten er konfidensiell og kun tiltenkt mottakeren. Dersom du har mottatt den ved "
        "en feil, vennligst slett den og varsle avsender."
    ),
    "sv": (
        "Detta meddelande är konfidentiellt och endast avsett för mottagaren. Om du har fått det av"
        " misstag, vänligen radera det och meddela avsändaren."
    ),
    "da": (
        "Denne mail er fortrolig og kun beregnet til den tiltænkte modtager. Har du modtaget den "
        "ved en fejl, bedes du slette den og underrette afsenderen."
    ),
    "pl": (
        "Ta wiadomość jest poufna i przeznaczona wyłącznie dla adresata. Jeśli otrzymali ją Państwo"
        " omyłkowo, prosimy o jej usunięcie i powiadomienie nadawcy."
    ),
}


@pytest.mark.parametrize("language", DISCLAIMERS)
def test_a_disclaimer_is_no_word_of_its_sender(language: str) -> None:
    text = f"We take 20 seats.\n\nBob\n\n{DISCLAIMERS[language]}\n"
    assert new_words(text) == "We take 20 seats.\n\nBob"
    assert kinds(text)[1] == "disclaimer"
    assert new_words(f"{DISCLAIMERS[language]}\n\nWe take 20 seats.\n") == "We take 20 seats."


@pytest.mark.parametrize(
    "footer",
    [
        "Please consider the environment before printing this e-mail.",
        "CAUTION: This email originated from outside of the organization. Do not click links.",
        "Virus-free. www.avast.test",
        "_____________________\nusers mailing list\nusers@lists.test\nhttp://lists.test/listinfo/users",
        "------------------------------\nTo unsubscribe, e-mail: users-off@lists.test",
        "Sitz der Gesellschaft: Berlin, Amtsgericht Charlottenburg HRB 12345, Geschäftsführer: A. Berg, "
        "Datenschutz siehe www.ours.test, vertraulich behandeln",
    ],
)
def test_footers_of_companies_scanners_and_lists_are_no_words(footer: str) -> None:
    assert new_words(f"We take 20 seats.\n\n{footer}\n") == "We take 20 seats."


@pytest.mark.parametrize(
    "text",
    [
        "Please keep the price confidential.",
        "This is confidential, please delete it when you have read it.",
        "If you received our order in error, tell us.",
        "How do I unsubscribe from the mailing list?",
        "Please delete the old seats and destroy the keys. Our purchasing will notify you of the new ones on Friday, "
        "and the invoice goes to the same address as before.",
    ],
)
def test_ones_own_words_on_secrets_and_lists_stay(text: str) -> None:
    assert new_words(text) == text


def test_words_signature_and_disclaimer_are_told_apart() -> None:
    text = "20 seats.\n\nRegards,\nBob Brouwer\nBuyer\nTel. +31 20 1234567\n\n"
    text += f"{DISCLAIMERS['en']}\n\nMetalcraft B.V.\nZwolle\n"
    assert kinds(text) == ["new", "signature", "disclaimer", "signature"]
