"""What every capability uses: audit log, limits, notifications, drafts, files."""
