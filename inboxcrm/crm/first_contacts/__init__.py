"""By when leads must be answered."""
