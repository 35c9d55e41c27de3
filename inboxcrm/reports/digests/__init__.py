"""Digests: mails that say to one of us what to do, what happened, or what is expected (MG-1, MG-2, MG-3)."""
