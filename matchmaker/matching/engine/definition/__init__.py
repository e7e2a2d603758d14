"""The definition of a score in plain numpy. The kernel must give the same bytes.

1. columns.py         the market as arrays, and the rules that each array obeys
2. factors.py         the eight factors, in integers; what counts as stated
3. reference.py       levels, gates, fits and ranks of every pair, one startup after the other
4. lists.py           logarithms of fits, packed values that sort like ranks, lists of counterparts
5. explain.py         the same numbers for one pair, as parts that add up; the least score of a listed pair
6. metrics.py         quality measures of rankings, with bootstrap intervals

All arithmetic that decides a place is on integers. What is not stated passes its gate and counts as neutral.
More of a factor never ranks lower. Ties go to the smaller key, so that neither the order of rows nor an
unrelated profile changes a list. Tests: test_kernel.py, test_rules_page.py (the example of docs/rules.md) and
test_metrics.py in tests/engine.
"""
