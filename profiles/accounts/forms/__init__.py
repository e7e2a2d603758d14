"""Forms of accounts and teams."""
