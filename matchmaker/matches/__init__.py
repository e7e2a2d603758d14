"""Read and explain recommendations: the list, the pair, side by side, what would change them."""
