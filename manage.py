#!/usr/bin/env python3
"""Django's command line for this project."""

import os
import secrets
import sys

from django.core.management import execute_from_command_line

# They measure and open no door to anyone, so they need no key that lasts.
MEASURING = ("bench_", "evaluate", "simulate_market", "tune_weights")

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "matchmaker.settings")
    if sys.argv[1:] and sys.argv[1].startswith(MEASURING) and "CORRIDOR_DEMO" not in os.environ:
        os.environ.setdefault("SECRET_KEY", secrets.token_urlsafe(50))
    execute_from_command_line(sys.argv)
