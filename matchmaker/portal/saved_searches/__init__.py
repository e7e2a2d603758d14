"""Keep the filters of a list or a search, and tell what is new there."""
