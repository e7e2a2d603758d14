"""The steps in which a profile is written."""
