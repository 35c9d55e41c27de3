"""How mail programs announce a forwarded mail: Gmail, Outlook, Apple Mail and Thunderbird in eleven languages.

Languages: en, nl, de, fr, es, it, pt, no (Bokmål and Nynorsk), sv, da, pl (IN-6). Each word is in lower case, as
the programs write it; several programs and versions of one language differ.
"""

from __future__ import annotations


def _marks(table: str) -> frozenset[str]:
    return frozenset(mark for line in table.splitlines() for mark in line.strip().split("|") if mark)


# The line above a forwarded mail, without its dashes and its colon.
FORWARD_MARKS = _marks(
    """
    forwarded message|begin forwarded message|start of forwarded message|fwd message|forwarded mail
    weitergeleitete nachricht|anfang der weitergeleiteten nachricht|anfang der weitergeleiteten e-mail
    weitergeleitete e-mail|beginn der weitergeleiteten nachricht
    doorgestuurd bericht|begin doorgestuurd bericht|begin van doorgestuurd bericht|doorgestuurde e-mail
    message transféré|début du message transféré|début du message réexpédié|message réexpédié|message transmis
    e-mail transféré
    mensaje reenviado|inicio del mensaje reenviado|comienzo del mensaje reenviado
    messaggio inoltrato|inizio messaggio inoltrato|inizio del messaggio inoltrato
    mensagem encaminhada|mensagem reencaminhada|início da mensagem encaminhada|início da mensagem reencaminhada
    início de mensagem encaminhada|início da mensagem transmitida|email encaminhado
    videresendt melding|vidaresend melding|start på videresendt melding|begynnelse på videresendt melding
    videresendt e-post|videresendt epost|vidaresendt melding|vidaresend e-post
    vidarebefordrat meddelande|vidarebefordrat brev|vidarebefordrat mejl|början på vidarebefordrat brev
    start på vidarebefordrat meddelande|vidarebefordrat mail|vidarebefordrad e-post|början av vidarebefordrat meddelande
    videresendt meddelelse|videresendt besked|start på videresendt besked|start på videresendt meddelelse
    videresendt mail|begyndelse på videresendt meddelelse|begyndelse på videresendt besked
    przekazana wiadomość|wiadomość przekazana|wiadomość przekazana dalej|początek przekazanej wiadomości
    rozpoczęcie przekazywanej wiadomości|treść przekazanej wiadomości|przesłana wiadomość
    początek wiadomości przekazanej
    """
)
# Above answers and forwards alike; only the subject tells which it is.
ORIGINAL_MARKS = _marks(
    """
    original message|original appointment|originalnachricht|ursprüngliche nachricht|original-nachricht
    oorspronkelijk bericht|origineel bericht|originele bericht|message d'origine|message original
    mensaje original|messaggio originale|mensagem original|opprinnelig melding|opprinneleg melding
    originalmeddelande|ursprungligt meddelande|oprindelig meddelelse|original meddelelse
    wiadomość oryginalna|oryginalna wiadomość
    """
)
# What a subject begins with, before its colon. Finnish `vs` is an answer, Norwegian and Danish `vs` a forward.
FORWARD_PREFIXES = _marks(
    """
    fwd|fw|forward|forwarded|wg|weitergeleitet|doorst|doorgestuurd|tr|réexp|transf|rv|reenv|i|inoltro|enc|encaminhado
    vs|videresendt|vidaresendt|vb|vidarebefordrat|pd|przekazane
    """
)
FIELD_NAMES = {
    "from": "from von van de da fra frå från od expéditeur afzender absender mittente remetente remitente avsender "
    "avsändare afsender nadawca",
    "date": "sent date gesendet datum verzonden envoyé enviado enviada fecha inviato data sendt dato skickat wysłano",
    "to": "to an aan à a para til till do pour naar adresat",
    "cc": "cc c.c. kopie kopi kopia dw copie copia cópia udw",
    "subject": "subject betreff onderwerp objet sujet asunto oggetto assunto emne ämne temat",
    "other": "bcc reply-to importance priority attachments organization wichtigkeit anlagen anhänge anlage bijlagen "
    "urgentie prioriteit adjuntos importancia allegati priorità anexos importância vedlegg viktighet bilagor prioritet "
    "bilag załączniki ważność priorytet répondre-à importance",
}
LONGER_NAMES = {
    "pièces jointes": "other",
    "datos adjuntos": "other",
    "vedhæftede filer": "other",
    "antwort an": "other",
    "antwoord aan": "other",
    "répondre à": "other",
    "responder a": "other",
    "responder para": "other",
    "rispondi a": "other",
    "svar til": "other",
    "svara till": "other",
    "odpowiedz do": "other",
    "envoyé le": "date",
    "enviado el": "date",
    "enviado em": "date",
    "enviada em": "date",
    "data wysłania": "date",
    "date d'envoi": "date",
    "data de envio": "date",
    "kopia till": "cc",
    "kopi til": "cc",
    "copie à": "cc",
    "copia para": "cc",
}
FIELD_KIND = {
    **{name: kind for kind, names in FIELD_NAMES.items() for name in names.split()},
    **LONGER_NAMES,
}
# Where somebody sent for somebody else, the author stands after these words.
ON_BEHALF = (
    " on behalf of ",
    " im auftrag von ",
    " namens ",
    " de la part de ",
    " en nombre de ",
    " per conto di ",
)
