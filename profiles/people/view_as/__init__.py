"""A curator views the site as a member, read-only and for a limited time; the member is notified."""
