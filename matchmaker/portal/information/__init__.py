"""Terms, privacy, contact and help: pages for everybody, in plain words."""
