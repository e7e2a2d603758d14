"""What two introduced companies let each other see of their evidence, and say about it."""
