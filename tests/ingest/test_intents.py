"""IN-12: intents with their words; a doubted yes is asked, never done."""

from __future__ import annotations

import datetime
import time

import pytest

from inboxcrm.ingest.intents import Intent, read_absence, read_intents
from inboxcrm.ingest.intents.language import guess_languages
from inboxcrm.ingest.intents.sentences import sentences_of
from inboxcrm.ingest.intents.vocabulary import read_vocabulary

MONDAY = datetime.date(2026, 3, 2)
ACCEPTED = (
    "We accept.",
    "Dear Anna,\n\nwe accept. Our PO number is 4711.\n",
    "Yes, accepted!",
    "We accept your offer of 12 March.",
    "Your quotation Q-2026-0001 is hereby accepted.",
    "We are happy to accept your quote.",
    "Wij gaan akkoord met uw offerte van 3 mei.",
    "Hierbij de getekende offerte retour.",
    "Wir nehmen Ihr Angebot vom 3. Mai an.",
    "Hiermit erteilen wir Ihnen den Auftrag.",
    "Vi aksepterer tilbudet av 3. mai.",
    "Vi takker ja til tilbudet.",
    "Nous acceptons votre offre.",
    "Aceptamos su oferta.",
)
NOT_ACCEPTED = """I accept your apology, no harm done.
We accepted a quote from Miller & Co yesterday.
We agree that the price is fair, our lawyer is reading the contract.
Please proceed with the revised quote as discussed and send it over by Friday.
Please go ahead and send me the quote.
Your quote was approved by IT. Finance has the last word.
The offer was accepted by the seller, so we are moving house.
We accept the terms of use of your portal.
They said: we accept the quote. They had no authority.
Yes, let's do it next year.
We accept your quote for options A and C only.
We accept your quote at 10% less.
We accept the offer except for clause 4.
Once signed by our CEO we accept the offer.
The contract is yours to sign first.
We're pleased to accept your resignation.
Please start the trial as agreed.
We accept, pending credit approval.
We accept the quote, on the understanding that delivery is free.
I can't say we accept your quote.
Sure, we accept. When pigs fly.
Wij gaan akkoord met de notulen.
Akkoord met je voorstel om te bellen.
Uw offerte is goedgekeurd door de techniek, nu nog financiën.
Jullie mogen beginnen met het maken van een offerte.
Doen we, ik stuur het door naar mijn baas.
Wir nehmen Ihr Angebot zu einem Gespräch gerne an.
Wir beauftragen Sie mit der Erstellung eines Angebots.
Ihr Angebot ist angenommen worden von der Poststelle und liegt beim Chef.
Hiermit bestätigen wir den Eingang Ihres Angebots.
Grünes Licht von uns gibt es nächste Woche.
Vi takker ja til tilbudet om et møte.
Det er bare å sette i gang med tilbudet.
Tilbudet er godkjent av teknisk avdeling og ligger nå hos økonomi.
Tilbudet er akseptert av kunden vår, nå trenger vi pris fra dere.
Nous acceptons votre offre si vous livrez en mai.
Aceptamos su oferta con un 10% menos."""
NOT_REFUSED = """We have chosen another date for the kick-off.
We won't be proceeding until Monday.
Not interested in the training, only the software please.
We'll pass it on.
It's not for us to decide.
Wij hebben geen behoefte aan training, wel aan de licenties.
Wir haben kein Interesse an der Schulung, die Software nehmen wir.
Wir haben uns gegen den Mitbewerber entschieden und bleiben bei Ihnen.
Vi har valgt en annen farge på stolene.
Vi er ikke interessert i å vente, send kontrakten."""

FOUND = (
    ("Need numbers for 60 laptops by Thursday, thx", "quote request"),
    ("Wat moet een website voor een kapper ongeveer kosten?", "quote request"),
    ("Wir bitten um Zusendung eines Angebots für die Wartung.", "quote request"),
    ("Eg treng ein pris på graving av tomt.", "quote request"),
    ("Wir hätten gern 5% Rabatt.", "renegotiation"),
    ("Valt er over de prijs te praten?", "renegotiation"),
    ("Unser Paket ist zu klein geworden, wir wollen das nächstgrößere.", "upgrade"),
    ("Vi trenger flere lisenser.", "upgrade"),
    ("Tor er ikkje tilsett hos oss lenger.", "left the company"),
    ("Ordre 5512 kan strykes.", "cancellation"),
    ("Der Auftrag ging leider an einen Mitbewerber.", "rejection"),
)
NOT_FOUND = (
    ("How much is the outstanding balance?", "quote request"),
    ("Weitere Informationen finden Sie auf unserer Webseite.", "information request"),
    ("Levering op dinsdag past.", "meeting"),
    ("The server is out until noon.", "out of office"),
    ("Der Artikel ist nicht mehr im Sortiment.", "left the company"),
    ("Fakturaen er godkjent.", "acceptance"),
    ("Kunden har akseptert tilbudet vårt.", "acceptance"),
    ("We don't want to use the old version any more.", "rejection"),
)
ASKED = (
    "The board said yes to your proposal.",
    "Wat ons betreft kunnen jullie aan de slag.",
    "Die Geschäftsleitung hat Ihrem Angebot zugestimmt.",
    "Ja takk, det gjør vi.",
)


