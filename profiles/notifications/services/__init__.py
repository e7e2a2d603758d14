"""Writes what people are told: on their page of notices, and by mail."""
