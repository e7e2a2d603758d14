"""Edits: who moves on which list, without ranking everybody again.

1. updates.py        the changed lists of both sides; applying an update returns the one that undoes it
2. merge.py          newcomers merged into lists that lose their edited entries
3. by_definition.py  the pairs of edited profiles in a small market
4. rerank.py         an edit of startups or of investors: their own lists, and their places on the others'

An edit gives the lists of a full run on the edited market, entry by entry. A list that loses entries is still
the beginning of the full run's list, because no profile outside it is above its floor. Lists keep the places
they guaranteed to others. Tested against full runs in tests/engine/test_refresh.py.
"""
