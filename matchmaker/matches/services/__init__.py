"""Writes questions of startups; what every act on a pair begins and ends with."""
