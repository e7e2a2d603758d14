"""What an investor's thesis and record say about a sector, a stage and a place, as levels.

Read in this order:

1. history.py       theses, deals and answers as arrays; the market that they are measured against; the rule
2. affinity.py      from counts to lifts (how many times likelier than the market) to levels, 0 … 255
3. axis_weights.py  what each kind of lift is worth in this market, found by letting it foretell itself

What holds: without thesis and record everything is neutral; many deals outweigh the thesis, old ones fade;
one more deal never lowers its own affinity; an investor alone gets the same bytes as among twenty thousand,
because everything is summed elementwise in a fixed order. tests/engine/test_affinity.py holds these,
tests/engine/test_worth.py what a record is worth. The choice of the formulas: docs/decisions/0002 and 0005.
"""
