"""The market as the engine reads it: rows of the database as arrays."""
