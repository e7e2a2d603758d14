"""What the pages of matches show."""