# The same said in another order, another mood, other words: classes of words meet, no phrase was written for it.
IN_ANOTHER_ORDER = (
    (
        "Einen Kostenvoranschlag für die neue Halle hätten wir von Ihnen gern noch vor Ostern bekommen.",
        "quote request",
    ),
    (
        "About your range, could you, when you find the time, let us have a leaflet or two?",
        "information request",
    ),
    ("Met die looptijd van vijf jaar kunnen wij echt niet leven.", "renegotiation"),
    ("Avtalen vår ønsker vi av flere grunner ikke å videreføre.", "cancellation"),
    ("Auf das nächstgrößere Paket würden wir zum Quartalsende gern umsteigen.", "upgrade"),
    ("Van jullie verzendlijst mogen jullie ons na al die jaren wel schrappen.", "unsubscribe"),
    (
        "Für unseren Standort haben wir uns nach langem Ringen dann doch für einen anderen Anbieter entschieden.",
        "rejection",
    ),
)
TYPED_WITHOUT_UMLAUTS = (
    ("Hallo Frau Moeller, wir moechten den Vertrag kuendigen.", "cancellation"),
    ("Wir wurden gern auf das grossere Paket umsteigen, bitte fur Juni einplanen.", "upgrade"),
    ("Vi onsker a si opp avtalen fra neste maaned.", "cancellation"),
)


def read(text: str, **told: object) -> dict[str, Intent]:
    return {one.name: one for one in read_intents(text, **told)}  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ACCEPTED)
def test_a_plain_yes_is_sure(text: str) -> None:
    assert read(text)["acceptance"].is_sure


@pytest.mark.parametrize("text", NOT_ACCEPTED.split("\n"))
def test_a_yes_to_something_else_or_with_a_string_is_never_sure(text: str) -> None:
    told = read(text).get("acceptance")
    assert told is None or not told.is_sure


@pytest.mark.parametrize("text", NOT_REFUSED.split("\n"))
def test_a_no_to_something_else_is_never_sure(text: str) -> None:
    told = read(text).get("rejection")
    assert told is None or not told.is_sure


def test_a_doubt_anywhere_in_the_mail_makes_a_yes_unsure() -> None:
    """The rep is asked: it may still be one."""
    sure, doubted = read("We accept."), read("We accept.\n\nThe discount has to be 10 %, though.")

    assert (sure["acceptance"].is_sure, doubted["acceptance"].is_sure) == (True, False)
    assert doubted["acceptance"].confidence < sure["acceptance"].confidence


def test_a_subject_accepts_and_refuses_nothing() -> None:
    """A calendar writes "Accepted: site visit"."""
    assert read("See you.", subject="Accepted: site visit").get("acceptance") is None
    assert read("See you.", subject="Declined: site visit").get("rejection") is None


def test_the_words_stand_where_they_are_said_to_stand() -> None:
    text = "Dear Anna,\n\nİ thank you. We accept.\n"
    told = read(text)["acceptance"]

    assert text[told.start :][: len(told.words)] == told.words == "We accept."
    assert told.plain() == {
        "name": "acceptance", "words": "We accept.", "is_sure": True, "confidence": 0.9, "start": 25, "value": "",
    }  # fmt: skip


def test_a_file_name_tells_of_an_order_unsurely() -> None:
    told = read("See the file.", attachments=["PO-4711_new.pdf"])["purchase order"]
    assert (told.value, told.is_sure) == ("4711", False)


def test_thanks_that_bring_a_file_are_no_mere_courtesy() -> None:
    """IN-13: somebody has to look at the file; the picture of a signature is none."""
    assert "courtesy" not in read("Thanks!", attachments=["signed contract.pdf"])
    assert "courtesy" in read("Thanks!", attachments=["image001.png", "smime.p7s"])


