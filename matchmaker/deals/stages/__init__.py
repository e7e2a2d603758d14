"""What follows a meeting: how far two companies are, proposed by one and confirmed by the other."""
