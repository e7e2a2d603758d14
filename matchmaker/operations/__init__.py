"""Whether the product runs: health, and the periodic tasks that do what is due."""
