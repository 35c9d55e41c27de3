"""The wire: IMAP, SMTP and MIME, as plain values. Nothing here knows the database or the settings."""

from __future__ import annotations
