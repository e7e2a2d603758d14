"""Sending a deck and deciding who reads it; drawing its pages; what readers open."""
