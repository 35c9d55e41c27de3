"""What digests ask the CRM: each question once for all their readers, as plain rows."""
