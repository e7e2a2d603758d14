"""What the API says of itself is true: schemathesis tries it, and the example of docs/api.md runs."""

import subprocess
import sys
from types import SimpleNamespace

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode

from profiles.platform.limits.services import LIMITS
from tests.house.tree import ROOT
from tests.matchmaker import ranked
from tests.matchmaker.events.pilots.piloted import make_pilot
from tests.matchmaker.introduced import make_introduction

ADDRESSES = 11


@pytest.fixture
def _one_connection():
    """Keep the test's connection over requests, as Django's test client does."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def market(li_wei, sana, program, settings):
    """Programs of a partner who has something of everything, and of a curator."""
    settings.ALLOWED_HOSTS = ["*"]
    startups = [ranked.make_startup(at) for at in range(3)]
    ranked.rank_whole()
    investor = li_wei.membership.investor
    make_pilot(investor, by=li_wei)
    make_introduction(startups[0], investor, by=li_wei)
    return SimpleNamespace(partner=program(li_wei), curator=program(sana))


@pytest.mark.attack
@pytest.mark.django_db
@pytest.mark.usefixtures("_one_connection")
def test_every_answer_is_as_described(market, depth, tally, monkeypatch):
    for limit in ("api_read", "api_directory"):
        monkeypatch.setitem(LIMITS, limit, {})
    description = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())
    description.config.generation.with_security_parameters = False  # each request has a token
    assert description.raw_schema["openapi"] == "3.1.0"
    operations = [found.ok() for found in description.get_all_operations()]
    assert len(operations) == ADDRESSES
    most = depth(2, deep=100)
    for operation in operations:
        one = market.curator if "directory" in operation.path else market.partner
        header = {"Authorization": f"Bearer {one.secret}", "Accept-Encoding": "identity"}
        modes = (
            list(GenerationMode)
            if operation.path_parameters or operation.query
            else [GenerationMode.POSITIVE]
        )
        for mode in modes:

            @settings(
                max_examples=most, database=None, derandomize=most < 10,
                phases=[Phase.generate], suppress_health_check=list(HealthCheck),
            )  # fmt: skip
            @given(case=operation.as_strategy(generation_mode=mode))
            def tried(case):
                case.call_and_validate(headers=header)  # noqa: B023  called before the next turn
                tally.count()

            tried()
    tally.settle()


@pytest.mark.django_db(transaction=True)
def test_the_example_of_the_documentation_runs(market, live_server):
    command = [sys.executable, ROOT / "docs" / "api_example.py", live_server.url, market.partner.secret]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    told = [line.split("\t") for line in done.stdout.splitlines()]
    assert [line[0] for line in told] == ["1", "2", "3"]
    assert all(name.startswith("Startup") for _at, _score, name, *_reasons in told)
