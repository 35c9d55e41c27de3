"""Letters of rules to customers: their texts, to whom they may go, and how many at once."""
