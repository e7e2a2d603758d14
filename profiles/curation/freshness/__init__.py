"""Ask an owner once whether the profile is still true; unanswered, it leaves the lists until one click."""
