"""Weekly hours that a person publishes, and the free times in them."""
