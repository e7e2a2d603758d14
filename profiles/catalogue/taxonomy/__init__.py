"""Closed lists: sectors, stages, locations, currencies and exchange rates."""
