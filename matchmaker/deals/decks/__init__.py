"""The deck of a startup: sent, drawn page by page, read by the companies that it allows."""
