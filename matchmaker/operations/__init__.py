"""Whether the product runs: health, and the sweep that does what is due."""
