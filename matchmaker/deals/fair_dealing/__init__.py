"""What a pair should know of each other before it agrees: it informs both sides alike, and never blocks."""
