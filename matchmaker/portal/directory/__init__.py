"""The directory: all profiles for curators; for members those they may see, without scores."""
