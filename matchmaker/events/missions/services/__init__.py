"""What changes missions. Which errors every act raises: see matchmaker/events/programmes/services."""
