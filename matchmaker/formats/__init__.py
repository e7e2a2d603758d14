"""How dates and numbers read, where Django's own formats are missing or ambiguous."""
