"""Real deals, split by time: how well the production engine foretells them."""