def test_an_order_is_sure_only_if_its_number_or_its_file_is_named() -> None:
    """What is announced, asked or promised is none; "our order is attached" names nothing to look up."""
    assert read("Please find our purchase order 4500123 attached.")["purchase order"].is_sure
    assert read("Please find our purchase order attached.", attachments=["PO.pdf"])["purchase order"].is_sure
    assert not read("Please find our purchase order attached.")["purchase order"].is_sure
    assert "purchase order" not in read("We will send a PO next week.")


@pytest.mark.parametrize(("text", "intent"), FOUND)
def test_what_is_worded_in_another_way_is_found_too(text: str, intent: str) -> None:
    assert intent in read(text)


@pytest.mark.parametrize(("text", "intent"), NOT_FOUND)
def test_what_only_sounds_alike_is_not_found(text: str, intent: str) -> None:
    assert intent not in read(text)


@pytest.mark.parametrize("text", ASKED)
def test_a_yes_in_free_words_is_asked_and_never_done(text: str) -> None:
    assert not read(text)["acceptance"].is_sure


@pytest.mark.parametrize(("text", "intent"), IN_ANOTHER_ORDER)
def test_what_is_said_in_another_order_is_found_by_classes_of_words(text: str, intent: str) -> None:
    assert intent in read(text)


@pytest.mark.parametrize(
    "text",
    ["To your offer of the third the whole round has agreed.", "Zugestimmt hat dem Angebot die ganze Runde."],
)
def test_a_yes_that_only_classes_of_words_tell_is_asked(text: str) -> None:
    assert not read(text)["acceptance"].is_sure


def test_a_no_outdoes_the_yes_to_somebody_else() -> None:
    told = read("Thanks for your offer, but we have gone with another supplier and agreed to their proposal.")
    assert (set(told) & {"acceptance", "rejection"}, told["rejection"].is_sure) == ({"rejection"}, False)


@pytest.mark.parametrize(("text", "intent"), TYPED_WITHOUT_UMLAUTS)
def test_a_mail_typed_without_umlauts_is_read_and_quoted_as_it_was_written(text: str, intent: str) -> None:
    told = read(text)[intent]
    assert told.words in text
    assert text.endswith(told.words)


def test_a_short_question_after_a_request_belongs_to_it() -> None:
    assert "question" not in read("The price is too high for us. Anything you can do there?")
    assert "question" in read(
        "The price is too high for us. Also, how long does the delivery of spare parts take?"
    )


def test_an_absence_has_its_day_of_return_and_its_substitute() -> None:
    words = "Ich bin vom 2.3. bis einschließlich 5.3. im Urlaub. Vertretung: vertrieb@huber.example"
    [told] = read_absence(words, subject="Automatische Antwort: Angebot", sent_on=MONDAY)

    assert (told.name, told.value, told.substitute) == (
        "out of office",
        "2026-03-06",
        "vertrieb@huber.example",
    )


def test_an_automatic_answer_tells_of_nothing_but_absences() -> None:
    words = "I am out of office until Friday. We accept parcels. Our PO number is 4711."
    found = read_absence(words, subject="", sent_on=MONDAY)

    assert [(one.name, one.value) for one in found] == [("out of office", "2026-03-06")]


def test_counts_are_read_in_figures_and_in_words() -> None:
    assert read("Wir brauchen ab Januar zwölf Lizenzen.")["licence count"].value == "12"
    assert read("Please reduce our subscription from 45 to 60 users.")["licence count"].value == "60"


def test_the_language_is_told_by_small_words_and_a_short_mail_may_be_in_any() -> None:
    vocabulary = read_vocabulary()

    assert guess_languages(vocabulary, sentences_of("wij hebben de offerte van jullie nog niet gezien.")) == [
        "nl"
    ]
    assert set(guess_languages(vocabulary, sentences_of("akkoord!"))) == set(vocabulary.languages)


@pytest.mark.parametrize(
    "text",
    [
        " " * 200_000,
        "we accept your " * 14_000,
        "wij gaan akkoord met de offerte prijs te hoog " * 4_400,
        "po order " * 22_000,
        "1.1." * 50_000,
        "? " * 100_000,
        "-a" * 100_000,
        "I am out of office until " + "0 " * 100_000,
    ],
)
def test_two_hundred_kilobytes_of_malice_cost_little(text: str) -> None:
    read_vocabulary()
    start = time.process_time()
    read_intents(text, sent_on=MONDAY)

    assert time.process_time() - start < 3.0
