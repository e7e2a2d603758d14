"""A curator looks at the site as a member does: to read only, for a while, and the member is told."""
