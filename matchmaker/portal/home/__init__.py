"""The front page and everyone's first page after signing in."""
