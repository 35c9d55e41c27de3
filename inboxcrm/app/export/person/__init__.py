"""All that is held about one person, for himself or for somebody who asks in his name (GDPR articles 15 and 20)."""
