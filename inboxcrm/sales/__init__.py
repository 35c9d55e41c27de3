"""Quotes, orders, invoices and payments: frozen, gapless, exact."""

from __future__ import annotations
