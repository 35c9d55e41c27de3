"""Mails that are about a box no more."""
