"""What two companies do together: from an introduction to a signed deal."""
