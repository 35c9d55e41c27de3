"""What a folder is for: by its RFC 6154 attribute, else by the name that mail programs give it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

SpecialUse = Literal["inbox", "sent", "drafts", "junk", "trash", "archive", "all"]

ATTRIBUTES: dict[str, SpecialUse] = {
    "\\sent": "sent",
    "\\drafts": "drafts",
    "\\junk": "junk",
    "\\spam": "junk",
    "\\trash": "trash",
    "\\archive": "archive",
    "\\all": "all",
    "\\allmail": "all",
}

NAMES: dict[SpecialUse, str] = {
    "sent": "sent|sent items|sent messages|sent mail|sent-mail|verzonden|verzonden items|verzonden berichten|gesendet"
    "|gesendete elemente|gesendete objekte|gesendete nachrichten|postausgang gesendet|envoyés|éléments envoyés"
    "|messages envoyés|enviados|elementos enviados|mensajes enviados|posta inviata|inviata|inviati"
    "|itens enviados|mensagens enviadas|sendte elementer|sendt|sendt post|sendte|skickat|skickade objekt"
    "|wysłane|elementy wysłane|lähetetyt|lähetetyt viestit|odeslané|odeslaná pošta|odoslané|odoslaná pošta"
    "|elküldött|elküldött elemek|elküldött üzenetek|trimise|elemente trimise|mesaje trimise|gönderilmiş"
    "|gönderilmiş öğeler|gönderilmiş postalar|gönderilenler|отправленные|отправлено|надіслані|відправлені"
    "|изпратени|απεσταλμένα|poslano|poslane stavke|išsiųsta|išsiųsti laiškai|nosūtītie|saadetud|enviats"
    "|送信済み|送信済みアイテム|送信済みメール|送信済みトレイ|已发送|已发送邮件|已傳送郵件|寄件備份"
    "|보낸편지함|보낸 편지함|보낸 항목",
    "drafts": "drafts|draft|concepten|entwürfe|entwurf|brouillons|borradores|bozze|rascunhos|utkast|kladder"
    "|szkice|kopie robocze|wersje robocze|luonnokset|koncepty|rozpracované|piszkozatok|ciorne|schițe|taslaklar"
    "|черновики|чернетки|чернови|πρόχειρα|skice|osnutki|juodraščiai|melnraksti|mustandid|esborranys"
    "|下書き|草稿|草稿箱|草稿匣|임시보관함|임시 보관함",
    "junk": "junk|junk e-mail|junk email|spam|bulk mail|ongewenste e-mail|ongewenst|spamverdacht|courrier indésirable"
    "|indésirables|pourriel|correo no deseado|no deseado|posta indesiderata|indesiderata|lixo eletrônico"
    "|lixo eletrónico"
    "|lixo|søppelpost|uønsket e-post|skräppost|uønsket mail|wiadomości-śmieci|wiadomości śmieci|roskaposti"
    "|nevyžádaná pošta|nevyžiadaná pošta|levélszemét|nesolicitate|gereksiz|istenmeyen|istenmeyen e-posta|спам"
    "|нежелательная почта|небажана пошта|ανεπιθύμητα|ανεπιθύμητη αλληλογραφία|neželjena pošta|迷惑メール"
    "|垃圾邮件|垃圾郵件|스팸편지함|정크 메일",
    "trash": "trash|deleted|deleted items|deleted messages|bin|prullenbak|verwijderd|verwijderde items|papierkorb"
    "|gelöscht|gelöschte elemente|gelöschte objekte|corbeille|éléments supprimés|papelera|elementos eliminados|cestino"
    "|posta eliminata|lixeira|itens excluídos|slettet|slettede elementer|slettet post|papperskorgen|borttagna objekt"
    "|papirkurv|kosz|elementy usunięte|roskakori|poistetut|koš|odstraněná pošta|kôš|kuka|törölt elemek"
    "|coș de gunoi|elemente șterse|çöp kutusu|silinmiş öğeler|корзина|удаленные|удалённые|кошик|видалені"
    "|διαγραμμένα|κάδος|smeće|koš za smeti|ゴミ箱|削除済みアイテム|已删除|已删除邮件|刪除的郵件|垃圾桶"
    "|휴지통|지운 편지함",
}

USE_BY_NAME: dict[str, SpecialUse] = {
    name.casefold(): use for use, names in NAMES.items() for name in names.split("|")
}


@dataclass(frozen=True, slots=True)
class FolderName:
    """A folder that can be opened, with what it is for (None: an ordinary folder)."""

    name: str
    special_use: SpecialUse | None


def special_use(name: str, attributes: Iterable[str], delimiter: str = "/") -> SpecialUse | None:
    r"""What the folder is for; an attribute such as \Sent beats the name, and INBOX is always the inbox."""
    if name.upper() == "INBOX":
        return "inbox"
    for attribute in attributes:
        if use := ATTRIBUTES.get(attribute.lower()):
            return use
    last = name.rsplit(delimiter, 1)[-1] if delimiter else name
    # Some servers keep letters and their accents apart; a Turkish capital İ becomes an i with a dot of its own.
    plain = unicodedata.normalize("NFC", last).casefold().replace("i\u0307", "i")
    return USE_BY_NAME.get(re.sub(r"\s+", " ", plain).strip())


def named_folders(listed: Iterable[tuple[str, tuple[str, ...], str]]) -> list[FolderName]:
    """The folders of a LIST as (name, attributes, delimiter); a use that an attribute gives is not guessed twice."""
    rows = list(listed)
    declared = {
        ATTRIBUTES[a.lower()] for _, attributes, _ in rows for a in attributes if a.lower() in ATTRIBUTES
    }
    folders = []
    for name, attributes, delimiter in rows:
        use = special_use(name, attributes, delimiter)
        is_guess = use != "inbox" and not any(a.lower() in ATTRIBUTES for a in attributes)
        folders.append(FolderName(name, None if is_guess and use in declared else use))
    return folders
