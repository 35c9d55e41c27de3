"""What is known of a lead that says whether and how much it is worth: BANT, score, estimate."""
