"""What an edit changes: who moves where on which list, without ranking everybody again.

Read in this order:

1. moves.py    what happens to one list, as groups of neighbours that stay together; carried out in place
2. patches.py  such moves on many lists of one side; applying an update returns the one that undoes it
3. merge.py    what edited profiles change on the others' lists: whom a list loses, who comes to it and where
4. rerank.py   an edit of startups or of investors: their own lists, and their places on the others'

What holds: an edit gives the lists of a full run on the edited market, entry by entry, edit after edit; a
list that loses entries is still the beginning of the full run's list, because nobody outside it is above its
floor; an edit that changes nothing writes nothing; lists go on giving the places they gave.
tests/engine/test_refresh.py holds these, against full runs.
"""
