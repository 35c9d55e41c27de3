"""By when customers' mail must be answered."""
