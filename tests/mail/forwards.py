"""Forwards as the programs write them: each time Bob Brouwer asked Anna for twenty licences on 2 March 2026, 14:05.

Written by hand from the programs' known forms. Each is (program and language, subject, text); the dates are in the
forwarder's own zone unless they name one.
"""

from __future__ import annotations

ASKED = "Hello,\n\nwe need twenty licences.\n\nBob"
BOB = "Bob Brouwer <bob@brouwer.example>"
ANNA = "Anna de Vries <anna@kestrel.example>"
TOPIC = "Twenty licences"


def block(*headers: str, text: str = ASKED, quote: str = "") -> str:
    """Headers, a blank line and the mail, each line behind the quote mark."""
    return "\n".join(
        f"{quote}{line}".rstrip() for line in [*"\n".join(headers).split("\n"), "", *text.split("\n")]
    )


def gmail(mark: str, names: str, date: str) -> str:
    author, on, subject, to = names.split("|")
    head = (f"{author} {BOB}", f"{on} {date}", f"{subject} {TOPIC}", f"{to} {ANNA}")
    return f"Please take this one.\n\n---------- {mark} ---------\n{block(*head)}"


def outlook(names: str, date: str, rule: str = "________________________________\n") -> str:
    author, on, to, subject = names.split("|")
    head = (f"{author} {BOB}", f"{on} {date}", f"{to} {ANNA}", f"{subject} {TOPIC}")
    return f"Please take this one.\n\nAnna\n\n{rule}{block(*head)}"


def apple(mark: str, names: str, date: str) -> str:
    author, subject, on, to = names.split("|")
    head = (f"{author} {BOB}", f"{subject} {TOPIC}", f"{on} {date}", f"{to} {ANNA}")
    return f"Please take this one.\n\n> {mark}\n>\n{block(*head, quote='> ')}\n"


def thunderbird(mark: str, names: str, date: str) -> str:
    subject, on, author, to = names.split("|")
    head = (f"{subject} \t{TOPIC}", f"{on} \t{date}", f"{author} \t{BOB}", f"{to} \t{ANNA}")
    return f"Please take this one.\n\n\n-------- {mark} --------\n{block(*head)}"


