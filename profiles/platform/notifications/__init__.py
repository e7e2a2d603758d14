"""Notifications: the page, mails through the outbox, and switches."""
