"""One's own data: taking a copy of it, and having an account or a company deleted."""
