"""Curators check profiles and read the trail."""
