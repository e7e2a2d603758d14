"""Duplicates: candidates for a curator, the merge of two records, its undo."""
