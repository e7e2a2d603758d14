"""What the worker does to files, for tests."""

from django.utils import timezone

from profiles.platform.files import services as files


def check_all():
    """Check every file that is due."""
    while files.check_next(at=timezone.now()):
        pass
