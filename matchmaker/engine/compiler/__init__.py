"""How formulas become vector instructions, and where machine code is cached."""
