"""The timetable of a programme: who meets whom, when and where."""
