"""Writes questions for advice; what every act on a pair begins and ends with."""
