"""Reads stored lists, runs, weights and what decisions teach."""
