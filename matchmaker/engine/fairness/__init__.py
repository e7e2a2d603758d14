"""Who gets how much attention: handicaps, the guarantees of being seen, and the auction behind them.

Read in this order:

1. attention.py the handicap of profiles in high demand; what both guarantees promise; the order of tiers
2. auction.py   the compiled loops of attention.py: who is seen how much, and who takes whose offer

What holds: nobody stands on more top-20 lists than its capacity allows while its lists have alternatives;
everybody eligible is seen by somebody, or the curators are told why; nobody is turned down by whom it fits
better than one that was kept; nobody outside a list has more than the list's floor; a second run gives the
same bytes. tests/engine/test_attention.py holds these. Why it is so: docs/decisions/0008.
"""
