"""Boxes and people by the words that somebody says of them."""
