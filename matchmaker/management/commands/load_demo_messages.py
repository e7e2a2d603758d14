"""`manage.py load_demo_messages`: what the demonstration’s companies have written to each other."""

from matchmaker.conversations.services import demo
from profiles.management.tables import DemoCommand


class Command(DemoCommand):
    """Load conversations of the introductions that both agreed to; after load_demo_introductions."""

    help = "Load the conversations of the demonstration (safe to run again)."
    what = "messages"
    load = staticmethod(demo.load_messages)
