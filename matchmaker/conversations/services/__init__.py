"""What people and curators do in a conversation."""
