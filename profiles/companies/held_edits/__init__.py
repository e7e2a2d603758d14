"""Edits of approved profiles that wait: what was approved stays in the tables, the new words lie aside."""
