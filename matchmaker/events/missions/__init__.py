"""The timetable of a programme."""
