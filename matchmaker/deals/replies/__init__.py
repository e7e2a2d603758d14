"""Replies by email become messages, if the site has a domain for them."""
