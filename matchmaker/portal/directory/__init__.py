"""Who is here: all profiles for curators, and for members everybody whom they may see, without scores."""
