"""What the pages of reviews and of the audit log show."""
