"""Who gets how much attention: the handicap, and the guarantee of being seen.

Read in this order:

1. attention.py the handicap of profiles that get far more than they can answer; everybody on a list
2. places.py    the compiled loops of attention.py: who is seen how much, and which list gives whom a place

What holds: no handicap takes more than CAP, so nobody stands behind one that scores 5 points less; in a small
market there is none; everybody eligible is seen by somebody, or the curators are told why; nobody outside a
list has more than the list's floor; a second run gives the same bytes. tests/engine/test_attention.py holds
these. Why it is so: docs/decisions/0014, and what was before it, 0008.
"""
