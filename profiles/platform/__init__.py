"""What every capability stands on: audit log, limits, notifications, drafts, files."""
