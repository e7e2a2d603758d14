"""Forms of the matches and of curation."""
