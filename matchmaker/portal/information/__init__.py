"""Terms, privacy, contact and help: pages for everyone, in plain words."""
