"""A member's own list, shortlist and introductions as tables for a spreadsheet."""
