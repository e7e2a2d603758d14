"""The list of recommended counterparts: query, filters, cards, thesis tabs."""
