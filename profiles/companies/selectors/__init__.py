"""What owners read about their own profile."""
