"""Nothing is stored: what is found in a deck is read when its owner looks."""
