"""Who gets how much attention: handicaps, the guarantees of being seen, the auction behind them."""
