"""Records for operators."""
