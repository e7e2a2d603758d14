"""What many companies do together: programmes, missions and pilots."""
