"""What a score is, in plain numpy: slow and obviously right. All else in the engine answers to it.

Read in this order:

1. columns.py    the market as arrays: who states what, what the curators pinned; every rule an array obeys
2. factors.py    what the eight factors are made of, in whole numbers; what counts as stated
3. gates.py      the names of the hard rules that no score outweighs
4. reference.py  levels, gates, fits and ranks of every pair, one startup after the other
5. lists.py      ranks as logarithms, values that sort like ranks, and the lists of the best counterparts
6. explain.py    the same numbers for one pair, as parts that add up
7. worth.py      from which score on a pair is worth a look
8. reasons.py    why a pair has its levels: a code for each factor, and what it is about
9. metrics.py    how good a ranking is, and how sure we may be of it

What holds: all arithmetic that decides a place is in whole numbers; what is not stated passes its gate and
counts as neutral; more of a factor never ranks lower; a tie goes to the smaller key, so that neither the
order of the rows nor an unrelated profile changes a list; the parts of a score add up to it.
tests/engine/test_kernel.py holds these, tests/engine/test_rules_page.py works the example of docs/rules.md
with them, tests/engine/test_metrics.py holds the measures. What a ninth factor would take: docs/engine.md.
"""
