"""People: accounts, sign-up, teams, invitations."""
