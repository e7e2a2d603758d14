"""Who should meet: the engine, stored rankings, match lists and reasons."""
