"""What was heard from somebody: the mails by which a customer has answered, whatever box they lie on."""
