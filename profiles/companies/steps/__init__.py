"""Companies describe themselves: the steps of the profile, theses, offers, deals, status."""
