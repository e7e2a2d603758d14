"""Edits: who moves on which list, without ranking everyone again.

1. merge.py          newcomers merged into lists that lose their edited entries
2. by_definition.py  the pairs of edited profiles in a small market
3. rerank.py         an edit of startups or of investors: their own lists and their places on others, as an
                     update; applying one returns the update that undoes it

An edit gives the lists of a full run on the edited market, entry by entry. A list that loses entries is still
the beginning of the full run's list, because no profile outside it is above its floor. Lists keep the places
they guaranteed to others. Tested against full runs in tests/engine/test_refresh.py.
"""
