"""Compute and store recommendations: the database as arrays, the runs, the stored lists, the weights."""
