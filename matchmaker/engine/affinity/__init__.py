"""What an investor's thesis and record say about a sector, a stage and a place, as levels."""
