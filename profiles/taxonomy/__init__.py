"""Closed lists: sectors, stages, places, currencies and rates."""
