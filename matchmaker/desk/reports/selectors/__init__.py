"""What the reports count, and what their pages show."""
