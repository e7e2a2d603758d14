"""Writes rankings: jobs, runs, edits, weights, text vectors."""
