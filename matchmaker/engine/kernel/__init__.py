"""The definition once more, compiled: every pair of a block of startups, equal to it bit for bit.

Read in this order:

1. tiles.py, layout.py           mandates as lanes in runs of 256 and tiles of 512; startups as asks
2. gate_rows.py, level_rows.py   the rows of bits and of bytes that a lane keeps ready and a startup combines
3. workspace.py                  how loops are compiled, and the arrays that they write on
4. kernel.py                     rank_block: a block of startups against all lanes, both sides' lists at once
5. bitmaps.py, fits.py           its steps: who may meet; both fits with the text at its best
6. candidates.py, texts.py       who may still enter a list; the texts of those alone
7. top_k.py                      the lists while they are made
8. subset.py, scan.py            the kernel turned around: a few profiles against the other side

What holds: whole numbers decide every place; a bound in floating point may let too many pairs through, never
too few; blocks and threads change nothing. tests/engine/test_kernel.py compares with definition/reference.py,
tests/engine/test_processors.py runs it without wide vectors. Why it is fast: docs/decisions/0006 and 0007.
"""
