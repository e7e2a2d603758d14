"""Pages of reviews and of the audit log."""
