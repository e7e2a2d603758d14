"""Webhooks notify a company's programs of events (docs/api.md)."""
