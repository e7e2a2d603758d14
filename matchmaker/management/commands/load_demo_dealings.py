"""`manage.py load_demo_dealings`: what the demonstration's companies say about fair dealing."""

from matchmaker.fair_dealing.services import demo
from profiles.management.tables import DemoCommand


class Command(DemoCommand):
    """Load answers, terms and a request to disclose for a few demo pairs; after load_demo."""

    help = "Load what the demonstration's companies say about fair dealing (safe to run again)."
    what = "pairs"
    load = staticmethod(demo.load_dealings)
