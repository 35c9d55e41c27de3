"""What people at a customer decide, sign, pay for or look after (OP-14)."""
