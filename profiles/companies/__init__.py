"""A company's own profile: its steps, evidence and pictures."""
