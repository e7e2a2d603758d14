"""The front page and everybody's first page after signing in."""
