"""Sequences: rules whose steps wait, and that stop or pause as what comes from the customer says (EM-8)."""
