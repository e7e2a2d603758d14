"""The read API: what members and curators see, for their own programs (docs/api.md)."""
