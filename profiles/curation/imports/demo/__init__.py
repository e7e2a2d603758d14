"""The demonstration: invented companies, people and a synthetic market of any size."""
