"""A company that was imported gets its people: they are invited, or prove that it is theirs."""
