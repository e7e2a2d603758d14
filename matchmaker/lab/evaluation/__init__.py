"""Real deals, split by time: how well the engine predicts them."""
