"""Find companies, needs, offers, pilots and one's own conversations, in three scripts and despite typos."""
