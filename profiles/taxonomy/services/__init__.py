"""Load and change closed lists."""
