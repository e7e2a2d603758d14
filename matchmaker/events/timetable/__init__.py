"""The timetable of a mission: its meetings with their times and tables. Numbers only, like the engine.

problem.py  what is given and what comes out: begin here
check.py    what a plan must keep to, in plain words; everything else is compared with it
board.py    what is still free while a plan is being made
greedy.py   a plan in a second, without a solver
aims.py     what the solver aims at
choose.py   the first stage: which pairs meet, with the bounds
place.py    the second stage: when, and at which table
solve.py    both stages, with progress, a limit of time and a way to stop
flow.py     how many people can have enough meetings at all
replan.py   a plan mended with the fewest changes

docs/timetable.md says what it aims at and what it does not do.
"""
