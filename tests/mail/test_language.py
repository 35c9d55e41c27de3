"""In which languages a text may be written (IN-11)."""

from __future__ import annotations

import pytest

from inboxcrm.mail.language import languages_of

SAID = {
    "en": "Hello, can you tell me more about your product?",
    "nl": "Hallo, ik wil graag meer weten over jullie product",
    "de": "Guten Tag, ich möchte mehr über Ihr Produkt wissen.",
    "fr": "Bonjour, je voudrais plus d'informations sur vos produits. Merci",
    "es": "Hola, quisiera más información sobre su producto. Gracias.",
    "pt": "Olá, gostaria de saber mais sobre o vosso produto. Obrigado",
    "it": "Buongiorno, vorrei sapere di più sul vostro prodotto",
    "no": "Hei, kan dere fortelle mer om produktet?",
    "sv": "Hej, kan ni berätta mer om produkten?",
    "da": "Hej, kan I fortælle mere om produktet?",
    "fi": "Hei, haluaisin tietää lisää tuotteesta. Kiitos",
    "pl": "Dzień dobry, proszę o więcej informacji o produkcie.",
    "cs": "Dobrý den, prosím o více informací o produktu.",
    "tr": "Merhaba, ürününüz hakkında bilgi almak istiyorum.",
    "ro": "Bună ziua, aș vrea mai multe informații despre produs. Mulțumesc",
    "hu": "Jó napot, szeretnék többet megtudni a termékről. Köszönöm",
    "ru": "Здравствуйте, расскажите о вашем продукте",
    "el": "Γεια σας, θα ήθελα περισσότερες πληροφορίες",
    "ar": "مرحبا أريد معرفة المزيد عن المنتج",
    "he": "שלום, אשמח לקבל מידע נוסף",
    "zh": "你好，我想了解你们的产品",
    "ja": "こんにちは、製品について教えてください",
    "ko": "안녕하세요 제품에 대해 알고 싶습니다",
    "th": "สวัสดีค่ะ อยากทราบข้อมูลเพิ่มเติม",
    "hi": "नमस्ते, मुझे और जानकारी चाहिए",
}


@pytest.mark.parametrize("language", SAID)
def test_the_likeliest_language_is_that_of_the_text(language: str) -> None:
    assert languages_of(SAID[language])[0] == language


@pytest.mark.parametrize("text", ["", "ok, 20", "Thanks", "20 x standard", "🙂", "x" * 100_000, "précis"])
def test_of_too_few_words_nobody_can_tell(text: str) -> None:
    assert languages_of(text) == ()


def test_names_in_other_letters_do_not_make_it_another_language() -> None:
    assert languages_of("Hello, this is about the order of Γιώργος Παπαδόπουλος, can you help me?") == ("en",)


def test_languages_that_are_near_are_all_named() -> None:
    """Who sells in Norwegian is not told that Danish is foreign where nobody can tell them apart."""
    assert {"da", "no"} <= set(languages_of("Hei, kan jeg få et tilbud på det for meg og dere?"))