RFC = "Mon, 2 Mar 2026 14:05:00 +0100"
FORWARDS = [
    # Gmail in the browser and on phones
    (
        "gmail en",
        "Fwd: ",
        gmail("Forwarded message", "From:|Date:|Subject:|To:", "Mon, Mar 2, 2026 at 2:05 PM"),
    ),
    ("gmail nl", "Fwd: ", gmail("Forwarded message", "Van:|Date:|Subject:|To:", "ma 2 mrt 2026 om 14:05")),
    (
        "gmail nl app",
        "Fwd: ",
        gmail("Doorgestuurd bericht", "Van:|Datum:|Onderwerp:|Aan:", "ma 2 mrt. 2026 14:05"),
    ),
    (
        "gmail de",
        "Fwd: ",
        gmail("Forwarded message", "Von:|Date:|Subject:|To:", "Mo., 2. März 2026 um 14:05 Uhr"),
    ),
    ("gmail fr", "Fwd: ", gmail("Forwarded message", "De :|Date:|Subject:|To:", "lun. 2 mars 2026 à 14:05")),
    (
        "gmail es",
        "Fwd: ",
        gmail("Forwarded message", "De:|Date:|Subject:|To:", "lun, 2 mar 2026 a las 14:05"),
    ),
    (
        "gmail it",
        "Fwd: ",
        gmail("Forwarded message", "Da:|Date:|Subject:|To:", "lun 2 mar 2026 alle ore 14:05"),
    ),
    (
        "gmail pt",
        "Fwd: ",
        gmail("Forwarded message", "De:|Date:|Subject:|To:", "seg., 2 de mar. de 2026 às 14:05"),
    ),
    (
        "gmail nb",
        "Fwd: ",
        gmail("Forwarded message", "Fra:|Date:|Subject:|To:", "man. 2. mars 2026 kl. 14:05"),
    ),
    ("gmail sv", "Fwd: ", gmail("Forwarded message", "Från:|Date:|Subject:|To:", "mån 2 mars 2026 kl 14:05")),
    (
        "gmail da",
        "Fwd: ",
        gmail("Forwarded message", "Fra:|Date:|Subject:|To:", "man. 2. mar. 2026 kl. 14.05"),
    ),
    ("gmail pl", "Fwd: ", gmail("Forwarded message", "Od:|Date:|Subject:|To:", "pon., 2 mar 2026 o 14:05")),
    # Outlook on the desk: headers below the signature, no mark but perhaps a line
    ("outlook en", "FW: ", outlook("From:|Sent:|To:|Subject:", "Monday, March 2, 2026 2:05 PM", "")),
    ("outlook nl", "FW: ", outlook("Van:|Verzonden:|Aan:|Onderwerp:", "maandag 2 maart 2026 14:05", "")),
    ("outlook de", "WG: ", outlook("Von:|Gesendet:|An:|Betreff:", "Montag, 2. März 2026 14:05", "")),
    ("outlook fr", "TR : ", outlook("De :|Envoyé :|À :|Objet :", "lundi 2 mars 2026 14:05", "")),
    ("outlook es", "RV: ", outlook("De:|Enviado el:|Para:|Asunto:", "lunes, 2 de marzo de 2026 14:05", "")),
    ("outlook it", "I: ", outlook("Da:|Inviato:|A:|Oggetto:", "lunedì 2 marzo 2026 14:05", "")),
    (
        "outlook pt",
        "ENC: ",
        outlook("De:|Enviada em:|Para:|Assunto:", "segunda-feira, 2 de março de 2026 14:05", ""),
    ),
    ("outlook nb", "VS: ", outlook("Fra:|Sendt:|Til:|Emne:", "mandag 2. mars 2026 14:05", "")),
    ("outlook nn", "VS: ", outlook("Frå:|Sendt:|Til:|Emne:", "måndag 2. mars 2026 14:05", "")),
    ("outlook sv", "VB: ", outlook("Från:|Skickat:|Till:|Ämne:", "den 2 mars 2026 14:05", "")),
    ("outlook da", "VS: ", outlook("Fra:|Sendt:|Til:|Emne:", "2. marts 2026 14:05", "")),
    ("outlook pl", "PD: ", outlook("Od:|Wysłano:|Do:|Temat:", "poniedziałek, 2 marca 2026 14:05", "")),
    # Outlook in the browser and on phones: a line, and the headers in bold
    ("outlook web en", "Fw: ", outlook("From:|Sent:|To:|Subject:", "Monday, March 2, 2026 2:05 PM")),
    ("outlook web de", "Fw: ", outlook("*Von:*|*Gesendet:*|*An:*|*Betreff:*", "Montag, 2. März 2026 14:05")),
    ("outlook web fr", "Tr: ", outlook("De :|Date :|À :|Objet :", "lundi, 2 mars 2026 à 14:05")),
    ("outlook web nb", "Fw: ", outlook("Fra:|Dato:|Til:|Emne:", "mandag, 2. mars 2026 kl. 14:05")),
    ("outlook phone en", "Fwd: ", outlook("From:|Date:|To:|Subject:", "Monday, 2 March 2026 at 14:05")),
    ("outlook phone nl", "Fwd: ", outlook("Van:|Datum:|Aan:|Onderwerp:", "maandag, 2 maart 2026 om 14:05")),
    (
        "outlook old",
        "FW: ",
        outlook("From:|Sent:|To:|Subject:", "3/2/2026 2:05 PM", "-----Original Message-----\n"),
    ),
    (
        "outlook old de",
        "WG: ",
        outlook("Von:|Gesendet:|An:|Betreff:", "02.03.2026 14:05", "-----Ursprüngliche Nachricht-----\n"),
    ),
    # Apple Mail quotes what it forwards
    (
        "apple en",
        "Fwd: ",
        apple("Begin forwarded message:", "From:|Subject:|Date:|To:", "2 March 2026 at 14:05:00 CET"),
    ),
    (
        "apple nl",
        "Fwd: ",
        apple("Begin doorgestuurd bericht:", "Van:|Onderwerp:|Datum:|Aan:", "2 maart 2026 om 14:05:00 CET"),
    ),
    (
        "apple de",
        "Fwd: ",
        apple(
            "Anfang der weitergeleiteten Nachricht:",
            "Von:|Betreff:|Datum:|An:",
            "2. März 2026 um 14:05:00 MEZ",
        ),
    ),
    (
        "apple fr",
        "Fwd: ",
        apple("Début du message réexpédié :", "De:|Objet:|Date:|À:", "2 mars 2026 à 14:05:00 UTC+1"),
    ),
    (
        "apple es",
        "Fwd: ",
        apple(
            "Inicio del mensaje reenviado:", "De:|Asunto:|Fecha:|Para:", "2 de marzo de 2026, 14:05:00 CET"
        ),
    ),
    (
        "apple it",
        "Fwd: ",
        apple("Inizio messaggio inoltrato:", "Da:|Oggetto:|Data:|A:", "2 marzo 2026 14:05:00 CET"),
    ),
    (
        "apple pt",
        "Fwd: ",
        apple(
            "Início da mensagem reencaminhada:",
            "De:|Assunto:|Data:|Para:",
            "2 de março de 2026 às 14:05:00 CET",
        ),
    ),
    (
        "apple nb",
        "Fwd: ",
        apple("Videresendt melding:", "Fra:|Emne:|Dato:|Til:", "2. mars 2026 kl. 14:05:00 CET"),
    ),
    (
        "apple sv",
        "Fwd: ",
        apple("Vidarebefordrat brev:", "Från:|Ämne:|Datum:|Till:", "2 mars 2026 14:05:00 CET"),
    ),
    (
        "apple da",
        "Fwd: ",
        apple("Videresendt besked:", "Fra:|Emne:|Dato:|Til:", "2. marts 2026 kl. 14.05.00 CET"),
    ),
    (
        "apple pl",
        "Fwd: ",
        apple("Początek przekazanej wiadomości:", "Od:|Temat:|Data:|Do:", "2 marca 2026 14:05:00 CET"),
    ),
    # Thunderbird keeps the date as it came
    ("thunderbird en", "Fwd: ", thunderbird("Forwarded Message", "Subject:|Date:|From:|To:", RFC)),
    ("thunderbird nl", "Fwd: ", thunderbird("Doorgestuurd bericht", "Onderwerp:|Datum:|Van:|Aan:", RFC)),
    ("thunderbird de", "Fwd: ", thunderbird("Weitergeleitete Nachricht", "Betreff:|Datum:|Von:|An:", RFC)),
    ("thunderbird fr", "Fwd: ", thunderbird("Message transféré", "Sujet :|Date :|De :|Pour :", RFC)),
    ("thunderbird es", "Fwd: ", thunderbird("Mensaje reenviado", "Asunto:|Fecha:|De:|Para:", RFC)),
    ("thunderbird it", "Fwd: ", thunderbird("Messaggio Inoltrato", "Oggetto:|Data:|Mittente:|A:", RFC)),
    ("thunderbird pt", "Fwd: ", thunderbird("Mensagem encaminhada", "Assunto:|Data:|De:|Para:", RFC)),
    ("thunderbird nb", "Fwd: ", thunderbird("Videresendt melding", "Emne:|Dato:|Fra:|Til:", RFC)),
    ("thunderbird nn", "Fwd: ", thunderbird("Vidaresend melding", "Emne:|Dato:|Frå:|Til:", RFC)),
    ("thunderbird sv", "Fwd: ", thunderbird("Vidarebefordrat meddelande", "Ämne:|Datum:|Från:|Till:", RFC)),
    ("thunderbird da", "Fwd: ", thunderbird("Videresendt meddelelse", "Emne:|Dato:|Fra:|Til:", RFC)),
    ("thunderbird pl", "Fwd: ", thunderbird("Przekazana wiadomość", "Temat:|Data:|Od:|Do:", RFC)),
]


