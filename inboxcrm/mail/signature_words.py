"""Words by which a signature shows what is what: jobs, legal forms, closings; en nl de fr es it pt no sv da pl."""

from __future__ import annotations

import re

_JOBS = """
manager|director|engineer|head of|chief|ceo|cto|cfo|coo|cio|founder|co-founder|owner|president|vice president|vp|buyer
purchasing|purchaser|procurement|consultant|officer|assistant|team lead|sales|developer|architect|coordinator|specialist
analyst|secretary|managing partner|administrator|researcher|professor|student|technician|accountant|executive|supervisor
inkoper|inkoop|eigenaar|directeur|verkoop|medewerker|hoofd|bestuurder|adviseur|projectleider
boekhouder|secretaresse|zaakvoerder
geschäftsführer|geschäftsführerin|leiter|leiterin|einkauf|einkäufer|einkäuferin|vertrieb|inhaber|inhaberin|prokurist
prokuristin|geschäftsleitung|assistenz|sachbearbeiter|sachbearbeiterin|ingenieur|berater|beraterin|vorstand|referent
referentin|directrice|responsable|gérant|gérante|acheteur|acheteuse|chef de|chargé de|chargée de|président|présidente
ingénieur|comptable|directora|gerente|jefe|jefa|comprador|compradora|propietario|propietaria|ingeniero|ingeniera|encargado|encargada
direttore|direttrice|responsabile|amministratore|titolare|acquisti|ingegnere|impiegato|impiegata|ufficio acquisti
diretor|diretora|sócio|sócia|engenheiro|engenheira|coordenador|coordenadora
daglig leder|leder|sjef|innkjøp|innkjøper|innkjøpssjef|salgssjef|konsulent|rådgiver|direktør|selger|prosjektleder
vd|chef|inköpare|inköp|säljare|ägare|verkställande|ingenjör|projektledare|ekonomiansvarig
indkøber|indkøb|indehaver|sælger|projektleder|bogholder
dyrektor|kierownik|prezes|właściciel|właścicielka|specjalista|specjalistka|kupiec|zakup|zakupów|inżynier|księgowa
"""
_FORMS = r"""
b\.?v\.?|n\.?v\.?|v\.?o\.?f\.?|gmbh|gmbh & co\.? kg|ag|kg|ohg|ug|e\.k\.|ltd\.?|limited|llc|llp|plc|inc\.?|corp\.?
corporation|s\.?a\.?|s\.?a\.?s\.?|s\.?a\.?r\.?l\.?|eurl|s\.?r\.?l\.?|s\.?p\.?a\.?|s\.?l\.?|s\.?l\.?u\.?|lda\.?|ltda\.?
a/s|aps|asa|as|ab|oy|oyj|sp\.? ?z ?o\.? ?o\.?|sp\. ?j\.|s\.c\.
"""


def _either(table: str) -> str:
    words = [word for line in table.split("\n") for word in line.strip().split("|") if word]
    return "|".join(sorted(words, key=len, reverse=True))


JOB = re.compile(rf"(?<!\w)(?:{_either(_JOBS)})(?!\w)", re.IGNORECASE)
# The legal form stands at the end of a name; those of two letters only in capitals, or "as" would be one.
LEGAL_FORM = re.compile(rf"(?:\s|,\s?)(?:{_either(_FORMS)})$", re.IGNORECASE)
SHORT_FORM = re.compile(r"(?:\s|,\s?)(?:AS|AB|AG|KG|SA|SL|NV|BV|OY|UG|S\.A\.|S\.L\.|B\.V\.|N\.V\.)$")
CLOSING = re.compile(
    r"(?:(?:kind|best|warm|many)?\s?regards|best wishes|best|sincerely|yours \w{1,12}|cheers"
    r"|thanks|thank you|many thanks"
    r"|met vriendelijke groeten?|vriendelijke groeten?|hartelijke groeten?|groeten?|mvg|mit freundlichen grüßen"
    r"|mit freundlichem gruß|freundliche grüße|viele grüße|beste grüße|liebe grüße|mfg|lg|cordialement"
    r"|bien cordialement|bien à vous|sincères salutations|salutations|saludos|un saludo|saludos cordiales"
    r"|atentamente|cordiali saluti|distinti saluti|saluti|cordialmente|com os melhores cumprimentos|cumprimentos"
    r"|atenciosamente|abraços"
    r"|med vennlig hilsen|vennlig hilsen|beste hilsen|hilsen|mvh|med venleg helsing|venleg helsing"
    r"|med vänlig hälsning"
    r"|vänliga hälsningar|hälsningar|vänligen|med venlig hilsen|venlig hilsen|de bedste hilsner|z poważaniem|pozdrawiam"
    r"|serdecznie pozdrawiam|łączę pozdrowienia)[,.!]?",
    re.IGNORECASE,
)
# A postcode with its place, of the countries whose languages we read, and of the United States.
_PLACE = r" [A-ZÀ-ÖØ-ÞŁŚŻŹĆ][^\W\d_.'-]{1,30}"
POSTCODE = re.compile(
    rf"(?<!\w)(?:[A-Z]{{1,2}}[ -])?"
    rf"(?:\d{{4}} ?[A-Z]{{2}}|\d{{2}}-\d{{3}}|\d{{4}}-\d{{3}}|\d{{3}} \d{{2}}|\d{{4,5}}){_PLACE}"
    r"|(?<!\w)[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}(?!\w)|(?<!\w)[A-Z]{2} \d{5}(?:-\d{4})?(?!\d)"
)
CLOCK = re.compile(r"\d:\d{2}")
STREET = re.compile(
    r"[^\W\d_]{3,}\.?(?: [^\W_]{1,20})?,? \d{1,5}\s?[a-zA-Z]?(?!\d)|^\d{1,5}[,]? [^\W\d_]{2,}"
)
WEBSITE = re.compile(r"(?<![\w@.])(?:https?://|www\.)[^\s<>\"')\]|,]{3,200}", re.IGNORECASE)
# Pages of others that stand in many signatures.
NO_WEBSITE = (
    "linkedin.", "twitter.", "x.com", "facebook.", "instagram.", "youtube.", "calendly.", "zoom.us", "teams.microsoft",
    "meet.google", "goo.gl", "bit.ly", "maps.", "google.", "aka.ms", "safelinks", "urldefense", "mimecast", "avast.",
)  # fmt: skip
