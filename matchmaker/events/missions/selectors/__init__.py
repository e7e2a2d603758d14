"""What the pages of missions read."""
