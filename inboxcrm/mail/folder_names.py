"""What a folder is for: by its RFC 6154 attribute, else by the name that mail programs give it."""

from __future__ import annotations

import re
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
    "|wysłane|elementy wysłane",
    "drafts": "drafts|draft|concepten|entwürfe|entwurf|brouillons|borradores|bozze|rascunhos|utkast|kladder"
    "|szkice|kopie robocze|wersje robocze",
    "junk": "junk|junk e-mail|junk email|spam|bulk mail|ongewenste e-mail|ongewenst|spamverdacht|courrier indésirable"
    "|indésirables|pourriel|correo no deseado|no deseado|posta indesiderata|indesiderata|lixo eletrônico"
    "|lixo eletrónico"
    "|lixo|søppelpost|uønsket e-post|skräppost|uønsket mail|wiadomości-śmieci|wiadomości śmieci",
    "trash": "trash|deleted|deleted items|deleted messages|bin|prullenbak|verwijderd|verwijderde items|papierkorb"
    "|gelöscht|gelöschte elemente|gelöschte objekte|corbeille|éléments supprimés|papelera|elementos eliminados|cestino"
    "|posta eliminata|lixeira|itens excluídos|slettet|slettede elementer|slettet post|papperskorgen|borttagna objekt"
    "|papirkurv|kosz|elementy usunięte",
}

USE_BY_NAME: dict[str, SpecialUse] = {name: use for use, names in NAMES.items() for name in names.split("|")}


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
    return USE_BY_NAME.get(re.sub(r"\s+", " ", last).strip().casefold())


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
