"""Who signs in: accounts and teams, roles, viewing the site as a member."""
