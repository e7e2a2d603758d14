"""What a profile can say: sectors, fields with their visibility, consents."""
