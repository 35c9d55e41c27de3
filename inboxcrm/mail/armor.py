"""PGP blocks that stand in the text of a mail (RFC 9580 section 7): signed words stay, encrypted ones go."""

from __future__ import annotations

SIGNED, ENCRYPTED = "signed", "encrypted"
_SIGNED_START = "-----BEGIN PGP SIGNED MESSAGE-----"
_SIGNATURE_START, _SIGNATURE_END = "-----BEGIN PGP SIGNATURE-----", "-----END PGP SIGNATURE-----"
_ENCRYPTED_START, _ENCRYPTED_END = "-----BEGIN PGP MESSAGE-----", "-----END PGP MESSAGE-----"


def without_armor(text: str) -> tuple[str, str]:
    """The words of a text and how they were protected: "signed", "encrypted" or "". Quoted blocks stay."""
    kept: list[str] = []
    protection = ""
    skip_until = ""
    in_armor_headers = is_signed = False
    for line in text.split("\n"):
        mark = line.rstrip()
        if skip_until:
            skip_until = "" if mark == skip_until else skip_until
        elif in_armor_headers:
            in_armor_headers = bool(mark)
        elif mark == _ENCRYPTED_START:
            protection, skip_until = ENCRYPTED, _ENCRYPTED_END
        elif mark == _SIGNED_START:
            protection, in_armor_headers, is_signed = protection or SIGNED, True, True
        elif mark == _SIGNATURE_START and is_signed:
            skip_until, is_signed = _SIGNATURE_END, False
        else:
            kept.append(line.removeprefix("- ") if is_signed and line.startswith("- -") else line)
    return "\n".join(kept), protection
