"""Who they are: accounts, startups, investors, taxonomy, consent and review."""
