"""The outbox: what is told by mail, and sending it."""
