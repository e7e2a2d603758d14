"""The only room that talks to the world: mail, files, exchange rates."""
