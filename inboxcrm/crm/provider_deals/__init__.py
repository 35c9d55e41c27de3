"""Deals that a payment provider has told of."""
