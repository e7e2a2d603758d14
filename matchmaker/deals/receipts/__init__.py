"""Show a company who read what of its profile, day by day, as far as it may know them."""
