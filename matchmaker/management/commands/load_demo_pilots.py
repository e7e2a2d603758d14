"""`manage.py load_demo_pilots`: pilots of the demonstration's companies, one in every state."""

from matchmaker.pilots.services import demo
from profiles.management.tables import DemoCommand


class Command(DemoCommand):
    """Load pilots that wait, are open, run and have results; after load_demo."""

    help = "Load pilots of the demonstration's companies (safe to run again)."
    what = "pilots"
    load = staticmethod(demo.load_pilots)
