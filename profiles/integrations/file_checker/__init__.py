"""The program that reads one file that someone sent and writes it again: a process of its own for each."""
