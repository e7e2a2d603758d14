"""`manage.py load_demo_introductions`: what the demonstration's companies have asked each other."""

from matchmaker.introductions.services import demo
from profiles.management.tables import DemoCommand


class Command(DemoCommand):
    """Load a request for each demo account to answer, and one that both agreed to; after load_demo."""

    help = "Load what the demonstration's companies have asked each other (safe to run again)."
    what = "acts"
    load = staticmethod(demo.load_introductions)
