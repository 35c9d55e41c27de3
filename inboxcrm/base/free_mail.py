"""Domains at which anybody can have an address: they tell nothing of a company, neither of a customer's nor of ours."""

from __future__ import annotations

FREE_MAIL = frozenset(
    """
    aol.com fastmail.com gmail.com gmx.at gmx.de gmx.net googlemail.com hey.com hotmail.com hotmail.nl icloud.com
    kpnmail.nl live.com live.nl mac.com mail.com mail.ru me.com msn.com online.no orange.fr outlook.com planet.nl
    posteo.de proton.me protonmail.com qq.com t-online.de tutanota.com web.de xs4all.nl yahoo.com yandex.ru
    ziggo.nl zoho.com 163.com
    """.split()  # noqa: SIM905 — a list of forty quoted words would be forty lines
)