# The same as their HTML alone.
HTML = {
    "gmail de": (
        '<div dir="ltr">Please take this one.<br><br><div class="gmail_quote"><div dir="ltr" '
        'class="gmail_attr">---------- Forwarded message ---------<br>Von: <strong '
        'class="gmail_sendername" dir="auto">Bob Brouwer</strong> <span dir="auto">&lt;<a '
        'href="mailto:bob@brouwer.example">bob@brouwer.example</a>&gt;</span><br>Date: Mo., 2. März '
        "2026 um 14:05 Uhr<br>Subject: Twenty licences<br>To: Anna &lt;<a "
        'href="mailto:anna@kestrel.example">anna@kestrel.example</a>&gt;<br></div><br><br>We need '
        "twenty licences.<br></div></div>"
    ),
    "thunderbird de": (
        '<p>Please take this one.</p><div class="moz-forward-container"><br>-------- Weitergeleitete '
        'Nachricht --------<table class="moz-email-headers-table" cellspacing="0"><tbody><tr><th '
        'valign="BASELINE" align="RIGHT" nowrap="nowrap">Betreff: </th><td>Twenty licences</td></tr><tr>'
        "<th>Datum: </th><td>Mon, 2 Mar 2026 14:05:00 +0100</td></tr><tr><th>Von: </th><td>Bob Brouwer "
        '<a class="moz-txt-link-rfc2396E" href="mailto:bob@brouwer.example">'
        "&lt;bob@brouwer.example&gt;</a></td></tr><tr><th>An: </th><td>Anna</td></tr></tbody></table>"
        "<br><br>We need twenty licences.</div>"
    ),
    "apple en": (
        '<html><body>Please take this one.<br><div><br><blockquote type="cite"><div>Begin forwarded '
        'message:</div><br class="Apple-interchange-newline"><div style="margin:0"><span '
        'style="font-weight:bold"><b>From: </b></span><span>Bob Brouwer &lt;<a '
        'href="mailto:bob@brouwer.example">bob@brouwer.example</a>&gt;<br></span></div><div><span><b>'
        "Subject: </b></span><span><b>Twenty licences</b><br></span></div><div><span><b>Date: </b>"
        "</span><span>2 March 2026 at 14:05:00 CET<br></span></div><div><span><b>To: </b></span><span>"
        "Anna<br></span></div><br><div>We need twenty licences.</div></blockquote></div></body></html>"
    ),
    "outlook en": (
        "<div class=WordSection1><p class=MsoNormal>Please take this one.<o:p></o:p></p><p "
        'class=MsoNormal><o:p>&nbsp;</o:p></p><div><div style="border:none;border-top:solid #E1E1E1 '
        '1.0pt"><p class=MsoNormal><b>From:</b> Bob Brouwer &lt;bob@brouwer.example&gt; <br><b>Sent:</b>'
        " Monday, March 2, 2026 2:05 PM<br><b>To:</b> Anna &lt;anna@kestrel.example&gt;<br><b>"
        "Subject:</b> Twenty licences<o:p></o:p></p></div></div><p class=MsoNormal><o:p>&nbsp;</o:p></p>"
        "<p class=MsoNormal>We need twenty licences.<o:p></o:p></p></div>"
    ),
    "outlook phone nl": (
        '<div dir="auto">Please take this one.</div><div id="ms-outlook-mobile-signature">Get <a '
        'href="https://aka.ms/o0ukef">Outlook for iOS</a></div><hr><div id="divRplyFwdMsg" dir="ltr">'
        '<font face="Calibri" color="#000000"><b>Van:</b> Bob Brouwer &lt;bob@brouwer.example&gt;<br><b>'
        "Verzonden:</b> maandag 2 maart 2026 14:05<br><b>Aan:</b> Anna<br><b>Onderwerp:</b> Twenty "
        "licences</font><div>&nbsp;</div></div><div>We need twenty licences.</div>"
    ),
}
