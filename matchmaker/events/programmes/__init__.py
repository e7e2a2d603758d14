"""Programmes: co-hackathons, startup missions, research calls and accelerator batches."""
