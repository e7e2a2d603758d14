"""What the tests that kill servers share."""

import pytest
from django.conf import settings

from matchmaker.integrations.dispatch import breaker
from tests.servers import Broker


@pytest.fixture
def broker(tmp_path):
    """A broker of this test's own, where the settings look for one."""
    server = Broker(settings.VAR_DIR)
    server.start()
    breaker.reset()
    yield server
    server.kill()
