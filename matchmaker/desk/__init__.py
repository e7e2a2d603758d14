"""What curators see: the dashboard, duplicates, reports, what-if."""
