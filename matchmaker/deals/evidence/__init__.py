"""Evidence that introduced companies open to each other, and endorsements."""
