"""Where members find things: home, directory, search, API, their own data."""
