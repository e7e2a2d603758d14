"""What changes missions."""
