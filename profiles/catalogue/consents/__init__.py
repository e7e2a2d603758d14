"""What a company has agreed to, and when."""
