"""The pages of pilots."""
