"""Webhooks: a company's own program is told what happens (docs/api.md)."""
