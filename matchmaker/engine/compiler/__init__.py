"""How formulas become vector instructions, and where machine code is kept. It knows nothing of markets.

Read in this order:

1. simd_values.py  a number of the program being written, or several side by side
2. simd.py         `compiled`: a Python function that runs once, when the code around it is compiled
3. bits.py         what words of bits say, by the processor's own instructions
4. memory.py       rows fetched before they are needed, and moved in one piece
5. cache.py        a folder of machine code for each state of the engine's sources

What holds: a processor without AVX-512 gives the same bytes; code compiled from other sources is never used.
tests/engine/test_processors.py holds both; every comparison of the kernel with the definition tests the rest.
The choice: docs/decisions/0007.
"""
