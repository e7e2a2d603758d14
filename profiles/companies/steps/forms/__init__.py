"""Forms that guard every way into a profile: page and CSV row."""
