"""The points of a lead by what it wrote."""
