"""What the first pages show: the front page to visitors, the home page to companies."""
