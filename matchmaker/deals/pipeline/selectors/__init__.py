"""What is in progress, by stage, and as its page shows it."""
