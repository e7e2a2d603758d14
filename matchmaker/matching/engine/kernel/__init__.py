"""The definition compiled: all pairs of a block of startups, equal to it bit for bit.

1. tiles.py, layout.py           theses as lanes in runs of 256 and tiles of 512; startups as asks
2. gate_rows.py, level_rows.py   bitmaps and bytes that a lane keeps ready and a startup combines
3. workspace.py                  compiler options, and the arrays that loops write on
4. kernel.py                     rank_block: a block of startups against all lanes, both sides' lists at once
5. bitmaps.py, fits.py           gates; both fits with the text at its best; how alike texts are
6. candidates.py                 the lanes that may enter a list
7. top_k.py                      lists under construction
8. subset.py                     some profiles of one side alone, after an edit

Integers decide every place. A bound in floating point may let too many pairs through, never too few. Blocks
and threads do not change the result. Tests: test_kernel.py against definition/reference.py,
test_processors.py without wide vectors. Measurements: docs/decisions/0006, 0007 and 0025.
"""
