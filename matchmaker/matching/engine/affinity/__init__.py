"""Levels of sectors, stages and places from investors' theses and deals.

1. history.py       theses, deals and answers as arrays; the market's shares; the constants
2. affinity.py      from counts to lifts over the market to levels 0 … 255
3. axis_weights.py  what each kind of lift is worth in this market, fitted to its past

Without thesis and deals everything is neutral. Many deals outweigh the thesis, and old ones fade. One more
deal never lowers its own affinity. Sums are elementwise in a fixed order, so that an investor alone gets
the same bytes as among twenty thousand. Tests: test_affinity.py, test_worth.py. Formulas:
docs/decisions/0002 and 0005.
"""
