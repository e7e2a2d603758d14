"""What changes missions. Which errors every act raises: see matchmaker/programmes/services."""
