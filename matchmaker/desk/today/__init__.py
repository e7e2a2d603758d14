"""The curators' day: what waits, who gets no or too much attention, pairings and pins."""
