"""Texts and messages in the reader's language, by a service that the operator names; off by default."""
