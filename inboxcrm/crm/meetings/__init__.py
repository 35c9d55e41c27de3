"""Meetings, as their invitations tell of them."""
