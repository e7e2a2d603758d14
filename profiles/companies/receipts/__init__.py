"""Which company read which group of fields of whose profile, day by day."""
