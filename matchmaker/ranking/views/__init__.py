"""The curators' pages of runs and weights."""
