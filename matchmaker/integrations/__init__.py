"""The only room of matchmaker that talks to other programs."""
