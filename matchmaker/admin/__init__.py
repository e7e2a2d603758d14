"""Records for operators; matchmaker/apps.py imports them once the site exists."""
