"""Writes what may be one company, what curators decide about it, and the merge of two records."""
