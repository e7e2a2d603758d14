"""Forms guard every way in: page, JSON, CSV row."""
