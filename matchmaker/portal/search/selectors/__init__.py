"""What a profile is found by, what a query means, and what it finds."""
