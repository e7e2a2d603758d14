"""One pair: the match page, the brief, the comparison, the advice, and decisions on a pair."""
