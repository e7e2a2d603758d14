"""What the pages of a conversation show."""
