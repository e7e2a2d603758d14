"""The program that reads one file that somebody sent and writes it anew: a process of its own for each."""
