"""Digests: new matches in one mail, daily or weekly."""
