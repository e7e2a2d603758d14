"""Nothing typed is lost: versions of what a form shows, drafts, and forms kept past the end of a session."""
