"""What the curators' pages of reviews and of the trail show."""
