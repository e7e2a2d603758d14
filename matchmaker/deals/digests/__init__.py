"""Tell people of new matches in one mail, daily or weekly: never more than they can take, each once."""
