"""Records of an old CRM out of CSV files: people, companies, notes, and deals that sleep until they matter (IN-15)."""
