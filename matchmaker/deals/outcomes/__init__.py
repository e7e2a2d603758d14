"""What came of an introduction: recorded by one side, confirmed by the other; and the same for programmes."""
