"""The curators' pages of reviews and of the trail."""
