"""Fields of the company's own, as `[[field]]` declares them (OP-14)."""
