"""The definition once more, compiled: every pair of a block, equal to it bit for bit."""
