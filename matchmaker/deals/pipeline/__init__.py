"""Deals: everything that is in progress with other companies, as a table and as a board."""
