"""What the list shows."""
