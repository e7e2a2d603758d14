"""`manage.py load_demo_meetings`: what the demonstration’s companies have arranged."""

from matchmaker.meetings.services import demo
from profiles.management.tables import DemoCommand


class Command(DemoCommand):
    """Load meetings of the introductions that both agreed to; after load_demo_introductions."""

    help = "Load the meetings of the demonstration (safe to run again)."
    what = "meetings"
    load = staticmethod(demo.load_meetings)
